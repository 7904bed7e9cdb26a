using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Rules;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State;

/// <summary>What the state knows. Lists are in the order of ids; nothing here changes anything.</summary>
public sealed class LogQueries
{
    private readonly LogTables _tables;

    internal LogQueries(LogTables tables) => _tables = tables;

    public AuditQueries Audits => new(_tables);

    public FallbackStatus? Fallback => _tables.Fallback;

    public ReconciliationStatus? Reconciliation => _tables.Reconciliation;

    /// <summary>The last checkpoint whose event counted.</summary>
    public Checkpoint? LastCheckpoint => _tables.LastCheckpoint;

    /// <summary>The last anchor of this log that the chain accepted, as far as the log knows.</summary>
    public LogAnchor? LastAnchor => _tables.LastAnchor;

    /// <summary>Of the last bitmap; 0 before the first.</summary>
    public ulong LivenessRound => _tables.LivenessRound;

    public int NodeCount => _tables.Nodes.Count;

    /// <summary>Deleted ones too.</summary>
    public int ChunkCount => _tables.Chunks.Count;

    public int ReplicaCount => _tables.Replicas.Count;

    public int ReservationCount => _tables.Reservations.Count;

    public NodeEntry? Node(in Hash256 id)
    {
        int slot = _tables.Nodes.Find(new IdKey(id));
        return slot == LogTables.None ? null : NodeAt(slot);
    }

    public IReadOnlyList<NodeEntry> Nodes()
    {
        List<NodeEntry> nodes = [];
        foreach (int slot in _tables.Nodes.SortedSlots())
            if (NodeAt(slot) is { } node) nodes.Add(node);
        return nodes;
    }

    /// <summary>Zones with their Active nodes, by number.</summary>
    public IReadOnlyList<ZoneEntry> Zones()
    {
        SortedDictionary<ushort, List<Hash256>> zones = [];
        foreach (NodeEntry node in Nodes())
        {
            if (!node.Record.IsActive) continue;
            if (!zones.TryGetValue(node.Record.Zone, out List<Hash256>? nodes)) zones[node.Record.Zone] = nodes = [];
            nodes.Add(node.Id);
        }
        List<ZoneEntry> entries = [];
        foreach ((ushort zone, List<Hash256> nodes) in zones) entries.Add(new ZoneEntry(zone, nodes));
        return entries;
    }

    public AgreementEntry? Agreement(in Hash256 id)
    {
        int slot = _tables.Agreements.Find(new IdKey(id));
        if (slot == LogTables.None) return null;
        AgreementRow row = _tables.Agreements.Row(slot);
        int at = _tables.Terms.Find(new IdKey(id));
        if (at == LogTables.None) return new AgreementEntry(id, row.Owner, row.References, row.HeldBytes);
        TermRow term = _tables.Terms.Row(at);
        return new AgreementEntry(id, row.Owner, row.References, row.HeldBytes)
        {
            Term = new AgreementTerm(term.Coding, term.QuotaBytes, term.EndMs, term.ReleaseMs, term.IsClosed, term.ReservedBytes),
        };
    }

    /// <summary>Null where the account registered no such key.</summary>
    public SessionEntry? Session(in Address owner, in Address key)
    {
        int slot = _tables.Sessions.Find(new SessionKey(owner, key));
        return slot == LogTables.None ? null : new SessionEntry(owner, key, _tables.Sessions.Row(slot).Scopes, _tables.Sessions.Row(slot).ExpiresMs);
    }

    /// <summary>Whether what this address signed counts for an agreement at the log time of the last batch: its owner's, or a session's of the owner with these scopes.</summary>
    public LogFault CheckSigner(in Hash256 agreement, in Address signer, SessionScopes scopes)
    {
        int slot = _tables.Agreements.Find(new IdKey(agreement));
        if (slot == LogTables.None) return LogFault.AgreementUnknown;
        Address owner = _tables.Agreements.Row(slot).Owner;
        if (owner == signer) return LogFault.None;
        LogFault fault = AgreementRules.CheckSession(_tables, owner, signer, scopes, _tables.Head?.LogTimeMs ?? 0);
        return fault == LogFault.SessionUnknown ? LogFault.NotOwner : fault;
    }

    /// <summary>Whose account is the owner.</summary>
    public IReadOnlyList<AgreementEntry> AgreementsOf(in Address owner)
    {
        List<AgreementEntry> entries = [];
        foreach (Hash256 id in _tables.AgreementOwners.Of(owner, _tables.Agreements))
            if (Agreement(id) is { } entry) entries.Add(entry);
        return entries;
    }

