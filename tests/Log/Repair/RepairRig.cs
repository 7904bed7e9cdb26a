using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Repair;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Log.Tests.Repair;

/// <summary>A network with a planner: each step is a round and a batch. Nodes that are up fetch what they are to store; what the planner says must always count.</summary>
internal sealed class RepairRig
{
    private readonly int _nodes;
    private RepairPlanner _planner;

    public RepairRig(int nodes, int zones)
    {
        _nodes = nodes;
        Log.WithNodes(nodes, zones).Commit();
        _planner = new RepairPlanner(Log.State);
    }

    public SampleLog Log { get; } = new();

    /// <summary>Names of nodes that do not answer.</summary>
    public SortedSet<string> Dead { get; } = new(StringComparer.Ordinal);

    public bool IsFetching { get; set; } = true;

    /// <summary>What the planner has said, in order.</summary>
    public List<EventBody> Said { get; } = [];

    public RepairStatus Status => _planner.Status;

    public ulong NextMs => _planner.NextMs;

    public StorageRules Rules => Log.Genesis.Storage;

    public IEnumerable<string> Names => Enumerable.Range(0, _nodes).Select(i => $"n{i}");

    /// <summary>Declares chunks that are placed in the same batch and stored everywhere.</summary>
    public void Upload(ChunkCoding coding, params (string Name, ulong Length)[] chunks)
    {
        Log.Owner("alice", new AgreementUse(LogKeys.Word("a"), LogKeys.Word("f"), coding, [.. chunks.Select(chunk => new ReservedChunk(LogKeys.Word(chunk.Name), chunk.Length))]));
        Commit();
        foreach ((string name, ulong length) in chunks) Log.Owner("alice", Log.Declared("a", "f", name, length, coding)).Committee(Log.Placement("a", "f", name));
        Commit();
        if (IsFetching) Fetch();
        Commit();
    }

    /// <summary>A round: repairs first, then who was missed, then what nodes have stored since.</summary>
    public AppliedBatch Step(ulong afterMs = SampleLog.BatchMs)
    {
        int planned = Plan(afterMs);
        Log.Committee(Log.State.Queries.LivenessOf(new SortedSet<Hash256>(Dead.Select(LogKeys.PublicKey))));
        if (IsFetching) Fetch();
        AppliedBatch applied = Commit(afterMs);
        for (int i = 0; i < planned; i++) Assert.Equal(LogFault.None, applied.Events[i].Fault);
        return applied;
    }

    public void Run(int steps)
    {
        for (int i = 0; i < steps; i++) Step();
    }

    public AppliedBatch Commit(ulong afterMs = SampleLog.BatchMs)
    {
        AppliedBatch applied = Log.Commit(afterMs);
        _planner.Applied(applied);
        return applied;
    }

    /// <summary>As after a restart of the process.</summary>
    public void Restart() => _planner = new RepairPlanner(Log.State);

    public (byte Slot, string Node, bool IsHeld)[] Lies(string chunk) =>
        [.. Log.State.Queries.Replicas(LogKeys.Word(chunk)).Select(replica => (replica.Slot, SampleLog.NameOf(replica.NodeId), replica.IsHeld))];

    public ChunkHealth Health(string chunk) => Log.State.Queries.Health(LogKeys.Word(chunk)) ?? throw new InvalidOperationException("not live");

    public bool IsWhole(string chunk) => !Health(chunk).IsDegraded;

    public ushort ZoneOf(string node) => Log.State.Node(LogKeys.PublicKey(node))?.Record.Zone ?? 0;

    /// <summary>All nodes of a zone stop.</summary>
    public void KillZone(ushort zone) => Dead.UnionWith(Names.Where(name => ZoneOf(name) == zone));

    private int Plan(ulong afterMs)
    {
        ulong now = Log.State.LogTimeMs + afterMs;
        IReadOnlyList<EventBody> fresh = new RepairPlanner(Log.State.Copy()).Plan(now), planned = _planner.Plan(now);
        Assert.Equal(fresh.Select(Text).Order(StringComparer.Ordinal), planned.Select(Text).Order(StringComparer.Ordinal)); // the index forgets nothing and makes nothing up
        foreach (EventBody body in planned) Log.Committee(body);
        Said.AddRange(planned);
        return planned.Count;
    }

    private static string Text(EventBody body) => $"{body.Kind} {Convert.ToHexString(body.Encode())}";

    private void Fetch()
    {
        foreach (string name in Names.Where(name => !Dead.Contains(name) && Log.State.Node(LogKeys.PublicKey(name))?.Record.IsActive == true))
        {
            foreach (ReplicaEntry replica in Log.State.Queries.ReplicasOf(LogKeys.PublicKey(name)))
            {
                if (replica.IsHeld || Log.State.Queries.Chunk(replica.ChunkId) is not { IsDeleted: false } chunk) continue;
                Hash256 root = chunk.Coding == ChunkCoding.Replicas ? chunk.Roots[0] : chunk.Roots[replica.Slot];
                Log.Node(name, new ReplicaAdded(chunk.Id, chunk.Generation, replica.Slot, root, chunk.LengthBytes, 1));
            }
        }
    }
}
