using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Repair;
using Dsdn.Log.State;
using Dsdn.Log.Storing;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Log.Tests.Storing;

/// <summary>A node's core with a disk that does at once what it is told, beside a log that is written by hand. What the core says waits in <see cref="Said"/> until it is handed to the log.</summary>
internal sealed class CoreRig
{
    public const ulong GraceMs = 20_000;

    private readonly string _node;
    private readonly StoringOptions _options = new() { SayAgainMs = 10_000, BackoffMs = 1_000, BackoffMsMax = 8_000, StaleMs = 60_000, StatsEveryMs = 3_600_000 };

    public CoreRig(SampleLog log, string node)
    {
        (Log, _node) = (log, node);
        Core = new StoringCore(LogKeys.PublicKey(node), _options);
    }

    public SampleLog Log { get; }

    public StoringCore Core { get; private set; }

    public SortedDictionary<StoredKey, DiskEntry> Disk { get; } = [];

    public List<EventBody> Said { get; } = [];

    public List<FetchPlan> Fetches { get; } = [];

    public List<StoringEffect> Effects { get; } = [];

    /// <summary>Whether the disk does what it is told.</summary>
    public bool IsDiskWorking { get; set; } = true;

    public NodeFacts Facts { get; set; } = new(LogKeys.Stats(0).Endpoints, 1UL << 40, 1UL << 39, 0, 10, 1_000, 2_000);

    /// <summary>Since the last batch.</summary>
    public ulong AgeMs { get; set; }

    public ulong NowMs => Log.State.LogTimeMs + AgeMs;

    public IEnumerable<T> SaidOf<T>() where T : EventBody => Said.OfType<T>();

    public CoreRig Open() => Step(new StoringInput.Opened(NowMs, [.. Disk.Values]));

    /// <summary>Killed with everything under way; the disk stays as it is.</summary>
    public CoreRig Restart()
    {
        Core = new StoringCore(LogKeys.PublicKey(_node), _options);
        Said.Clear();
        Fetches.Clear();
        return Open();
    }

    public CoreRig Commit(ulong afterMs = SampleLog.BatchMs)
    {
        AppliedBatch batch = Log.Commit(afterMs);
        AgeMs = 0;
        return Step(new StoringInput.Applied(NowMs, batch.Touched));
    }

    /// <summary>What it said goes into a batch.</summary>
    public CoreRig Publish()
    {
        foreach (EventBody body in Said) Log.Node(_node, body);
        Said.Clear();
        return Commit();
    }

    /// <summary>What a coordinator decides of chunks by rule, as a batch.</summary>
    public CoreRig Repair()
    {
        foreach (EventBody body in new RepairPlanner(Log.State).Plan(Log.State.LogTimeMs + SampleLog.BatchMs)) Log.Committee(body);
        return Commit();
    }

    public CoreRig Tick(ulong afterMs = 0)
    {
        AgeMs += afterMs;
        return Step(new StoringInput.Ticked(NowMs, Facts));
    }

    public CoreRig Has(StoredKey key, DiskStanding standing, ulong atMs = 0)
    {
        Put(new DiskEntry(key, standing, atMs));
        return Step(new StoringInput.Changed(NowMs, new DiskEntry(key, standing, atMs)));
    }

    public CoreRig End(FetchPlan plan, FetchOutcome outcome, params Hash256[] blamed)
    {
        Fetches.Remove(plan);
        if (outcome == FetchOutcome.Stored) Has(plan.Key, DiskStanding.Stored);
        return Step(new StoringInput.FetchEnded(NowMs, plan.Key, outcome, blamed));
    }

    public void Put(DiskEntry entry)
    {
        if (entry.Standing == DiskStanding.None) Disk.Remove(entry.Key);
        else Disk[entry.Key] = entry;
    }

    private CoreRig Step(StoringInput input)
    {
        Queue<StoringInput> inputs = new([input]);
        while (inputs.TryDequeue(out StoringInput? next))
            foreach (StoringEffect effect in Core.Step(Log.State, next)) Carry(effect, inputs);
        return this;
    }

    private void Carry(StoringEffect effect, Queue<StoringInput> inputs)
    {
        Effects.Add(effect);
        switch (effect)
        {
            case StoringEffect.Submit submit: Said.Add(submit.Body); break;
            case StoringEffect.Fetch fetch: Fetches.Add(fetch.Plan); break;
            case StoringEffect.StepAgain: inputs.Enqueue(new StoringInput.Applied(NowMs, [])); break;
            case StoringEffect.Declare declare: Become(declare.Key, new DiskEntry(declare.Key, DiskStanding.Stored), inputs); break;
            case StoringEffect.Restore restore: Become(restore.Key, new DiskEntry(restore.Key, DiskStanding.Stored), inputs); break;
            case StoringEffect.Delete delete: Become(delete.Key, new DiskEntry(delete.Key, DiskStanding.Deleted, delete.EraseMs), inputs); break;
            case StoringEffect.Sweep sweep:
                foreach (StoredKey key in sweep.Due) Become(key, new DiskEntry(key, DiskStanding.None), inputs);
                break;
        }
    }

    private void Become(StoredKey key, DiskEntry entry, Queue<StoringInput> inputs)
    {
        if (IsDiskWorking) Put(entry);
        inputs.Enqueue(new StoringInput.Changed(NowMs, Disk.GetValueOrDefault(key, new DiskEntry(key, DiskStanding.None))));
    }
}
