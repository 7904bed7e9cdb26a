using System.Collections.Concurrent;
using System.Security.Cryptography;
using Dsdn.Chain.Erasure;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Grpc;
using Dsdn.Sdk.Errors;
using Dsdn.Services.Chunks;
using Dsdn.Services.Placements.Wire;
using Dsdn.Transfers.Network;
using Dsdn.Transfers.Posting;

namespace Dsdn.Transfers.Downloading;

/// <summary>
/// Fetches chunks from whoever has them. One copy whose hash is right is enough (rulings 44); of shards any six whose roots are right. A node that gives something else is passed over like one
/// that gives nothing.
/// </summary>
public sealed class ChunkFetcher(StorageNetwork network)
{
    private const int RoundsMax = 4;

    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(20);

    private readonly LogWatch _watch = new(network);
    private readonly ConcurrentDictionary<Hash256, Chunk> _known = [];

    /// <summary>Asks where chunks are, many at once.</summary>
    public async Task LocateAsync(IReadOnlyList<Hash256> ids, CancellationToken cancel)
    {
        Hash256[] wanted = [.. ids.Distinct()];
        IReadOnlyList<Chunk> found = await _watch.ChunksAsync(wanted, cancel);
        for (int i = 0; i < wanted.Length; i++) _known[wanted[i]] = found[i];
    }

    /// <summary>What the log says of a chunk.</summary>
    public async Task<Chunk> FindAsync(Hash256 id, CancellationToken cancel)
    {
        if (!_known.TryGetValue(id, out Chunk? known))
        {
            await LocateAsync([id], cancel);
            known = _known[id];
        }
        return known;
    }

    /// <summary>Fetches a whole chunk and checks it by its id.</summary>
    /// <param name="room">At least <see cref="RoomFor"/>.</param>
    /// <param name="received">Told of bytes as they come; null: nobody is.</param>
    /// <exception cref="DsdnException">no node has it as it should be</exception>
    public async Task<ReadOnlyMemory<byte>> FetchAsync(Hash256 id, Memory<byte> room, Action<int>? received, CancellationToken cancel)
    {
        List<string> reasons = [];
        var pause = new Backoff(network.Clock);
        for (int round = 0; round < RoundsMax; round++)
        {
            if (round > 0)
            {
                await pause.WaitAsync(cancel);
                _known.TryRemove(id, out _);
            }
            Chunk chunk = await FindAsync(id, cancel);
            if (chunk.State != 1) throw Lost(id, [chunk.State == 2 ? "deleted" : "not in the log"]);
            reasons = [];
            int length = checked((int)chunk.Length);
            if (length > room.Length) throw Lost(id, ["longer than a chunk may be"]);
            bool isHere = (ChunkCoding)chunk.Coding == ChunkCoding.Replicas
                ? await TryCopyAsync(id, chunk, room[..length], reasons, received, cancel)
                : await TryShardsAsync(id, chunk, room, reasons, received, cancel);
            if (isHere) return room[..length];
        }
        throw Lost(id, reasons);
    }

    /// <summary>
    /// Fetches a range from one of a chunk's copies, not checked: for whoever checks it by a key. Whoever finds it wrong asks again with the next number.
    /// </summary>
    /// <param name="attempt">Which copy, from 0.</param>
    /// <returns>False where that copy cannot be had; null where there are no more.</returns>
    public async Task<bool?> TryRangeAsync(Hash256 id, int offset, Memory<byte> buffer, int attempt, CancellationToken cancel)
    {
        Chunk chunk = await FindAsync(id, cancel);
        if ((ChunkCoding)chunk.Coding != ChunkCoding.Replicas)
        {
            if (attempt > 0) return null;
            byte[] whole = new byte[RoomFor(chunk)];
            (await FetchAsync(id, whole, null, cancel)).Slice(offset, buffer.Length).CopyTo(buffer);
            return true;
        }
        Replica[] copies = Order(chunk);
        if (attempt >= copies.Length) return null;
        return await ReadAsync(new ChunkSlot(id, ChunkCoding.Replicas, (byte)copies[attempt].Slot, chunk.Generation), copies[attempt], (ulong)offset, buffer, [], null, cancel);
    }

    /// <summary>What <see cref="FetchAsync"/> needs for a chunk: shards take more than the chunk.</summary>
    public static int RoomFor(Chunk chunk) => (ChunkCoding)chunk.Coding == ChunkCoding.Replicas ? checked((int)chunk.Length) : ReedSolomon.Shards * ReedSolomon.ShardBytes(checked((int)chunk.Length));

