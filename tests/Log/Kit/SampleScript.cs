using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;

namespace Dsdn.Log.Tests.Kit;

/// <summary>A log of everything that may happen, from a seed: uploads, repairs, deletions, liveness, checkpoints, and what does not count.</summary>
internal sealed class SampleScript(int seed, uint checkpointEverySeqs = 4)
{
    private const int Nodes = 14, Zones = 6;

    private readonly Random _random = new(seed);
    private readonly List<(string Owner, string Agreement, string File, string Chunk, ChunkCoding Coding)> _reserved = [], _declared = [];
    private int _chunks;

    public SampleLog Log { get; } = new(checkpointEverySeqs, audits: new AuditTimes(20_000, 5_000, 15_000, 3, 1));

    public SampleScript Run(int batches)
    {
        Log.WithNodes(Nodes, Zones).Commit();
        for (int i = 1; i < batches; i++)
        {
            if (_random.Next(4) == 0) Anchor();
            if (_random.Next(3) == 0) Liveness();
            if (Log.State.RootsAt(Log.State.Seq) is { } roots)
                Log.Committee(new Checkpoint(roots.Seq, roots.CoreHash, roots.Roots.Data, roots.Roots.Operations, LogKeys.Word("content"), 1));
            if (_random.Next(3) == 0) Audit();
            for (int events = _random.Next(6); events > 0; events--) Something();
            AppliedBatch applied = Log.Commit(1 + (ulong)_random.Next(20_000), _random.Next(2) == 0 ? 5 : null);
            for (int e = 0; e < applied.Events.Count; e++)
                if (applied.Events[e] is { Kind: EventKind.ChunkDeclared, IsApplied: true } && _random.Next(3) != 0) Place(_declared[^1]);
        }
        return this;
    }

    private void Something()
    {
        switch (_random.Next(10))
        {
            case 0: Stats(_random.Next(Nodes)); break;
            case 1 or 2: Reserve(); break;
            case 3 or 4 or 5: Declare(); break;
            case 6: Replica(); break;
            case 7: Delete(); break;
            case 8: Fallback(); break;
            default: Nonsense(); break;
        }
    }

    private void Anchor()
    {
        if (_random.Next(2) == 0) Log.Chain.Node(Node(), (ushort)(1 + _random.Next(Zones)), (byte)(_random.Next(5) == 0 ? 2 : 1), kind: EventKind.NodeUpdated);
        Log.Anchor();
    }

    private void Liveness()
    {
        int active = Log.State.Queries.Nodes().Count(node => node.Record.IsActive);
        byte[] alive = Dsdn.Chain.Log.Wire.Bitmap.Of(active, Enumerable.Range(0, active).Where(_ => _random.Next(4) != 0));
        Log.Committee(new LivenessBitmap(Log.State.Queries.LivenessRound + 1, Log.State.Chain.Feed(1).Sequence, (uint)active, alive));
    }

    private void Stats(int node) => Log.Node($"n{node}", LogKeys.Stats(node, (ulong)_random.Next(150, 1_000) << 30, 1_000UL << 30, (ulong)_random.Next(9)));

    /// <summary>The next step of an audit, or one that is not due.</summary>
    private void Audit()
    {
        if (Log.State.Queries.Audits.Last is not { } audit || _random.Next(4) == 0)
        {
            Log.Committee(new AuditOpened((Log.State.Queries.Audits.Last?.Epoch ?? 0) + 1));
            return;
        }
        if (!audit.IsSeeded) Log.Committee(new AuditSeed(audit.Epoch, audit.AtSeq, audit.BeaconHeight, audit.Beacon, Log.Genesis.Audits.Draws));
        foreach (NodeAuditEntry node in Log.State.Queries.Audits.Nodes())
        {
            if (NameOf(node.NodeId) is not { } name || _random.Next(2) == 0) continue;
            byte[] none = new byte[Dsdn.Chain.Log.Wire.Bitmap.BytesFor(node.Draws)], all = Dsdn.Chain.Log.Wire.Bitmap.Of(node.Draws, Enumerable.Range(0, node.Draws));
            if (node.AnswersRoot.IsZero) Log.Node(name, new AuditAnswerRoot(audit.Epoch, node.Draws, LogKeys.Word("answers")));
            bool isPass = !node.AnswersRoot.IsZero && _random.Next(2) == 0, isLate = node.AnsweredMs > audit.SeededMs + Log.Genesis.Audits.SoftMs;
            Log.Committee(new AuditVerdict(node.NodeId, audit.Epoch, node.AnswersRoot, node.Draws, isPass ? all : none, isPass && isLate ? all : none));
        }
    }

