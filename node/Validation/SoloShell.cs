using System.Collections.Concurrent;
using System.Diagnostics;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;
using Dsdn.Consensus.Solo;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Validation;

/// <summary>
/// Carries out what <see cref="SoloCore"/> decides, on one thread of its own: that thread is the only caller of
/// <see cref="IExecution"/>. Clock, queue and signer are here; the rules are in the core.
/// </summary>
/// <param name="precommitSignBytes">The bytes a precommit signs, for height, round and block hash.</param>
/// <param name="pendingCount">Executable transactions in the pool.</param>
/// <param name="betweenBlocks">Housekeeping on the execution thread, after each commit, with the height.</param>
public sealed class SoloShell(
    SoloCore core,
    IExecution execution,
    IVoteSigner signer,
    Func<ulong, uint, Hash256, byte[]> precommitSignBytes,
    Func<int> pendingCount,
    Action<ulong> betweenBlocks,
    TimeProvider clock,
    ILogger logger) : IChainObserver, IDisposable
{
    private const int IdleWaitMs = 60_000;

    private readonly BlockingCollection<SoloInput> _inputs = [];
    private readonly Queue<TaskCompletionSource<ulong>> _requests = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Thread? _thread;
    private SoloState? _state;
    private ulong? _timerMs;
    private int _arrivalQueued;

    /// <summary>Ends when the loop has ended; carries the error that ended it, null after <see cref="Stop"/>.</summary>
    public Task<Exception?> Ended => _ended.Task;

    /// <param name="lastCommit">Certificate of the decided block; null at block 0.</param>
    public void Start(ulong decidedTimeMs, Certificate? lastCommit)
    {
        ulong height = execution.Decided.Header.Number + 1;
        uint round = signer.Last.Height == height ? signer.Last.Round + 1 : 0;
        if (signer.Last.Height > height)
        {
            throw new DoubleSignException($"the last signature is for height {signer.Last.Height} but the chain data ends at {height - 1}; restore the data of that chain, or move the last-sign record away if the chain was reset on purpose");
        }
        _inputs.Add(new SoloInput.Started(height - 1, decidedTimeMs, lastCommit, round, pendingCount() > 0, NowMs()));
        _thread = new Thread(Run) { Name = "consensus", IsBackground = true };
        _thread.Start();
    }

    public void OnHead(ChainHead head)
    {
    }

    /// <summary>Wakes the loop once however many transactions arrive before it looks.</summary>
    public void OnPooled(Transaction transaction)
    {
        if (Interlocked.Exchange(ref _arrivalQueued, 1) == 0) TryQueue(new SoloInput.TransactionsArrived(NowMs()));
    }

    /// <summary>Makes one block now (manual policy) and returns its number.</summary>
    public Task<ulong> RequestBlockAsync()
    {
        var request = new TaskCompletionSource<ulong>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_requests) _requests.Enqueue(request);
        if (!TryQueue(new SoloInput.BlockRequested(NowMs()))) request.TrySetCanceled();
        return request.Task;
    }

    /// <summary>Finishes the block that is under way, then ends.</summary>
    public void Stop()
    {
        _stop.Cancel();
        _thread?.Join();
    }

    public void Dispose()
    {
        Stop();
        _inputs.Dispose();
        _stop.Dispose();
    }

    private ulong NowMs() => (ulong)clock.GetUtcNow().ToUnixTimeMilliseconds();

    private bool TryQueue(SoloInput input)
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
            SoloLog.LoopFailed(logger, e);
            _ended.TrySetResult(e);
        }
        finally
        {
            CancelRequests();
        }
    }

    private SoloInput NextInput()
    {
        while (true)
        {
            int wait = _timerMs is ulong at ? (int)Math.Min(IdleWaitMs, at > NowMs() ? at - NowMs() : 0) : IdleWaitMs;
            if (_inputs.TryTake(out SoloInput? input, wait, _stop.Token))
            {
                if (input is SoloInput.TransactionsArrived) Volatile.Write(ref _arrivalQueued, 0);
                return input;
            }
            if (_timerMs is ulong due && due <= NowMs())
            {
                _timerMs = null;
                return new SoloInput.TimerFired(NowMs());
            }
        }
    }

    private void Handle(SoloInput input)
    {
        var pending = new Queue<SoloInput>();
        pending.Enqueue(input);
        while (pending.TryDequeue(out SoloInput? next))
        {
            (_state, IReadOnlyList<SoloEffect> effects) = core.Step(_state, next);
            foreach (SoloEffect effect in effects)
            {
                if (CarryOut(effect) is { } answer) pending.Enqueue(answer);
            }
        }
    }

    private SoloInput? CarryOut(SoloEffect effect)
    {
        switch (effect)
        {
            case SoloEffect.SetTimer timer:
                _timerMs = timer.AtMs;
                return null;
            case SoloEffect.Build build:
                return Build(build.Request);
            case SoloEffect.SignPrecommit sign:
                byte[] signature = signer.Sign(sign.Height, sign.Round, SignStep.Precommit, precommitSignBytes(sign.Height, sign.Round, sign.BlockHash));
                return new SoloInput.PrecommitSigned(signature);
            case SoloEffect.Commit commit:
                return Commit(commit);
            case SoloEffect.Halt halt:
                throw new ConsensusHaltedException(halt.Reason);
            default:
                throw new InvalidOperationException($"unknown effect {effect.GetType().Name}");
        }
    }

    private SoloInput.BlockBuilt Build(BuildRequest request)
    {
        long started = Stopwatch.GetTimestamp();
        Block block = execution.Build(request);
        ConsensusMetrics.BuildSeconds.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        ulong timeMs = block.Consensus?.TimeMs ?? throw new InvalidOperationException("a built block has a consensus header");
        return new SoloInput.BlockBuilt(block.Hash, timeMs, execution.Validators);
    }

    private SoloInput.BlockCommitted Commit(SoloEffect.Commit commit)
    {
        long started = Stopwatch.GetTimestamp();
        execution.Commit(commit.BlockHash, commit.Certificate);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Block decided = execution.Decided;
        ConsensusMetrics.OnDecided(decided, seconds);
        SoloLog.Committed(logger, decided.Header.Number, decided.Transactions.Count, decided.Header.GasUsed, (long)(seconds * 1000));
        lock (_requests)
        {
            if (_requests.TryDequeue(out TaskCompletionSource<ulong>? request)) request.TrySetResult(decided.Header.Number);
        }
        betweenBlocks(decided.Header.Number);
        return new SoloInput.BlockCommitted(pendingCount() > 0, NowMs());
    }

    private void CancelRequests()
    {
        lock (_requests)
        {
            while (_requests.TryDequeue(out TaskCompletionSource<ulong>? request)) request.TrySetCanceled();
        }
    }
}

/// <summary>The validator cannot go on; nothing is lost, and what was decided stays decided.</summary>
public sealed class ConsensusHaltedException(string reason) : Exception($"DSDN-E-HALTED: {reason}");

internal static partial class SoloLog
{
    [LoggerMessage(EventId = 10, Level = LogLevel.Information, Message = "block committed {Height} transactions {Transactions} gas {GasUsed} commit_ms {CommitMs}")]
    public static partial void Committed(ILogger logger, ulong height, int transactions, ulong gasUsed, long commitMs);

    [LoggerMessage(EventId = 11, Level = LogLevel.Critical, Message = "consensus stopped")]
    public static partial void LoopFailed(ILogger logger, Exception error);
}
