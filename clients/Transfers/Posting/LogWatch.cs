using System.Globalization;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;
using Dsdn.Services.Batches.Wire;
using Dsdn.Services.Placements.Wire;
using Dsdn.Transfers.Network;
using Google.Protobuf;

namespace Dsdn.Transfers.Posting;

/// <summary>Waits until the log shows what was handed to it. Every wait has an end, and the error that ends it says what was waited for.</summary>
public sealed class LogWatch(StorageNetwork network)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>For a validator set that the chain does not know: the user's node is behind, or there is none.</summary>
    private static readonly TimeSpan SetPatience = TimeSpan.FromSeconds(20);

    /// <summary>Pauses between questions, each twice the last: batches come within tens of milliseconds, and where they do not, nobody is asked all the time.</summary>
    private const int FirstPauseMs = 5, PauseMsMax = 320;

    /// <summary>The chunks of a file as of a batch; none where the log has no such file.</summary>
    public async Task<(IReadOnlySet<Hash256> Chunks, ulong Seq)> FileAsync(Hash256 agreement, Hash256 file, ulong minSeq, CancellationToken cancel)
    {
        var request = new FilesRequest { MinSeq = minSeq, Agreement = Bytes(agreement), File = Bytes(file) };
        FilesReply reply = await network.AskAsync((client, token) => client.FilesAsync(request, token), cancel);
        HashSet<Hash256> chunks = [.. reply.Files.Where(one => one.Id.Equals(request.File)).SelectMany(static one => one.Chunks).Where(static id => id.Length == Hash256.Size).Select(static id => new Hash256(id.Span))];
        return (chunks, reply.Seq);
    }

    /// <summary>What the log says of chunks, in their order.</summary>
    public async Task<IReadOnlyList<Chunk>> ChunksAsync(IReadOnlyList<Hash256> ids, CancellationToken cancel)
    {
        List<Chunk> chunks = [];
        foreach (Hash256[] page in ids.Chunk(Services.Placements.PlacementMethods.IdsMax))
        {
            var request = new ChunksRequest();
            request.Ids.AddRange(page.Select(Bytes));
            ChunksReply reply = await network.AskAsync((client, token) => client.ChunksAsync(request, token), cancel);
            if (reply.Chunks.Count != page.Length) throw new DsdnException(TransferCodes.Answer, ErrorClass.Integrity, "Chunks");
            chunks.AddRange(reply.Chunks);
        }
        return chunks;
    }

    /// <summary>Asks until an answer will do, each time about a later batch.</summary>
    /// <param name="ask">From the least batch to the answer, and the batch that it is about.</param>
    public async Task<T> UntilAsync<T>(ulong fromSeq, Func<ulong, Task<(T Answer, ulong Seq)>> ask, Func<T, bool> isEnough, Func<ClientError> late, CancellationToken cancel)
    {
        DateTimeOffset end = network.Clock.GetUtcNow() + Patience;
        for (int pauseMs = FirstPauseMs; ; pauseMs = Math.Min(PauseMsMax, pauseMs * 2))
        {
            (T answer, ulong seq) = await ask(fromSeq);
            if (isEnough(answer)) return answer;
            if (network.Clock.GetUtcNow() >= end) throw new DsdnException(late());
            fromSeq = Math.Max(fromSeq, seq);
            await Task.Delay(TimeSpan.FromMilliseconds(pauseMs), network.Clock, cancel);
        }
    }

    /// <summary>Returns when the validators' quorum holds the bytes of a batch: its certificate is checked against the set that the chain names, whatever the coordinator says.</summary>
    /// <exception cref="DsdnException">none in time, or one that does not hold</exception>
    public async Task CertifiedAsync(ulong seq, CancellationToken cancel)
    {
        DateTimeOffset? strange = null;
        await UntilAsync(
            seq,
            async _ =>
            {
                IReadOnlyList<Place> places = await network.LogAsync((client, token) => client.PlacesAsync(seq, 1, token), cancel);
                if (places.Count != 1 || places[0].Certificate.IsEmpty) return (false, seq);
                DaCertificate certificate = Read(places[0].Certificate.Memory, seq);
                if (await network.Validators.FindAsync(certificate.Statement.ValidatorSetHash, cancel) is { } set)
                    return certificate.Verify(network.Chain.ChainId, set, network.NowMs) is { IsValid: false } verdict ? throw Forged(seq, verdict.Detail) : (true, seq);
                // The node may be a few blocks behind those who signed; not for long.
                strange ??= network.Clock.GetUtcNow();
                return network.Clock.GetUtcNow() - strange > SetPatience ? throw Forged(seq, $"the chain knows no validator set {certificate.Statement.ValidatorSetHash}") : (false, seq);
            },
            static isThere => isThere,
            () => ClientError.Of(TransferCodes.NotCertified, ErrorClass.Unreachable, seq.ToString(CultureInfo.InvariantCulture), Patience.TotalSeconds.ToString(CultureInfo.InvariantCulture)),
            cancel);
    }

    /// <summary>Its form, and that it is about this batch.</summary>
    private static DaCertificate Read(ReadOnlyMemory<byte> encoded, ulong seq)
    {
        if (DaCertificateCodec.TryDecode(encoded, out DaCertificate? certificate) is var fault && certificate is null) throw Forged(seq, fault.Code());
        return certificate.Statement.Seq == seq ? certificate : throw Forged(seq, $"it is about batch {certificate.Statement.Seq}");
    }

    private static DsdnException Forged(ulong seq, string why) => new(TransferCodes.Certificate, ErrorClass.Integrity, seq.ToString(CultureInfo.InvariantCulture), why);

    private static ByteString Bytes(Hash256 hash) => ByteString.CopyFrom(hash.Span);
}
