using System.Threading.Channels;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Grpc;
using Dsdn.Log.Attestation;
using Dsdn.Log.Following;
using Dsdn.Log.State;
using Dsdn.Node.Archive;
using Dsdn.Node.Attestation;
using Dsdn.Node.LogService;
using Dsdn.Node.Queries;
using Dsdn.Services.Batches;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Following;

/// <summary>What a node is told about the log it follows.</summary>
/// <param name="Source">Where batches come from; empty while nobody serves them.</param>
/// <param name="AttestedSeq">The last batch this validator's signature was taken for; 0 where it attests none.</param>
public sealed record LogFollowStatus(ulong Seq, Hash256 CoreHash, ulong LogTimeMs, string Source, ulong AttestedSeq, ulong Refused);

/// <summary>
/// Follows the log: takes batches from whoever serves them, believes none of them, keeps the bytes, and as a validator signs what is on its disk. What serves batches wrongly
/// is left for the next source.
/// </summary>
public sealed class LogFollowing : ILogView, IAsyncDisposable
{
    /// <summary>After a restart the last batches are signed again: the collector may have been away.</summary>
    public const ulong SignedAgainMax = 64;

    private const int PauseMsMin = 250;
    private const int PauseMsMax = 5_000;
    private const int StandInMs = 5_000;
    private const int WaitingMax = 1_024;

    /// <summary>Of statements and signatures, which are small: a signer or a collector may be away for a day.</summary>
    private const int KeptMax = 65_536;
    private const int SentAtOnceMax = 64;

