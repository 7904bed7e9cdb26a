using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;
using Dsdn.Services.Placements.Wire;
using Dsdn.Transfers.Network;
using Dsdn.Transfers.Posting;
using Google.Protobuf;

namespace Dsdn.Transfers.Storing;

/// <summary>
/// The way of the chunks of one file of the log: reserved in groups, stored beside each other, declared with what their nodes signed. While one group waits for its batch the next fills up, so that
/// groups grow with the delay and not the delay with the chunks.
/// </summary>
internal sealed class ChunkPipeline : IAsyncDisposable
{
    /// <summary>How long enough nodes may be missing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>A declaration that is not in the log after this is signed and sent again.</summary>
    private static readonly TimeSpan PostAgain = TimeSpan.FromSeconds(15);

    private readonly PipelineParts _parts;
    private readonly Hash256 _agreement, _file;
    private readonly Channel<OutgoingChunk> _incoming = Channel.CreateUnbounded<OutgoingChunk>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _failing;
    private readonly ConcurrentDictionary<Hash256, ChunkDeclared> _declared = [];
    private readonly Task _running;
    private ulong _lastSeq;

    /// <param name="cancel">Of the caller; <see cref="Token"/> is cancelled by a failure too.</param>
    public ChunkPipeline(PipelineParts parts, Hash256 agreement, Hash256 file, CancellationToken cancel)
    {
        (_parts, _agreement, _file) = (parts, agreement, file);
        _failing = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Token = _failing.Token;
        _running = GuardAsync(RunAsync());
    }

    public CancellationToken Token { get; }

    /// <summary>Takes a chunk and, for good, its buffer.</summary>
    public void Add(OutgoingChunk chunk) => _incoming.Writer.TryWrite(chunk);

    /// <summary>Returns when the log has all chunks, with a batch from which on it has them.</summary>
    public async Task<ulong> CompleteAsync()
    {
        _incoming.Writer.TryComplete();
        await _running;
        return await ConfirmAsync();
    }

    /// <summary>The failure that ended it, where one did: what its users see is only that they were cancelled.</summary>
    public async Task ThrowIfFailedAsync()
    {
        if (_running.IsFaulted) await _running;
    }

    public async ValueTask DisposeAsync()
    {
        _incoming.Writer.TryComplete();
        await _failing.CancelAsync();
        try
        {
            await _running;
        }
        catch (Exception failure) when (failure is OperationCanceledException or DsdnException)
        {
            // Told by CompleteAsync or ThrowIfFailedAsync.
        }
        _failing.Dispose();
    }

    private async Task RunAsync()
    {
        List<Task> stores = [];
        HashSet<Hash256> seen = [];
        try
        {
            while (await _incoming.Reader.WaitToReadAsync(Token))
            {
                List<OutgoingChunk> group = [];
                while (group.Count < LogLimits.ChunksPerUseMax && _incoming.Reader.TryRead(out OutgoingChunk? chunk))
                {
                    // The same bytes twice in one file are one chunk.
                    if (seen.Add(chunk.ChunkId)) group.Add(chunk);
                    else Done(chunk);
                }
                if (group.Count == 0) continue;
                IReadOnlyList<ReservedPlaces> places = await ReserveAsync(group);
                for (int i = 0; i < group.Count; i++) stores.Add(GuardAsync(StoreAsync(group[i], places[i])));
                stores.RemoveAll(static store => store.IsCompletedSuccessfully);
            }
        }
        finally
        {
            if (stores.Count > 0) await Task.WhenAll(stores);
        }
    }

    /// <summary>The first failure ends the others.</summary>
    private async Task GuardAsync(Task work)
    {
        try
        {
            await work;
        }
        catch (Exception)
        {
            await _failing.CancelAsync();
            throw;
        }
    }

    private void Done(OutgoingChunk chunk)
    {
        _parts.Buffers.Return(chunk.Buffer);
        _parts.Progress.AddDone();
    }

    private async Task StoreAsync(OutgoingChunk chunk, ReservedPlaces places)
    {
        DateTimeOffset end = _parts.Network.Clock.GetUtcNow() + Patience;
        var pause = new Backoff(_parts.Network.Clock);
        while (true)
        {
            StoreOutcome outcome = await _parts.Storer.StoreAsync(_agreement, _file, chunk, places, Token);
            if (outcome.IsEnough && await TryDeclareAsync(chunk, places, outcome)) break;
            if (_parts.Network.Clock.GetUtcNow() >= end) throw new DsdnException(TooFew(chunk, outcome));
            if (!outcome.IsEnough) _parts.Progress.Step(TransferStep.Waiting, string.Join("; ", outcome.Refusals));
            await pause.WaitAsync(Token);
            // Placed anew over the nodes that are there now.
            places = (await ReserveAsync([chunk]))[0];
        }
        Done(chunk);
    }