    private void Reserve()
    {
        ChunkCoding coding = _random.Next(5) == 0 ? ChunkCoding.ReedSolomon : ChunkCoding.Replicas;
        string owner = $"owner{_random.Next(3)}", agreement = $"agreement of {owner}", file = $"file{_random.Next(4)}";
        List<ReservedChunk> chunks = [];
        for (int i = 0; i < 1 + _random.Next(3); i++)
        {
            string chunk = _random.Next(4) == 0 && _declared.Count > 0 ? _declared[_random.Next(_declared.Count)].Chunk : $"chunk{_chunks++}";
            if (chunks.Exists(known => known.Id == LogKeys.Word(chunk))) continue;
            chunks.Add(new ReservedChunk(LogKeys.Word(chunk), 100));
            _reserved.Add((owner, agreement, file, chunk, coding));
        }
        Log.Owner(owner, new AgreementUse(LogKeys.Word(agreement), LogKeys.Word(file), coding, chunks));
    }

    private void Declare()
    {
        if (_reserved.Count == 0) return;
        (string owner, string agreement, string file, string chunk, ChunkCoding coding) = _reserved[_random.Next(_reserved.Count)];
        ChunkEntry? known = Log.State.Queries.Chunk(LogKeys.Word(chunk));
        uint generation = known is null ? 0 : known.IsDeleted ? known.Generation + 1 : known.Generation;
        (byte, string, ushort)[] acks = known is { IsDeleted: false }
            ? [.. Log.State.Queries.Replicas(known.Id).Where(replica => replica.Generation == generation && NameOf(replica.NodeId) is not null).Select(replica => (replica.Slot, NameOf(replica.NodeId)!, ZoneOf(replica.NodeId)))]
            : [.. Log.Places(agreement, file, chunk).Take(_random.Next(5) == 0 ? coding.Slots() : coding.AcksMin())];
        acks = [.. acks.DistinctBy(ack => ack.Item1).Take(coding.Slots())];
        if (acks.Length == 0) return;
        Log.Owner(owner, LogKeys.Declared(agreement, file, chunk, 100, coding, generation, acks));
        _declared.Add((owner, agreement, file, chunk, coding));
    }

    private void Place((string Owner, string Agreement, string File, string Chunk, ChunkCoding Coding) chunk)
    {
        if (Log.State.Queries.Chunk(LogKeys.Word(chunk.Chunk)) is not { IsDeleted: false } known) return;
        PlacedReplica[] placed = [.. Log.State.Queries.Replicas(known.Id).Where(replica => replica.Generation == known.Generation).Select(replica => new PlacedReplica(replica.Slot, replica.NodeId, replica.Zone))];
        if (placed.Length > 0) Log.Committee(new PlacementDecided(known.Id, LogKeys.Word(chunk.Agreement), known.Generation, known.Coding, known.ReservedSeq, placed));
    }

    private void Replica()
    {
        if (_declared.Count == 0) return;
        Hash256 chunk = LogKeys.Word(_declared[_random.Next(_declared.Count)].Chunk);
        foreach (ReplicaEntry replica in Log.State.Queries.Replicas(chunk))
        {
            if (NameOf(replica.NodeId) is not { } node) continue;
            if (!replica.IsHeld) Log.Node(node, new ReplicaAdded(chunk, replica.Generation, replica.Slot, Log.State.Queries.Chunk(chunk)!.Roots[^1], 100, 5));
            else if (_random.Next(3) == 0) Log.Node(node, new ReplicaRemoved(chunk, replica.Generation, replica.Slot, RemovalReason.Surplus));
            else Log.Committee(new ReplicaLost(chunk, replica.Generation, replica.Slot, RemovalReason.NodeDown, replica.NodeId));
            return;
        }
    }

    private void Delete()
    {
        if (_declared.Count == 0) return;
        (string owner, string agreement, string file, string chunk, _) = _declared[_random.Next(_declared.Count)];
        bool isFile = _random.Next(2) == 0;
        Log.Owner(_random.Next(5) == 0 ? "mallory" : owner, new DeleteRequested(LogKeys.Word(agreement), isFile ? DeleteScope.Files : DeleteScope.Chunks, [LogKeys.Word(isFile ? file : chunk)]));
    }

    private void Fallback() => Log.Committee(_random.Next(4) switch
    {
        0 => new FallbackActivated(FallbackReason.PrimaryDown, 2, 7, 5),
        1 => new FallbackDeactivated(9, 3, 6),
        2 => new ReconciliationStarted(1, 3, 7),
        _ => new ReconciliationCompleted(3, 3, 0, 8),
    });

    /// <summary>Bytes, kinds and signatures that do not count.</summary>
    private void Nonsense()
    {
        byte[] entry = LogKeys.NodeEvent(Node(), new NodeStats([], 1, 1, 1, 1, 1, 1), 1_000);
        if (_random.Next(2) == 0) entry[^1] ^= 1;
        else entry = entry[..(1 + _random.Next(entry.Length - 1))];
        Log.Raw(entry);
    }

    private string Node() => $"n{_random.Next(Nodes)}";

    private static string? NameOf(Hash256 id) => Enumerable.Range(0, Nodes).Select(i => $"n{i}").FirstOrDefault(name => LogKeys.PublicKey(name) == id);

    private ushort ZoneOf(in Hash256 node) => Log.State.Node(node)?.Record.Zone ?? 0;
}
