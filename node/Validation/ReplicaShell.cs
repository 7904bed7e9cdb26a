using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Signing;
using Dsdn.Consensus.Tendermint;
using Dsdn.Consensus.Wal;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Validation;

/// <summary>
/// Carries out what <see cref="ReplicaCore"/> decides. One thread of its own steps the core and writes the WAL; <see cref="SigningDesk"/>
/// signs; blocks are built, executed and written by <see cref="ExecutionWorker"/>; requests of peers are answered on the thread pool.
/// Clock, queue, key and disk are here; the rules are in the core.
/// </summary>
public sealed class ReplicaShell : IChainObserver, IPeerSink, IDisposable
{
    private const int TickMs = 20;
    private const int PeerInputsMax = 16_384;

    private readonly ReplicaCore _core;
    private readonly ReplicaParts _parts;
    private readonly ILogger _logger;
    private readonly BlockingCollection<ReplicaInput> _inputs = [];
    private readonly ConcurrentQueue<PooledItem> _pooled = new();
    private readonly Queue<TaskCompletionSource<ulong>> _requests = new();
    private readonly SortedSet<(ulong AtMs, CoreTimer Timer)> _timers = new(TimerOrder.Instance);
    private readonly Dictionary<CoreTimer, ulong> _timerTimes = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ThreadLocal<PeerId?> _submitter = new();
    private readonly RelayedTransactions _relayed;
    private readonly MessageEncoder _encoder = new();
    private readonly SigningDesk _signing;
    private Thread? _thread;
    private int _pooledQueued;
    private ulong _tickMs;
    private volatile Exception? _failure;
    private volatile ReplicaProgress _progress;

    public ReplicaShell(ReplicaCore core, ReplicaParts parts, ILogger logger)
    {
        (_core, _parts, _logger, _progress) = (core, parts, logger, core.Progress);
        _signing = new SigningDesk(parts.Signer, parts.Scheme, parts.Clock, parts.ListenMs, answer => Post(answer), Fail, logger);
        _relayed = new RelayedTransactions(add => ThreadPool.UnsafeQueueUserWorkItem(Submit, add, preferLocal: false));
        parts.Worker.Answer = Post;
        parts.Worker.Failed = Fail;
    }

    /// <summary>Ends when the loop has ended; carries the error that ended it, null after <see cref="Stop"/>.</summary>
    public Task<Exception?> Ended => _ended.Task;

    /// <summary>For operators: where this node stood at the last tick.</summary>
    public ReplicaProgress Progress => _progress;

    /// <param name="firstRound">See <see cref="CoreInput.HeightStarted"/>.</param>
    public void Start(uint firstRound)
    {
        _inputs.Add(new ReplicaInput.Started(_parts.Worker.Head(), _parts.Wal.Records, firstRound, _parts.PendingCount() > 0, NowMs()));
        _thread = new Thread(Run) { Name = "consensus", IsBackground = true };
        _thread.Start();
        _parts.Worker.Start();
    }

    public void OnHead(ChainHead head)
    {
    }

    /// <summary>Wakes the loop once however many transactions arrive before it looks.</summary>
    public void OnPooled(Transaction transaction)
    {
        _pooled.Enqueue(new PooledItem(transaction.Hash, transaction.Raw, _submitter.Value));
        if (Interlocked.Exchange(ref _pooledQueued, 1) == 0) Post(new ReplicaInput.WorkArrived(NowMs()));
    }

    public void OnPeerUp(PeerId peer) => Post(new ReplicaInput.PeerUp(peer, NowMs()));

    public void OnPeerGone(PeerId peer) => Post(new ReplicaInput.PeerGone(peer, NowMs()));

    /// <summary>Bytes of a peer, decoded on the caller's thread. While too much waits, peers wait.</summary>
    public async ValueTask OnPeerMessageAsync(PeerId from, PeerLane lane, ReadOnlyMemory<byte> bytes)
    {
        while (_inputs.Count > PeerInputsMax && !_stop.IsCancellationRequested) await Task.Delay(TickMs);
        if (!PeerMessageCodec.TryDecode(bytes.Span, lane, out PeerMessage? message, out PeerDecodeError error))
        {
            Post(new ReplicaInput.Undecodable(from, error.Code(), NowMs()));
            return;
        }
        if (message is PeerMessage.Status status) _parts.Heard(status.DecidedHeight);
        if (!_parts.Links.TryHandle(from, message)) Post(new ReplicaInput.Received(from, message, NowMs()));
    }

