using System.Threading.Channels;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Storing;
using Dsdn.Storage;
using Dsdn.StorageNode.Fetching;
using Dsdn.StorageNode.Observability;
using Dsdn.StorageNode.Serving;
using Dsdn.StorageNode.Submitting;
using Microsoft.Extensions.Logging;

namespace Dsdn.StorageNode.Storing;

/// <summary>What the loop last knew of its core.</summary>
internal readonly record struct StoringStatus(bool IsFresh, int Fetching, int ToFetch, int Releasing, int Waiting);

/// <summary>Carries the effects of the storing core out, and tells it what came of them.</summary>
internal sealed class StoringLoop : IStoringSink, IAsyncDisposable
{
    /// <summary>Renames with their syncs wait for the disk: a few at a time are faster than one.</summary>
    private const int DiskHands = 4;

    private static readonly TimeSpan TickEvery = TimeSpan.FromSeconds(1);

    private readonly ChunkStore _store;
    private readonly NodeLog _log;
    private readonly StoringCore _core;
    private readonly ChunkFetcher _fetcher;
    private readonly EventDesk _events;
    private readonly FactsReader _facts;
    private readonly StorageNodeMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Made when they are taken: what the disk has is read then, not when somebody said that it changed.</summary>
    private readonly Channel<Func<StoringInput>> _inputs = Channel.CreateUnbounded<Func<StoringInput>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Channel<StoringEffect> _diskWork = Channel.CreateUnbounded<StoringEffect>();
    private readonly Lock _fetchLock = new();
    private readonly HashSet<Task> _fetches = [];
    private Task _running = Task.CompletedTask, _ticking = Task.CompletedTask;

    public StoringLoop(
        ChunkStore store, NodeLog log, StoringCore core, ChunkFetcher fetcher, EventDesk events, FactsReader facts, StorageNodeMetrics metrics, TimeProvider clock, ILogger logger) =>
        (_store, _log, _core, _fetcher, _events, _facts, _metrics, _clock, _logger) = (store, log, core, fetcher, events, facts, metrics, clock, logger);

    public StoringStatus Status { get; private set; }

    /// <summary>Chunks since the start whose shards do not belong together.</summary>
    public int Inconsistent { get; private set; }

    /// <summary>Ends only with <see cref="DisposeAsync"/>, or with the error that ended it.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Batches were applied.</summary>
    public void Applied(IReadOnlyList<Hash256> touched) => Tell(() => new StoringInput.Applied(NowMs, touched));

    public void Look(ChunkKey key) => Tell(() => new StoringInput.Changed(NowMs, DiskView.Look(_store, key)));

    /// <summary>Before anybody can put or read.</summary>
    public void Start()
    {
        Tell(() => new StoringInput.Opened(NowMs, DiskView.All(_store)));
        Ended = Task.Run(StepAsync);
        _running = Task.WhenAll([Ended, .. Enumerable.Range(0, DiskHands).Select(_ => Task.Run(WorkAsync))]);
    }

