using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Audits;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Log.Tests.Audits;

/// <summary>Three nodes with the same few chunks, of which the bytes are known.</summary>
internal sealed class AuditRig
{
    public static readonly AuditTimes Times = new(60_000, 5_000, 20_000, 16, 3);

    private readonly SortedDictionary<Hash256, byte[]> _contents = [];

    public AuditRig(int chunks = 4, int bytes = 5_000)
    {
        Log = new SampleLog(checkpointEverySeqs: 2, audits: Times);
        Log.Chain.Node("n3", 1); // says nothing of itself, so it is given nothing
        Log.WithNodes(3, 3).Commit();
        for (int i = 0; i < chunks; i++) Store($"c{i}", bytes + i);
    }

    public SampleLog Log { get; }

    public LogState State => Log.State;

    public AuditQueries Audits => Log.State.Queries.Audits;

    public AuditStatus Last => Audits.Last ?? throw new InvalidOperationException("no audit");

    public static Hash256 Id(string node) => LogKeys.PublicKey(node);

    public void Store(string chunk, int bytes)
    {
        byte[] content = new byte[bytes];
        new Random(bytes).NextBytes(content);
        Hash256 id = LogKeys.Word(chunk);
        _contents[id] = content;
        Log.Owner("alice", new AgreementUse(LogKeys.Word("a"), LogKeys.Word("f"), ChunkCoding.Replicas, [new ReservedChunk(id, (ulong)bytes)])).Commit();
        ChunkDeclared unsigned = new(LogKeys.Word("a"), LogKeys.Word("f"), id, (ulong)bytes, ChunkCoding.Replicas, 0, [ChunkRoot.Of(content)], []);
        StoreAck[] acks = [.. Log.Places("a", "f", chunk).Select(place =>
        {
            StoreAck ack = new(place.Slot, Id(place.Node), place.Zone, LogKeys.Word("ticket"), 1_000, new byte[64]);
            return ack with { Signature = LogKeys.Sign(place.Node, StoreAck.Message(StoreAck.Id(LogKeys.ChainId, unsigned, ack))) };
        })];
        Assert.Equal(1, Log.Owner("alice", unsigned with { Acks = acks }).Commit().Applied);
    }

    /// <summary>Opens the next audit and brings it to its seed.</summary>
    public AuditRig Seeded()
    {
        Open();
        for (int i = 0; i < 3; i++) Log.Anchor().Commit();
        Assert.Equal(1, Log.Committee(Seed()).Commit().Applied);
        return this;
    }

    public void Open() => Assert.Equal(1, Log.Committee(new AuditOpened((Audits.Last?.Epoch ?? 0) + 1)).Commit().Applied);

    public AuditSeed Seed() => new(Last.Epoch, Last.AtSeq, Last.BeaconHeight, Last.Beacon, Times.Draws);

    public AuditTask Task(string node) => AuditTask.Of(State, Id(node)) ?? throw new InvalidOperationException($"{node} is not asked");

    /// <summary>The answers of a node that has what the predicate says.</summary>
    public AnswerSheet Sheet(string node, Func<AuditDraw, bool>? has = null)
    {
        AuditTask task = Task(node);
        return task.Answer([.. task.Draws.Select(draw => has?.Invoke(draw) == false ? null : Leaf(draw))], message => LogKeys.Sign(node, message));
    }

    public ChunkLeaf Leaf(AuditDraw draw) => ChunkRoot.Prove(_contents[draw.Replica.ChunkId], [draw.Leaf])[0];

    /// <summary>A sheet of whatever these answers are.</summary>
    public AnswerSheet Lie(string node, Func<AuditDraw, AuditAnswer> answer) =>
        AnswerSheet.Seal(LogKeys.ChainId, Id(node), Last.Epoch, [.. Task(node).Draws.Select(answer)], message => LogKeys.Sign(node, message));

    public AuditRig Post(string node, AnswerSheet sheet)
    {
        Log.Node(node, new AuditAnswerRoot(sheet.Heading.Epoch, sheet.Heading.Count, sheet.Heading.AnswersRoot));
        return this;
    }

    public AppliedBatch Commit(IEnumerable<EventBody> events, ulong afterMs = SampleLog.BatchMs)
    {
        foreach (EventBody body in events) Log.Committee(body);
        return Log.Commit(afterMs);
    }
}
