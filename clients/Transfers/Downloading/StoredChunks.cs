using System.Collections.Concurrent;
using Dsdn.Chain.Primitives;
using Dsdn.Reading;
using Dsdn.Reading.Locating;
using Dsdn.Sdk.Errors;
using Dsdn.Transfers.Network;

namespace Dsdn.Transfers.Downloading;

/// <summary>
/// Chunks by their ids, for whoever decrypts them: where they are is asked once for many, bytes come through the read path (<c>node/Reading</c>), which hands out nothing unproved. What cannot be had
/// is looked for again some times, since nodes come back and repairs go on.
/// </summary>
/// <param name="minSeq">The batch that the log must have come to.</param>
public sealed class StoredChunks(StorageNetwork network, ulong minSeq = 0)
{
    private const int RoundsMax = 4;

    private readonly ConcurrentDictionary<Hash256, ChunkLookup> _known = [];

    /// <summary>Asks where chunks are, many at once.</summary>
    public async Task LocateAsync(IReadOnlyList<Hash256> ids, CancellationToken cancel)
    {
        foreach (ChunkLookup found in await LookUpAsync([.. ids.Distinct()], cancel)) _known[found.Id] = found;
    }

    /// <summary>Bytes of a chunk.</summary>
    /// <exception cref="DsdnException">it is not stored</exception>
    public async Task<int> LengthAsync(Hash256 id, CancellationToken cancel) => checked((int)(await FindAsync(id, cancel)).LengthBytes);

    /// <summary>Fetches a whole chunk; its SHA-256 is its id.</summary>
    /// <param name="room">At least <see cref="LengthAsync"/>.</param>
    /// <param name="received">Told of bytes as they come; null: nobody is.</param>
    /// <exception cref="DsdnException">no node has it as it should be</exception>
    public async Task<ReadOnlyMemory<byte>> FetchAsync(Hash256 id, Memory<byte> room, Action<int>? received, CancellationToken cancel)
    {
        int length = await LengthAsync(id, cancel);
        if (length > room.Length) throw new DsdnException(TransferCodes.ChunkLost, ErrorClass.Integrity, id.ToString(), "longer than a chunk of this file may be");
        await ReadAsync(id, 0, room[..length], received, cancel);
        return room[..length];
    }

    /// <summary>Fills a buffer from an offset of a chunk: what comes is proved against the root that the log has.</summary>
    public async Task ReadAsync(Hash256 id, int offset, Memory<byte> buffer, Action<int>? received, CancellationToken cancel)
    {
        var pause = new Backoff(network.Clock);
        for (int round = 1; ; round++)
        {
            try
            {
                int at = 0;
                await foreach (ReadOnlyMemory<byte> piece in network.Reading.StreamAsync(await FindAsync(id, cancel), offset, buffer.Length, cancel))
                {
                    piece.CopyTo(buffer[at..]);
                    at += piece.Length;
                    received?.Invoke(piece.Length);
                }
                return;
            }
            catch (ReadFailedException failure)
            {
                if (round == RoundsMax || failure.Code != ReadCodes.Unavailable) throw Lost(id, failure);
            }
            await pause.WaitAsync(cancel);
            _known.TryRemove(id, out _);
        }
    }

    private async Task<ChunkLocation> FindAsync(Hash256 id, CancellationToken cancel)
    {
        if (!_known.TryGetValue(id, out ChunkLookup? known)) _known[id] = known = (await LookUpAsync([id], cancel))[0];
        return known.Location ?? throw new DsdnException(TransferCodes.ChunkLost, ErrorClass.Rejected, id.ToString(), known.State == ChunkState.Deleted ? "deleted" : "not in the log");
    }

    private async Task<IReadOnlyList<ChunkLookup>> LookUpAsync(IReadOnlyList<Hash256> ids, CancellationToken cancel)
    {
        var pause = new Backoff(network.Clock);
        for (int round = 1; ; round++)
        {
            try
            {
                return await network.Locator.LocateAsync(ids, minSeq, cancel);
            }
            catch (ReadFailedException failure)
            {
                if (round == RoundsMax) throw new DsdnException(ClientError.Of(TransferCodes.Coordinators, ErrorClass.Unreachable, network.Addresses, failure.Message), failure);
            }
            await pause.WaitAsync(cancel);
        }
    }

    private static DsdnException Lost(Hash256 id, ReadFailedException failure) =>
        new(ClientError.Of(TransferCodes.ChunkLost, ErrorClass.Unreachable, id.ToString(), failure.Nodes.Count == 0 ? failure.Detail : string.Join("; ", failure.Nodes)).With(failure.Message), failure);
}
