using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Log.Placement;
using Dsdn.Log.State.Roots;

namespace Dsdn.Log.State.Tables;

/// <summary>All that the state is: every member is under one of the two roots, or follows from those that are.</summary>
internal sealed class LogTables
{
    public const int None = -1;

    /// <summary>Before the first batch.</summary>
    public LogTables(LogGenesis genesis, ulong seed)
        : this(seed, DaSet.Genesis(genesis.GenesisValidators), genesis.Storage) =>
        Committees.Add(new NumberKey(genesis.FirstCommittee.Epoch), new CommitteeRow { Committee = genesis.FirstCommittee });

    private LogTables(ulong seed, DaSet daSet, StorageRules storage)
    {
        Storage = storage;
        Nodes = new(seed, LogTableId.Node, LogTableId.NodeRow);
        Agreements = new(seed, LogTableId.Agreement);
        Chunks = new(seed, LogTableId.Chunk, LogTableId.ChunkPosition);
        References = new(seed, LogTableId.Reference);
        Replicas = new(seed, LogTableId.Replica, LogTableId.ReplicaPosition);
        Files = new(seed);
        Holders = new(seed);
        Committees = new(seed, LogTableId.Committee);
        Stats = new(seed, LogTableId.NodeStats);
        Liveness = new(seed, LogTableId.Liveness);
        Lanes = new(seed, LogTableId.Nonce);
        Reservations = new(seed, LogTableId.Reservation);
        Tallies = new(seed, LogTableId.Tally);
        KeptRoots = new(seed, LogTableId.Roots);
        Terms = new(seed, LogTableId.AgreementTerm);
        Sessions = new(seed, LogTableId.Session);
        Releases = new();
        NodeAudits = new(seed, LogTableId.NodeAudit);
        AuditFaults = new(seed, LogTableId.AuditFault);
        Departed = new(seed, LogTableId.Departed);
        Expiries = new();
        Chain = AnchoredChain.None;
        DaSet = daSet;
        Placeable = new(this, storage);
        Leaves = MakeLeaves();
    }

    private LogTables(LogTables of)
    {
        Storage = of.Storage;
        Nodes = of.Nodes.Copy();
        Agreements = of.Agreements.Copy();
        Chunks = of.Chunks.Copy();
        References = of.References.Copy();
        Replicas = of.Replicas.Copy();
        Files = of.Files.Copy();
        Holders = of.Holders.Copy();
        Committees = of.Committees.Copy();
        Stats = of.Stats.Copy();
        Liveness = of.Liveness.Copy();
        Lanes = of.Lanes.Copy();
        Reservations = of.Reservations.Copy();
        Tallies = of.Tallies.Copy();
        KeptRoots = of.KeptRoots.Copy();
        Terms = of.Terms.Copy();
        Sessions = of.Sessions.Copy();
        Releases = of.Releases.Copy();
        NodeAudits = of.NodeAudits.Copy();
        AuditFaults = of.AuditFaults.Copy();
        Departed = of.Departed.Copy();
        Expiries = of.Expiries.Copy();
        (Head, Chain, DaSet, LastCheckpoint, LastAnchor, Fallback, Reconciliation, LivenessRound, LivenessRegistry) =
            (of.Head, of.Chain, of.DaSet, of.LastCheckpoint, of.LastAnchor, of.Fallback, of.Reconciliation, of.LivenessRound, of.LivenessRegistry);
        Placeable = new(this, Storage);
        Audit = of.Audit;
        Leaves = MakeLeaves();
    }

    public StorageRules Storage { get; }

    public LogTable<IdKey, NodeRow> Nodes { get; }

    public LogTable<IdKey, AgreementRow> Agreements { get; }

    /// <summary>In memory only, and each state's own.</summary>
    public AgreementOwners AgreementOwners { get; } = new();

    public LogTable<IdKey, ChunkRow> Chunks { get; }

    public LogTable<TripleKey, ReferenceRow> References { get; }

    public LogTable<ReplicaKey, ReplicaRow> Replicas { get; }

    public LogTable<FileKey, FileRow> Files { get; }

    /// <summary>Nodes by what they have or are to have.</summary>
    public LogTable<IdKey, HolderRow> Holders { get; }

    public LogTable<NumberKey, CommitteeRow> Committees { get; }

    public LogTable<IdKey, StatsRow> Stats { get; }

    public LogTable<IdKey, LivenessRow> Liveness { get; }

    public LogTable<LaneKey, LaneRow> Lanes { get; }

    /// <summary>By agreement, file, chunk.</summary>
    public LogTable<TripleKey, ReservationRow> Reservations { get; }