    private async Task<IReadOnlyList<ReservedPlaces>> ReserveAsync(IReadOnlyList<OutgoingChunk> chunks)
    {
        AgreementUse use = new(_agreement, _file, chunks[0].Coding, [.. chunks.Select(static chunk => new ReservedChunk(chunk.ChunkId, chunk.LengthBytes))]);
        ulong seq = await _parts.Poster.PostAsync(use, Token);
        var request = new ReservationsRequest { Agreement = Bytes(_agreement), File = Bytes(_file) };
        request.Chunks.AddRange(chunks.Select(static chunk => Bytes(chunk.ChunkId)));
        ReservationsReply reply = await _parts.Watch.UntilAsync(
            seq,
            async minSeq =>
            {
                request.MinSeq = minSeq;
                ReservationsReply answer = await _parts.Network.AskAsync((client, token) => client.ReservationsAsync(request, token), Token);
                return (answer, answer.Seq);
            },
            answer => answer.Reservations.Count == chunks.Count && answer.Reservations.All(one => one.Exists && one.ReservedSeq >= seq),
            () => Late("AgreementUse"),
            Token);
        return [.. reply.Reservations.Select(one => Read(one, chunks[0].Coding))];
    }

    /// <summary>False where the reservation is gone or was replaced: then it has to be made again.</summary>
    private async Task<bool> TryDeclareAsync(OutgoingChunk chunk, ReservedPlaces places, StoreOutcome outcome)
    {
        ChunkDeclared declared = new(_agreement, _file, chunk.ChunkId, chunk.LengthBytes, chunk.Coding, places.Generation, chunk.Roots, outcome.Acks);
        try
        {
            await PostAsync(declared);
            return true;
        }
        catch (DsdnException refused) when (refused.Error.Code is "DSDN-E-LOG-RESERVATION-MISSING" or "DSDN-E-LOG-GENERATION" or "DSDN-E-LOG-ACK-NODE" or "DSDN-E-LOG-ACK-QUORUM")
        {
            return false;
        }
    }

    private async Task PostAsync(ChunkDeclared declared)
    {
        try
        {
            ulong seq = await _parts.Poster.PostAsync(declared, Token);
            lock (_failing) _lastSeq = Math.Max(_lastSeq, seq);
        }
        catch (DsdnException refused) when (refused.Error.Code == "DSDN-E-LOG-CHUNK-CONFLICT")
        {
            // Declared by an attempt whose answer was lost; whether it is so shows when the file is read from the log.
        }
        _declared[declared.ChunkId] = declared;
    }

    private async Task<ulong> ConfirmAsync()
    {
        DateTimeOffset postAgain = _parts.Network.Clock.GetUtcNow() + PostAgain;
        if (_declared.IsEmpty) return _lastSeq;
        return (await _parts.Watch.UntilAsync(
            _lastSeq,
            async minSeq =>
            {
                (IReadOnlySet<Hash256> there, ulong seq) = await _parts.Watch.FileAsync(_agreement, _file, minSeq, Token);
                ChunkDeclared[] missing = [.. _declared.Values.Where(declared => !there.Contains(declared.ChunkId))];
                if (missing.Length > 0 && _parts.Network.Clock.GetUtcNow() >= postAgain)
                {
                    postAgain = _parts.Network.Clock.GetUtcNow() + PostAgain;
                    foreach (ChunkDeclared declared in missing) await PostAsync(declared);
                }
                return ((IsWhole: missing.Length == 0, Seq: seq), seq);
            },
            static state => state.IsWhole,
            () => Late("ChunkDeclared"),
            Token)).Seq;
    }

    private static ReservedPlaces Read(Reservation one, ChunkCoding coding) => new(one.ReservedSeq, one.Generation, one.IsLive,
    [
        .. one.Places.Where(place => place.Slot < coding.Slots() && place.Node.Length == Hash256.Size && place.Zone <= ushort.MaxValue)
            .DistinctBy(static place => place.Slot).OrderBy(static place => place.Slot)
            .Select(static place => new ReservedPlace((byte)place.Slot, new Hash256(place.Node.Span), (ushort)place.Zone)),
    ]);

    private static ClientError Late(string kind) => ClientError.Of(TransferCodes.NotInLog, ErrorClass.Unreachable, kind);

    private static ClientError TooFew(OutgoingChunk chunk, StoreOutcome outcome)
    {
        bool isCoded = chunk.Coding == ChunkCoding.ReedSolomon;
        return ClientError.Of(
            TransferCodes.Quorum, ErrorClass.Unreachable,
            (isCoded ? outcome.Acks.Count : outcome.Zones).ToString(CultureInfo.InvariantCulture),
            ChunkStorer.Needed(chunk.Coding).ToString(CultureInfo.InvariantCulture),
            chunk.Number.ToString(CultureInfo.InvariantCulture),
            outcome.Refusals.Count == 0 ? "-" : string.Join("; ", outcome.Refusals),
            outcome.Acks.Count == 0 ? "-" : string.Join(", ", outcome.Acks.Select(static ack => ack.Zone).Distinct().Order()),
            chunk.ChunkId.ToString());
    }

    private static ByteString Bytes(Hash256 hash) => ByteString.CopyFrom(hash.Span);
}