    /// <summary>Once it is known where others reach the node.</summary>
    public void StartTicking() => _ticking = Task.Run(TickAsync);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _ticking;
        try
        {
            await _running;
        }
        catch (Exception) when (Ended.IsFaulted)
        {
            // Who asked for the end has it from Ended.
        }
        Task[] fetches;
        lock (_fetchLock) fetches = [.. _fetches];
        await Task.WhenAll(fetches);
        _stop.Dispose();
    }

    private void Tell(Func<StoringInput> input) => _inputs.Writer.TryWrite(input);

    private ulong NowMs => (ulong)_clock.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task StepAsync()
    {
        try
        {
            await foreach (Func<StoringInput> make in _inputs.Reader.ReadAllAsync(_stop.Token))
            {
                StoringInput input = make();
                IReadOnlyList<StoringEffect> effects = _log.Ask(state => _core.Step(state, input));
                Status = new StoringStatus(_core.IsFresh, _core.Fetching, _core.ToFetch, _core.Timed, _core.Waiting);
                foreach (StoringEffect effect in effects) Begin(effect);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
        catch (Exception e)
        {
            StorageNodeLog.LoopEnded(_logger, e);
            throw;
        }
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(TickEvery, _clock);
        try
        {
            do Tell(() => new StoringInput.Ticked(NowMs, _facts.Read()));
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private void Begin(StoringEffect effect)
    {
        switch (effect)
        {
            case StoringEffect.Submit { Body: ReplicaRemoved { Reason: RemovalReason.Lost } lost } when IsHere(lost): break;
            case StoringEffect.Submit { Body: ReplicaAdded added } when !IsStillHere(added): break;
            case StoringEffect.Submit submit: _events.Add(submit.Body); break;
            case StoringEffect.Fetch fetch: Begin(fetch.Plan); break;
            case StoringEffect.ReportInconsistent report:
                StorageNodeLog.Inconsistent(_logger, report.ChunkId, report.Slot);
                _metrics.Inconsistent();
                Inconsistent++;
                break;
            case StoringEffect.StepAgain: Applied([]); break;
            default: _diskWork.Writer.TryWrite(effect); break;
        }
    }

    /// <summary>The core may have seen a batch before it saw the disk; before anything is called lost, the disk is asked.</summary>
    private bool IsHere(ReplicaRemoved lost)
    {
        bool isHere = false;
        foreach (ChunkKey key in KeysOf(lost.ChunkId, lost.Generation, lost.Slot))
        {
            if (!_store.TryFind(key, out _)) continue;
            isHere = true;
            Look(key);
        }
        if (!isHere) StorageNodeLog.Lost(_logger, lost.ChunkId, lost.Slot);
        return isHere;
    }

    /// <summary>The store may have found a chunk damaged since the core last saw it.</summary>
    private bool IsStillHere(ReplicaAdded added)
    {
        ChunkKey[] keys = KeysOf(added.ChunkId, added.Generation, added.Slot);
        if (keys.Any(key => _store.TryFind(key, out _))) return true;
        foreach (ChunkKey key in keys) Look(key);
        return false;
    }

    /// <summary>Under which of the two it lies, its coding tells, which an event does not name.</summary>
    private static ChunkKey[] KeysOf(in Hash256 chunk, uint generation, byte slot) => [ChunkKey.Copy(chunk, generation), new ChunkKey(chunk, ChunkCoding.ReedSolomon, slot, generation)];

    private void Begin(FetchPlan plan)
    {
        Task fetch = Task.Run(() => FetchAsync(plan));
        lock (_fetchLock)
        {
            _fetches.RemoveWhere(static ended => ended.IsCompleted);
            _fetches.Add(fetch);
        }
    }

    private async Task FetchAsync(FetchPlan plan)
    {
        FetchResult result;
        try
        {
            result = await _fetcher.RunAsync(plan, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        Look(DiskView.KeyOf(plan.Key));
        _metrics.Fetched(plan, result);
        if (result.Outcome != FetchOutcome.Stored) StorageNodeLog.NotFetched(_logger, plan.Key.ChunkId, plan.Slot, result.Outcome, result.Detail);
        Tell(() => new StoringInput.FetchEnded(NowMs, plan.Key, result.Outcome, result.Blamed));
    }

    private async Task WorkAsync()
    {
        try
        {
            await foreach (StoringEffect effect in _diskWork.Reader.ReadAllAsync(_stop.Token)) Work(effect);
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private void Work(StoringEffect effect)
    {
        switch (effect)
        {
            case StoringEffect.Declare declare: Change(declare.Key, _store.Declare); break;
            case StoringEffect.Restore restore: Change(restore.Key, _store.Restore); break;
            case StoringEffect.Delete delete: Change(delete.Key, key => _store.Delete(key, (long)Math.Min(delete.EraseMs, long.MaxValue))); break;
            case StoringEffect.Sweep sweep:
                _store.Sweep();
                foreach (StoredKey key in sweep.Due) Look(DiskView.KeyOf(key));
                break;
            default: throw new InvalidOperationException($"no hand for {effect.GetType()}");
        }
    }

    private void Change(StoredKey key, Func<ChunkKey, StoreVerdict> change)
    {
        StoreVerdict verdict = change(DiskView.KeyOf(key));
        if (!verdict.IsDone) StorageNodeLog.DiskRefused(_logger, key.ChunkId, verdict.Code, verdict.Details);
        Look(DiskView.KeyOf(key));
    }
}