    /// <summary>Evidence of a user, judged in its turn. False: too much waits, or this node is stopping.</summary>
    public bool Offer(EvidenceItem item) => _inputs.Count <= PeerInputsMax && Post(new ReplicaInput.EvidenceOffered(item, NowMs()));

    /// <summary>Makes one block now (manual policy) and returns its number.</summary>
    public Task<ulong> RequestBlockAsync()
    {
        var request = new TaskCompletionSource<ulong>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_requests) _requests.Enqueue(request);
        if (!Post(new ReplicaInput.ValueRequested(NowMs()))) request.TrySetCanceled();
        return request.Task;
    }

    /// <summary>Finishes what the execution does, then ends.</summary>
    public void Stop()
    {
        _stop.Cancel();
        _thread?.Join();
        _parts.Worker.Stop();
        _signing.Stop();
    }

    public void Dispose()
    {
        Stop();
        _signing.Dispose();
        _inputs.Dispose();
        _submitter.Dispose();
        _stop.Dispose();
    }

    private ulong NowMs() => (ulong)_parts.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>For waiting: the other clock may be set back, and nothing would happen until it is where it was.</summary>
    private ulong MonotonicMs() => (ulong)_parts.Clock.GetElapsedTime(0, _parts.Clock.GetTimestamp()).TotalMilliseconds;

    private bool Post(ReplicaInput input)
    {
        try
        {
            return !_stop.IsCancellationRequested && _inputs.TryAdd(input);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>The execution ended: so does consensus, with its error.</summary>
    private void Fail(Exception error)
    {
        _failure = error;
        Post(new ReplicaInput.Tick(NowMs()));
    }

    private void Run()
    {
        try
        {
            while (!_stop.IsCancellationRequested) Handle(NextInput());
            _ended.TrySetResult(null);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            _ended.TrySetResult(null);
        }
        catch (Exception e)
        {
            ReplicaLog.LoopFailed(_logger, e);
            _ended.TrySetResult(e);
        }
        finally
        {
            lock (_requests)
            {
                while (_requests.TryDequeue(out TaskCompletionSource<ulong>? request)) request.TrySetCanceled();
            }
        }
    }

    private ReplicaInput NextInput()
    {
        while (true)
        {
            ulong now = MonotonicMs();
            if (_timers.Count > 0 && _timers.Min.AtMs <= now)
            {
                CoreTimer timer = _timers.Min.Timer;
                _timers.Remove(_timers.Min);
                _timerTimes.Remove(timer);
                return new ReplicaInput.TimerFired(timer, NowMs());
            }
            if (now >= _tickMs)
            {
                _tickMs = now + TickMs;
                return new ReplicaInput.Tick(NowMs());
            }
            ulong next = _timers.Count > 0 ? Math.Min(_tickMs, _timers.Min.AtMs) : _tickMs;
            if (_inputs.TryTake(out ReplicaInput? input, (int)(next - now), _stop.Token)) return input;
        }
    }

    private void Handle(ReplicaInput input)
    {
        if (_failure is { } failure) ExceptionDispatchInfo.Throw(failure);
        if (input is ReplicaInput.WorkArrived && TakePooled() is { } pooled) Carry(_core.Step(pooled));
        if (input is ReplicaInput.Committed committed) OnCommitted(committed.Head.Height);
        else if (input is ReplicaInput.Tick) _relayed.Tick(MonotonicMs());
        Carry(_core.Step(input));
        if (input is ReplicaInput.Tick) _progress = _core.Progress;
    }

    private ReplicaInput.Pooled? TakePooled()
    {
        Volatile.Write(ref _pooledQueued, 0);
        var items = new List<PooledItem>();
        while (_pooled.TryDequeue(out PooledItem item)) items.Add(item);
        return items.Count == 0 ? null : new ReplicaInput.Pooled(items, NowMs());
    }

    private void OnCommitted(ulong height)
    {
        lock (_requests)
        {
            if (_requests.TryDequeue(out TaskCompletionSource<ulong>? request)) request.TrySetResult(height);
        }
        DropTimers(height);
        _signing.Decided(height);
        _relayed.BlockEnds();
    }

    private void DropTimers(ulong decidedHeight)
    {
        foreach (CoreTimer timer in _timerTimes.Keys.Where(timer => timer.Height <= decidedHeight).ToArray())
        {
            _timers.Remove((_timerTimes[timer], timer));
            _timerTimes.Remove(timer);
        }
    }

    private void Carry(IReadOnlyList<ReplicaEffect> effects)
    {
        foreach (ReplicaEffect effect in effects)
        {
            if (CarryOut(effect) is { } answer) Carry(_core.Step(answer));
        }
    }

    /// <summary>The answer where there is one at once.</summary>
    private ReplicaInput? CarryOut(ReplicaEffect effect)
    {
        switch (effect)
        {
            case ReplicaEffect.Send send:
                (PeerLane lane, ReadOnlyMemory<byte> bytes) = _encoder.Encode(send.Message);
                _parts.Links.Send(send.To, lane, bytes);
                return null;
            case ReplicaEffect.Ban ban:
                ReplicaLog.Banned(_logger, ban.Peer.ToString(), ban.Offence.ToString(), ban.Reason);
                _parts.Links.Ban(ban.Peer, ban.UntilMs, $"{ban.Offence}: {ban.Reason}");
                return null;
            case ReplicaEffect.SetTimer timer:
                SetTimer(timer.Timer, timer.AtMs);
                return null;
            case ReplicaEffect.AppendWal append:
                _parts.Wal.Append(append.Record);
                return null;
            case ReplicaEffect.SyncWal:
                long started = Stopwatch.GetTimestamp();
                _parts.Wal.Sync();
                ConsensusMetrics.WalSyncSeconds.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
                return null;
            case ReplicaEffect.TruncateWal:
                _parts.Wal.Truncate();
                return null;
            case ReplicaEffect.SignProposal sign:
                return _signing.Sign(sign);
            case ReplicaEffect.SignVote sign:
                return _signing.Sign(sign);
            case ReplicaEffect.OwnKeySeen own:
                _signing.Seen(own.Seen);
                return null;
            case ReplicaEffect.Build or ReplicaEffect.Execute or ReplicaEffect.Commit or ReplicaEffect.ApplyBlock
                or ReplicaEffect.VoteEvidence or ReplicaEffect.ProposalEvidence or ReplicaEffect.CheckEvidence:
                if (effect is ReplicaEffect.Build or ReplicaEffect.Execute) _relayed.BlockBegins(MonotonicMs());
                _parts.Worker.Do(effect);
                return null;
            case ReplicaEffect.Serve serve:
                ThreadPool.UnsafeQueueUserWorkItem(Serve, serve, preferLocal: false);
                return null;
            case ReplicaEffect.AddTransactions add:
                _relayed.Add(add, MonotonicMs());
                return null;
            case ReplicaEffect.RoundEntered entered:
                if (entered.Round > 0 && entered.Step == CoreStep.Propose) ReplicaLog.Round(_logger, entered.Height, entered.Round);
                return null;
            case ReplicaEffect.KeepVotes kept:
                _parts.Votes.Keep(kept.Height, kept.Votes);
                return null;
            case ReplicaEffect.Halt halt:
                throw new ConsensusHaltedException(halt.Code, halt.Reason);
            default:
                throw new InvalidOperationException($"unknown effect {effect.GetType().Name}");
        }
    }

    private void SetTimer(CoreTimer timer, ulong wallMs)
    {
        ulong now = NowMs();
        ulong atMs = MonotonicMs() + (wallMs > now ? wallMs - now : 0);
        if (_timerTimes.Remove(timer, out ulong before)) _timers.Remove((before, timer));
        _timerTimes[timer] = atMs;
        _timers.Add((atMs, timer));
    }

    private void Serve(ReplicaEffect.Serve serve)
    {
        try
        {
            if (_parts.Answer(serve.Request) is not { } reply) return;
            (PeerLane lane, ReadOnlyMemory<byte> bytes) = MessageEncoder.EncodeOne(reply);
            _parts.Links.Send(serve.To, lane, bytes);
        }
        catch (Exception e)
        {
            ReplicaLog.ServeFailed(_logger, serve.Request.GetType().Name, e);
        }
    }

    private void Submit(ReplicaEffect.AddTransactions add)
    {
        try
        {
            _submitter.Value = add.From;
            _parts.Submit(add.Items);
        }
        catch (Exception e)
        {
            ReplicaLog.SubmitFailed(_logger, e);
        }
        finally
        {
            _submitter.Value = null;
        }
    }

    private sealed class TimerOrder : IComparer<(ulong AtMs, CoreTimer Timer)>
    {
        public static readonly TimerOrder Instance = new();

        public int Compare((ulong AtMs, CoreTimer Timer) x, (ulong AtMs, CoreTimer Timer) y)
        {
            int order = x.AtMs.CompareTo(y.AtMs);
            if (order == 0) order = x.Timer.Height.CompareTo(y.Timer.Height);
            if (order == 0) order = x.Timer.Round.CompareTo(y.Timer.Round);
            return order != 0 ? order : x.Timer.Kind.CompareTo(y.Timer.Kind);
        }
    }
}