    private readonly LogStore _store;
    private readonly LogStatements _statements;
    private readonly IAttestationSigner? _signer;
    private readonly NodeIdentity _identity;
    private readonly Action<LogState, IReadOnlyList<AppliedBatch>>? _applied;
    private readonly Lock _stateLock = new();
    private readonly LogClient[] _sources;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<BatchAttestation> _signed = Channel.CreateBounded<BatchAttestation>(new BoundedChannelOptions(KeptMax) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Channel<Arrival> _arrivals = Channel.CreateBounded<Arrival>(new BoundedChannelOptions(WaitingMax) { SingleReader = true });
    private readonly Channel<Stored> _stored = Channel.CreateBounded<Stored>(new BoundedChannelOptions(KeptMax) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Lock _moreLock = new();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile LogFollowStatus _status;
    private volatile LogClient? _current;
    private ulong _attested, _refused;
    private Task _running = Task.CompletedTask;
    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="store">Belongs to this object from here on.</param>
    /// <param name="signer">Null: this node attests nothing.</param>
    /// <param name="sources">In the order in which they are tried.</param>
    /// <param name="identity">Disposed with this.</param>
    /// <param name="applied">Told of batches once they are on the disk, while nobody changes the state; must be short.</param>
    public LogFollowing(
        LogStore store, LogStatements statements, IAttestationSigner? signer, IReadOnlyList<LogAddress> sources, NodeIdentity identity, ChainIdentity chain, TimeProvider clock, ILogger logger,
        Action<LogState, IReadOnlyList<AppliedBatch>>? applied = null)
    {
        (_store, _statements, _signer, _identity, _logger, _applied) = (store, statements, signer, identity, logger, applied);
        _sources = [.. sources.Select(source => new LogClient(source, identity, chain, clock))];
        _status = StatusNow("");
    }

    public LogFollowStatus Status => _status;

    public ulong Seq => _status.Seq;

    /// <summary>Carries the error after which no batch can be applied any more; null after <see cref="DisposeAsync"/>.</summary>
    public Task<Exception?> Ended => _ended.Task;

    public Task<T> ReadAsync<T>(Func<LogState, T> read) => Task.FromResult(Ask(read));

    /// <summary>The exact bytes of a batch; null where it is not here.</summary>
    public byte[]? Read(ulong seq) => seq == 0 || seq > _status.Seq ? null : _store.Archive.Read(seq);

    /// <summary>A question to the state, while nobody changes it. Must be short: batches wait for it.</summary>
    public T Ask<T>(Func<LogState, T> question)
    {
        lock (_stateLock) return question(_store.State);
    }

    /// <summary>Of the first batch that is here.</summary>
    public ulong First => Math.Max(1, _store.Archive.First);

    public async Task WaitAsync(ulong seq, CancellationToken cancel)
    {
        while (true)
        {
            Task more;
            lock (_moreLock)
            {
                if (_status.Seq >= seq) return;
                more = _more.Task;
            }
            await more.WaitAsync(cancel);
        }
    }

    /// <summary>Where a batch is known to lie beside this node.</summary>
    public (IReadOnlyList<DaPointer> Pointers, ReadOnlyMemory<byte> Certificate) Place(ulong seq) =>
        (_store.Archive.Pointers(seq), _store.Archive.Certificate(seq) is { } certificate ? DaCertificateCodec.Encode(certificate) : default(ReadOnlyMemory<byte>));

    /// <param name="scan">Reads the log's namespace on Celestia beside the sources; null: it is not read.</param>
    public void Start(CelestiaScan? scan = null)
    {
        SignAgain();
        Task scanning = scan is null ? Task.CompletedTask : Task.Run(() => scan.RunAsync(BringAsync, _stop.Token));
        _running = Task.WhenAll(Task.Run(TakeAsync), Task.Run(FollowAsync), Task.Run(SignAsync), Task.Run(SendAsync), scanning);
    }

    /// <summary>Bytes that somebody says are a batch, in any order. Returns when there is room for more.</summary>
    /// <returns>Whether they held, when that is known.</returns>
    private async Task<bool> BringAsync(ReadOnlyMemory<byte> envelope, string source)
    {
        var arrival = new Arrival(envelope, source, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        await _arrivals.Writer.WriteAsync(arrival, _stop.Token);
        return await arrival.Held.Task.WaitAsync(_stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        foreach (LogClient source in _sources) source.Dispose();
        (_signer as IDisposable)?.Dispose();
        _identity.Dispose();
        _store.Dispose();
        _stop.Dispose();
    }

    /// <summary>The one place where the log changes.</summary>
    private async Task TakeAsync()
    {
        try
        {
            await foreach (Arrival arrival in _arrivals.Reader.ReadAllAsync(_stop.Token)) arrival.Held.SetResult(Take(arrival.Envelope, arrival.Source));
            _ended.TrySetResult(null);
        }
        catch (OperationCanceledException)
        {
            _ended.TrySetResult(null); // stopped
        }
        catch (Exception e)
        {
            FollowingLog.Ended(_logger, e);
            _ended.TrySetResult(e);
        }
    }

    private async Task FollowAsync()
    {
        int pause = PauseMsMin;
        for (int attempt = 0, standIns = 0; !_stop.IsCancellationRequested; attempt++)
        {
            // Between any two that stand in for it the first one is asked again, or those who stand in would wait for each other.
            bool isStandIn = attempt % 2 == 1 && _sources.Length > 1;
            LogClient source = _sources[isStandIn ? 1 + (standIns++ % (_sources.Length - 1)) : 0];
            using var turn = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            if (isStandIn) turn.CancelAfter(StandInMs);
            try
            {
                await foreach (ReadOnlyMemory<byte> envelope in source.FollowAsync(_status.Seq + 1, turn.Token))
                {
                    if (!ReferenceEquals(_current, source)) FollowingLog.Connected(_logger, source.Address.ToString(), _status.Seq);
                    _current = source;
                    pause = PauseMsMin;
                    if (!await BringAsync(envelope, source.Address.ToString())) break;
                }
            }
            catch (Exception e) when (e is GrpcException or OperationCanceledException)
            {
                if (_stop.IsCancellationRequested) return;
                if (turn.IsCancellationRequested) pause = PauseMsMin;
                else if (ReferenceEquals(_current, source)) FollowingLog.Lost(_logger, source.Address.ToString(), e.Message);
            }
            _current = null;
            _status = _status with { Source = "" };
            try
            {
                await Task.Delay(pause, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            pause = Math.Min(pause * 2, PauseMsMax);
        }
    }

    /// <returns>False: it does not hold.</returns>
    private bool Take(ReadOnlyMemory<byte> envelope, string source)
    {
        OfferResult result;
        lock (_stateLock)
        {
            result = _store.Offer(envelope);
            foreach (AppliedBatch batch in result.Applied) Keep(batch.Header, batch.Encoded, batch.DaSet.Validators);
            if (result.Applied.Count > 0) _applied?.Invoke(_store.State, result.Applied);
        }
        _status = StatusNow(_current?.Address.ToString() ?? "");
        if (result.Applied.Count > 0) Tell();
        if (result.Outcome == OfferOutcome.Duplicate) return IsArchived(envelope);
        if (result.Outcome != OfferOutcome.Refused) return true;
        _refused++;
        FollowingLog.Refused(_logger, source, result.Verdict.Fault.Code(), result.Verdict.Detail);
        return false;
    }

    private void Tell()
    {
        TaskCompletionSource told;
        lock (_moreLock) (told, _more) = (_more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        told.SetResult();
    }

    /// <summary>A copy, not other bytes that only name a batch which is here.</summary>
    private bool IsArchived(ReadOnlyMemory<byte> envelope) =>
        BatchEnvelopeCodec.TryDecode(envelope, out BatchEnvelope? read) == LogFault.None && read is not null && _store.Archive.Read(read.Header.Seq).AsSpan().SequenceEqual(envelope.Span);

    private void SignAgain()
    {
        ulong head = _store.State.Seq;
        for (ulong seq = head > SignedAgainMax ? head - SignedAgainMax + 1 : 1; seq <= head; seq++)
        {
            if (_store.Archive.Read(seq) is not { } envelope || BatchEnvelopeCodec.TryDecode(envelope, out BatchEnvelope? read) != LogFault.None || read is null) continue;
            Keep(read.Header, envelope, ArchivedSets.At(_store.Archive, _store.State.Genesis, seq));
        }
    }

    /// <summary>To be signed; who is not in the set has nothing to say.</summary>
    private void Keep(BatchHeader header, ReadOnlyMemory<byte> envelope, ValidatorSet set)
    {
        if (_signer is null || !set.Validators.Any(validator => validator.ConsensusKey.Span.SequenceEqual(_signer.PublicKey.Span))) return;
        Hash256 hash = BlockHashes.Validators(set);
        LogAnchor? anchor = _store.State.RootsAt(header.Seq) is { } at ? _statements.AnchorOf(header, hash, at.Roots) : null;
        _stored.Writer.TryWrite(new Stored(_statements.Of(header, envelope, hash), anchor));
    }

    /// <summary>What is on the disk is signed, in order.</summary>
    private async Task SignAsync()
    {
        if (_signer is null) return;
        try
        {
            await foreach (Stored batch in _stored.Reader.ReadAllAsync(_stop.Token))
            {
                AttestationResult signed = await RetryAsync(() => _signer.SignAsync(batch.Statement, _stop.Token));
                if (!signed.IsSigned)
                {
                    FollowingLog.NotSigned(_logger, batch.Statement.Seq, signed.Code, signed.Detail);
                    continue;
                }
                ReadOnlyMemory<byte> anchor = default;
                if (batch.Anchor is { } told)
                {
                    AttestationResult anchored = await RetryAsync(() => _signer.SignAsync(told, _stop.Token));
                    if (anchored.IsSigned) anchor = anchored.Signature;
                    else FollowingLog.NotSigned(_logger, told.Seq, anchored.Code, anchored.Detail);
                }
                _signed.Writer.TryWrite(new BatchAttestation(batch.Statement.Seq, signed.Signature, anchor));
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task<AttestationResult> RetryAsync(Func<Task<AttestationResult>> sign)
    {
        while (true)
        {
            AttestationResult result = await sign();
            if (result.IsSigned || !result.MayRetry) return result;
            await Task.Delay(PauseMsMin, _stop.Token);
        }
    }

    private async Task SendAsync()
    {
        if (_signer is null) return;
        var waiting = new List<BatchAttestation>();
        try
        {
            while (await _signed.Reader.WaitToReadAsync(_stop.Token))
            {
                while (waiting.Count < SentAtOnceMax && _signed.Reader.TryRead(out BatchAttestation? one)) waiting.Add(one);
                while (waiting.Count > 0 && !await TrySendAsync(waiting)) await Task.Delay(PauseMsMin, _stop.Token);
                waiting.Clear();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    /// <summary>To whoever collects them: archives among the sources do not.</summary>
    private async Task<bool> TrySendAsync(List<BatchAttestation> waiting)
    {
        if (_signer is null) return true;
        foreach (LogClient source in _sources)
        {
            try
            {
                IReadOnlyList<string> refusals = await source.AttestAsync(_signer.PublicKey, waiting, _stop.Token);
                if (refusals.All(static code => code == ArchiveHost.NotCoordinator)) continue;
                for (int i = 0; i < refusals.Count; i++)
                {
                    if (refusals[i].Length > 0) FollowingLog.NotTaken(_logger, waiting[i].Seq, refusals[i]);
                    else _attested = Math.Max(_attested, waiting[i].Seq);
                }
                _status = _status with { AttestedSeq = _attested };
                return true;
            }
            catch (GrpcException)
            {
                // The next one, or the same later.
            }
        }
        return false;
    }

    private LogFollowStatus StatusNow(string source) => new(_store.State.Seq, _store.State.HeadHash, _store.State.LogTimeMs, source, _attested, _refused);

    /// <param name="Held">Set when it was looked at.</param>
    private sealed record Arrival(ReadOnlyMemory<byte> Envelope, string Source, TaskCompletionSource<bool> Held);

    /// <param name="Anchor">Null where the chain is not told of the batch.</param>
    private sealed record Stored(DaStatement Statement, LogAnchor? Anchor);
}

internal static partial class FollowingLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "log followed at {Source} from batch {Seq}")]
    public static partial void Connected(ILogger logger, string source, ulong seq);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "log source {Source} lost: {Reason}")]
    public static partial void Lost(ILogger logger, string source, string reason);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "log source {Source} serves what does not hold: {Code} {Detail}")]
    public static partial void Refused(ILogger logger, string source, string code, string detail);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "batch {Seq} is not attested: {Code} {Detail}")]
    public static partial void NotSigned(ILogger logger, ulong seq, string code, string detail);

    [LoggerMessage(EventId = 6, Level = LogLevel.Error, Message = "the log cannot be followed any more")]
    public static partial void Ended(ILogger logger, Exception error);

    [LoggerMessage(EventId = 5, Level = LogLevel.Warning, Message = "the attestation of batch {Seq} was not taken: {Code}")]
    public static partial void NotTaken(ILogger logger, ulong seq, string code);
}