    /// <summary>Ids of an agreement's files, from the one after <paramref name="after"/> on.</summary>
    /// <param name="after">Null: from the first.</param>
    public IReadOnlyList<Hash256> Files(in Hash256 agreement, Hash256? after, int max)
    {
        List<Hash256> files = [];
        ReadOnlySpan<int> sorted = _tables.Files.SortedSlots();
        FileKey from = new(agreement, after ?? Hash256.Zero);
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            int order = _tables.Files.Key(sorted[middle]).CompareTo(from);
            if (order < 0 || (order == 0 && after is not null)) low = middle + 1;
            else high = middle;
        }
        for (; low < sorted.Length && files.Count < max; low++)
        {
            FileKey key = _tables.Files.Key(sorted[low]);
            if (key.Agreement != agreement) break;
            files.Add(key.File);
        }
        return files;
    }

    public ChunkEntry? Chunk(in Hash256 id)
    {
        int slot = _tables.Chunks.Find(new IdKey(id));
        if (slot == LogTables.None) return null;
        ChunkRow row = _tables.Chunks.Row(slot);
        return new ChunkEntry(
            id, row.Life == ChunkLife.Deleted, row.Generation, row.Coding, row.LengthBytes, row.ShardRoots is null ? [row.Root] : [.. row.ShardRoots],
            row.ReservedSeq, row.DeclaredSeq, row.PlacedSeq, row.DeletedSeq);
    }

    /// <summary>By slot and node; of a deleted chunk those that nodes have not removed yet.</summary>
    public IReadOnlyList<ReplicaEntry> Replicas(in Hash256 chunk)
    {
        List<ReplicaKey> keys = [];
        int at = _tables.Chunks.Find(new IdKey(chunk));
        for (int slot = at == LogTables.None ? LogTables.None : _tables.Chunks.Row(at).FirstReplica; slot != LogTables.None; slot = _tables.Replicas.Row(slot).NextOfChunk)
            keys.Add(_tables.Replicas.Key(slot));
        keys.Sort();
        return [.. keys.Select(Replica)];
    }

    /// <summary>What a node has or is to have, of all chunks.</summary>
    public IReadOnlyList<ReplicaEntry> ReplicasOf(in Hash256 node)
    {
        List<ReplicaKey> keys = [];
        int holder = _tables.Holders.Find(new IdKey(node));
        for (int slot = holder == LogTables.None ? LogTables.None : _tables.Holders.Row(holder).FirstReplica; slot != LogTables.None; slot = _tables.Replicas.Row(slot).NextOfNode)
            keys.Add(_tables.Replicas.Key(slot));
        keys.Sort();
        return [.. keys.Select(Replica)];
    }

    /// <summary>How far a live chunk is from being lost, by what nodes are down at the log time of the last batch; null of any other.</summary>
    public ChunkHealth? Health(in Hash256 chunk)
    {
        int slot = _tables.Chunks.Find(new IdKey(chunk));
        return slot == LogTables.None || _tables.Chunks.Row(slot).Life != ChunkLife.Live ? null : new LossRules(_tables).Health(slot, _tables.Head?.LogTimeMs ?? 0);
    }

    /// <summary>The files that have a chunk.</summary>
    public IReadOnlyList<ReferenceEntry> References(in Hash256 chunk)
    {
        List<TripleKey> keys = [];
        int at = _tables.Chunks.Find(new IdKey(chunk));
        for (int slot = at == LogTables.None ? LogTables.None : _tables.Chunks.Row(at).FirstReference; slot != LogTables.None; slot = _tables.References.Row(slot).NextOfChunk)
            keys.Add(_tables.References.Key(slot));
        return Sorted(keys);
    }

    /// <summary>The chunks of a file.</summary>
    public IReadOnlyList<ReferenceEntry> File(in Hash256 agreement, in Hash256 file)
    {
        List<TripleKey> keys = [];
        int at = _tables.Files.Find(new FileKey(agreement, file));
        for (int slot = at == LogTables.None ? LogTables.None : _tables.Files.Row(at).FirstReference; slot != LogTables.None; slot = _tables.References.Row(slot).NextOfFile)
            keys.Add(_tables.References.Key(slot));
        return Sorted(keys);
    }

    public ReservationEntry? Reservation(in Hash256 agreement, in Hash256 file, in Hash256 chunk)
    {
        int slot = _tables.Reservations.Find(new TripleKey(agreement, file, chunk));
        if (slot == LogTables.None) return null;
        ReservationRow row = _tables.Reservations.Row(slot);
        return new ReservationEntry(agreement, file, chunk, row.Coding, row.LengthBytes, row.ExpiresMs, row.Seq, row.Places ?? []);
    }

    /// <summary>Where a declared chunk goes by its reservation: what follows its declaration. Null where nothing is reserved, or the chunk is placed already.</summary>
    public PlacementDecided? FirstPlacement(ChunkDeclared declared) =>
        Reservation(declared.AgreementId, declared.FileId, declared.ChunkId) is { Places.Count: > 0 } reserved && Chunk(declared.ChunkId) is null or { IsDeleted: true }
            ? new PlacementDecided(declared.ChunkId, declared.AgreementId, declared.Generation, declared.Coding, reserved.Seq, reserved.Places)
            : null;

    /// <summary>What the committee says of a round of calls: the next bitmap, over all nodes that are Active now.</summary>
    /// <param name="missed">Nodes that did not answer.</param>
    public LivenessBitmap LivenessOf(IReadOnlySet<Hash256> missed)
    {
        List<int> alive = [];
        int count = 0;
        foreach (int slot in _tables.Nodes.SortedSlots())
        {
            if (_tables.Nodes.Row(slot).Record is not { IsActive: true }) continue;
            if (!missed.Contains(_tables.Nodes.Key(slot).Id)) alive.Add(count);
            count++;
        }
        return new LivenessBitmap(LivenessRound + 1, _tables.Chain.Feed(FeedChain.Nodes).Sequence, (uint)count, Bitmap.Of(count, alive));
    }

    /// <summary>Whether a node stores anything or is to.</summary>
    public bool IsHolder(in Hash256 node) => _tables.Holders.Find(new IdKey(node)) is not LogTables.None and var slot && _tables.Holders.Row(slot).Count > 0;

    /// <summary>The last counter that an author used in a lane; null where it used none.</summary>
    public ulong? Counter(AuthorType type, in Hash256 author, ushort lane)
    {
        int slot = _tables.Lanes.Find(new LaneKey(type, author, lane));
        return slot == LogTables.None ? null : _tables.Lanes.Row(slot).Counter;
    }

    /// <summary>Events of a kind that counted so far.</summary>
    public ulong Applied(EventKind kind) => Tally(TallyScope.Applied, (ushort)kind);

    /// <summary>Events and receipts that were skipped for a reason so far.</summary>
    public ulong Skipped(LogFault reason) => Tally(TallyScope.Skipped, (ushort)reason);

    /// <summary>Every reason for which anything was skipped, by number.</summary>
    public IReadOnlyList<(LogFault Reason, ulong Count)> Skips()
    {
        List<(LogFault, ulong)> skips = [];
        foreach (int slot in _tables.Tallies.SortedSlots())
            if (_tables.Tallies.Key(slot) is { Scope: TallyScope.Skipped, Number: var number }) skips.Add(((LogFault)number, _tables.Tallies.Row(slot).Count));
        return skips;
    }

    private NodeEntry? NodeAt(int slot)
    {
        Hash256 id = _tables.Nodes.Key(slot).Id;
        if (_tables.Nodes.Row(slot).Record is not { } record) return null;
        int stats = _tables.Stats.Find(new IdKey(id)), liveness = _tables.Liveness.Find(new IdKey(id));
        LivenessRow seen = liveness == LogTables.None ? default : _tables.Liveness.Row(liveness);
        StatsRow said = stats == LogTables.None ? default : _tables.Stats.Row(stats);
        LossRules loss = new(_tables);
        return new NodeEntry(id, record, said.Stats, said.LogTimeMs, seen.Missed, seen.DownSinceMs, loss.IsSuspect(id), loss.IsDown(id, _tables.Head?.LogTimeMs ?? 0));
    }

    private ReplicaEntry Replica(ReplicaKey key)
    {
        ReplicaRow row = _tables.Replicas.Row(_tables.Replicas.Find(key));
        return new ReplicaEntry(key.Chunk, key.Slot, key.Node, row.Zone, row.Generation, row.Life == ReplicaLife.Held);
    }

    private ulong Tally(TallyScope scope, ushort number)
    {
        int slot = _tables.Tallies.Find(new TallyKey(scope, number));
        return slot == LogTables.None ? 0 : _tables.Tallies.Row(slot).Count;
    }

    private static ReferenceEntry[] Sorted(List<TripleKey> keys)
    {
        keys.Sort();
        return [.. keys.Select(key => new ReferenceEntry(key.First, key.Second, key.Third))];
    }
}