    /// <summary>By agreement; those that the chain has.</summary>
    public LogTable<IdKey, TermRow> Terms { get; }

    public LogTable<SessionKey, SessionRow> Sessions { get; }

    /// <summary>Agreements in the order in which the duty to store for them ends; follows from the terms.</summary>
    public ReleaseOrder Releases { get; }

    public LogTable<TallyKey, TallyRow> Tallies { get; }

    public LogTable<NumberKey, RootsRow> KeptRoots { get; }

    public LogTable<IdKey, NodeAuditRow> NodeAudits { get; }

    public LogTable<AuditKey, AuditFaultRow> AuditFaults { get; }

    /// <summary>What was held when the open audit froze and is not any more.</summary>
    public LogTable<ReplicaKey, DepartedRow> Departed { get; }

    /// <summary>Reservations by their end; those that were renewed or used stand in it too.</summary>
    public ExpiryQueue Expiries { get; }

    /// <summary>What the batch under way changed. In memory only.</summary>
    public TouchedChunks Touched { get; } = new();

    /// <summary>Which nodes may be given chunks; follows from other tables.</summary>
    public PlaceableNodes Placeable { get; }

    public BatchHeader? Head { get; set; }

    public AnchoredChain Chain { get; set; }

    public DaSet DaSet { get; set; }

    public Checkpoint? LastCheckpoint { get; set; }

    public LogAnchor? LastAnchor { get; set; }

    public FallbackStatus? Fallback { get; set; }

    public ReconciliationStatus? Reconciliation { get; set; }

    /// <summary>Of the last bitmap, and the record of the Nodes feed it speaks of; 0 before the first.</summary>
    public ulong LivenessRound { get; set; }

    public ulong LivenessRegistry { get; set; }

    /// <summary>The last audit that was opened; null before the first.</summary>
    public AuditStatus? Audit { get; set; }

    /// <summary>Everything with a leaf.</summary>
    public IReadOnlyList<ILeafTable> Leaves { get; }

    /// <summary>Without a committee: to be filled.</summary>
    public static LogTables Empty(LogGenesis genesis, ulong seed) => new(seed, DaSet.Genesis(genesis.GenesisValidators), genesis.Storage);

    public LogTables Copy() => new(this);

    public void Count(TallyScope scope, ushort number)
    {
        int slot = Tallies.FindOrAdd(new TallyKey(scope, number));
        Tallies.Edit(slot).Count++;
    }

    private ILeafTable[] MakeLeaves() =>
    [
        Nodes, Agreements, Chunks, References, Replicas, Committees, Stats, Liveness, Lanes, Reservations, Tallies, KeptRoots, Terms, Sessions,
        NodeAudits, AuditFaults, Departed,
        new ScalarLeaf(LogTableId.Head, () => Head is null ? null : BatchHeaderCodec.Encode(Head)),
        new ScalarLeaf(LogTableId.ChainBlock, () => Chain.Block?.Encode()),
        new ScalarLeaf(LogTableId.DaSet, () => new LogWriter().U64(DaSet.Epoch).Hash(DaSet.SetHash).ToArray()),
        new ScalarLeaf(LogTableId.LastCheckpoint, () => LastCheckpoint?.Encode()),
        new ScalarLeaf(LogTableId.LastAnchor, () => LastAnchor is null ? null : new LogAnchored(LastAnchor).Encode()),
        new ScalarLeaf(LogTableId.Fallback, () => Encode(Fallback, static (status, writer) => status.Write(writer))),
        new ScalarLeaf(LogTableId.Reconciliation, () => Encode(Reconciliation, static (status, writer) => status.Write(writer))),
        new ScalarLeaf(LogTableId.LivenessRound, () => LivenessRound == 0 ? null : new LogWriter().U64(LivenessRound).U64(LivenessRegistry).ToArray()),
        new ScalarLeaf(LogTableId.Feeds, EncodeFeeds),
        new ScalarLeaf(LogTableId.Audit, () => Encode(Audit, static (status, writer) => status.Write(writer))),
    ];

    /// <summary>module u8 | sequence u64 | feed 32 each, by module.</summary>
    private byte[]? EncodeFeeds()
    {
        if (Chain.Feeds.IsEmpty) return null;
        LogWriter writer = new();
        foreach (FeedPosition feed in Chain.Feeds) writer.U8(feed.Module).U64(feed.Sequence).Hash(feed.Feed);
        return writer.ToArray();
    }

    private static byte[]? Encode<T>(T? value, Action<T, LogWriter> write)
        where T : class
    {
        if (value is null) return null;
        LogWriter writer = new();
        write(value, writer);
        return writer.ToArray();
    }
}