    private async Task<bool> TryCopyAsync(Hash256 id, Chunk chunk, Memory<byte> room, List<string> reasons, Action<int>? received, CancellationToken cancel)
    {
        foreach (Replica replica in Order(chunk))
        {
            if (!await ReadAsync(new ChunkSlot(id, ChunkCoding.Replicas, (byte)replica.Slot, chunk.Generation), replica, 0, room, reasons, received, cancel)) continue;
            if (new Hash256(SHA256.HashData(room.Span)) == id) return true;
            reasons.Add(Say(replica, "wrong bytes"));
        }
        return false;
    }

    private async Task<bool> TryShardsAsync(Hash256 id, Chunk chunk, Memory<byte> room, List<string> reasons, Action<int>? received, CancellationToken cancel)
    {
        int shardBytes = ReedSolomon.ShardBytes(checked((int)chunk.Length));
        if (room.Length < ReedSolomon.Shards * shardBytes || chunk.Roots.Count != ReedSolomon.Shards) return false;
        Memory<byte>[] shards = [.. Enumerable.Range(0, ReedSolomon.Shards).Select(slot => room.Slice(slot * shardBytes, shardBytes))];
        bool[] isPresent = new bool[ReedSolomon.Shards];
        // Data first: then nothing has to be computed.
        var left = new Queue<Replica>(Order(chunk).DistinctBy(static replica => replica.Slot).OrderBy(static replica => replica.IsReachable ? replica.Slot : replica.Slot + (uint)ReedSolomon.Shards));
        while (isPresent.Count(static one => one) is var present && present < ReedSolomon.DataShards)
        {
            Replica[] next = [.. Enumerable.Range(0, Math.Min(ReedSolomon.DataShards - present, left.Count)).Select(_ => left.Dequeue())];
            if (next.Length == 0) return false;
            await Task.WhenAll(next.Select(async replica =>
            {
                var slot = new ChunkSlot(id, ChunkCoding.ReedSolomon, (byte)replica.Slot, chunk.Generation);
                Memory<byte> shard = shards[replica.Slot];
                if (!await ReadAsync(slot, replica, 0, shard, reasons, received, cancel)) return;
                if (ChunkHasher.Of(shard.Span).Root.Span.SequenceEqual(chunk.Roots[(int)replica.Slot].Span)) isPresent[replica.Slot] = true;
                else Note(reasons, Say(replica, "wrong bytes"));
            }));
        }
        if (!isPresent.AsSpan(0, ReedSolomon.DataShards).Contains(false) || ReedSolomon.TryReconstruct(shards, isPresent))
        {
            if (new Hash256(SHA256.HashData(room.Span[..checked((int)chunk.Length)])) == id) return true;
            Note(reasons, "the shards do not make the chunk");
        }
        return false;
    }

    /// <summary>Held by nodes that answer first, then by others; in random order, so that load spreads.</summary>
    private static Replica[] Order(Chunk chunk)
    {
        int slots = ((ChunkCoding)chunk.Coding).Slots();
        Replica[] held = [.. chunk.Replicas.Where(replica => replica.IsHeld && replica.Slot < slots && replica.Node.Length == Hash256.Size)];
        Random.Shared.Shuffle(held);
        return [.. held.OrderByDescending(static replica => replica.IsReachable)];
    }

    private async Task<bool> ReadAsync(ChunkSlot slot, Replica replica, ulong offset, Memory<byte> buffer, List<string> reasons, Action<int>? received, CancellationToken cancel)
    {
        int at = 0;
        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            stalled.CancelAfter(Stall);
            if (await network.Nodes.FindAsync(new Hash256(replica.Node.Span), cancel, EndpointRole.Read) is not { } client)
            {
                Note(reasons, Say(replica, "the log has no address for it"));
                return false;
            }
            await foreach (ReadOnlyMemory<byte> part in client.GetAsync(slot, offset, (ulong)buffer.Length, 0, stalled.Token))
            {
                stalled.CancelAfter(Stall);
                if (part.Length > buffer.Length - at) break;
                part.CopyTo(buffer[at..]);
                at += part.Length;
                received?.Invoke(part.Length);
            }
            if (at == buffer.Length) return true;
            Note(reasons, Say(replica, $"{at} of {buffer.Length} bytes"));
        }
        catch (GrpcException failure)
        {
            Note(reasons, Say(replica, Refusal.Say(failure)));
        }
        catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException)
        {
            cancel.ThrowIfCancellationRequested();
            Note(reasons, Say(replica, "it sends nothing"));
        }
        if (at > 0) received?.Invoke(-at);
        return false;
    }

    private static void Note(List<string> reasons, string reason)
    {
        lock (reasons) reasons.Add(reason);
    }

    private static string Say(Replica replica, string what) => $"zone {replica.Zone}, node {new Hash256(replica.Node.Span).ToString()[..10]}: {what}";

    private static DsdnException Lost(Hash256 id, IReadOnlyList<string> reasons) =>
        new(TransferCodes.ChunkLost, ErrorClass.Unreachable, id.ToString(), reasons.Count == 0 ? "-" : string.Join("; ", reasons));
}
