using System.Collections.Immutable;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;

namespace Dsdn.Chain.Log.Events;

/// <summary>What holds for all events of a kind.</summary>
/// <param name="ActiveFromSeq">From this batch on; <see cref="EventKinds.NotYet"/> where no batch may use it.</param>
public sealed record EventKindInfo(EventKind Kind, ImmutableArray<AuthorType> Authors, ulong ActiveFromSeq)
{
    public int BodyBytesMax => Kind == EventKind.ChainAnchor ? LogLimits.AnchorBodyBytesMax : LogLimits.EventBodyBytesMax;

    public bool IsActiveAt(ulong seq) => seq >= ActiveFromSeq;
}

/// <summary>The table of kinds: who may post them, how large, since when (dataplane 1.1).</summary>
public static class EventKinds
{
    public const ulong NotYet = ulong.MaxValue;

    private static readonly ImmutableArray<AuthorType> Derived = [AuthorType.Derived], Node = [AuthorType.Node],
        Owner = [AuthorType.Account, AuthorType.Session], Committee = [AuthorType.Committee];

    private static readonly EventKindInfo[] Table = [
        new(EventKind.NodeRegistered, Derived, 1),
        new(EventKind.NodeStatus, Derived, 1),
        new(EventKind.StakeChanged, Derived, 1),
        new(EventKind.NodeUpdated, Derived, 1),
        new(EventKind.CommitteeRotated, Derived, 1),
        new(EventKind.LogAnchored, Derived, 1),
        new(EventKind.AgreementChanged, Derived, 1),
        new(EventKind.SessionChanged, Derived, 1),
        new(EventKind.Slashed, Derived, NotYet),
        new(EventKind.SelfDealing, Derived, NotYet),
        new(EventKind.GovernanceNotice, Derived, NotYet),
        new(EventKind.DeletionForced, Derived, 1),
        new(EventKind.NodeStats, Node, 1),
        new(EventKind.Heartbeat, Node, NotYet),
        new(EventKind.StoreAck, Node, NotYet),
        new(EventKind.ReplicaAdded, Node, 1),
        new(EventKind.ReplicaRemoved, Node, 1),
        new(EventKind.AuditAnswerRoot, Node, 1),
        new(EventKind.UsageProof, Node, NotYet),
        new(EventKind.RepairClaimed, Node, NotYet),
        new(EventKind.RepairDone, Node, NotYet),
        new(EventKind.InconsistentEncoding, Node, NotYet),
        new(EventKind.AgreementUse, Owner, 1),
        new(EventKind.ChunkDeclared, Owner, 1),
        new(EventKind.DeleteRequested, Owner, 1),
        new(EventKind.JobSubmitted, Owner, NotYet),
        new(EventKind.JobAccepted, Owner, NotYet),
        new(EventKind.ChainAnchor, Committee, 1),
        new(EventKind.PlacementDecided, Committee, 1),
        new(EventKind.ReplicaLost, Committee, 1),
        new(EventKind.LivenessBitmap, Committee, 1),
        new(EventKind.AuditSeed, Committee, 1),
        new(EventKind.AuditVerdict, Committee, 1),
        new(EventKind.ReceiptRejected, Committee, NotYet),
        new(EventKind.Checkpoint, Committee, 1),
        new(EventKind.FallbackActivated, Committee, 1),
        new(EventKind.FallbackDeactivated, Committee, 1),
        new(EventKind.ReconciliationStarted, Committee, 1),
        new(EventKind.ReconciliationCompleted, Committee, 1),
        new(EventKind.AuditOpened, Committee, 1),
    ];

    private static readonly EventKindInfo?[] ByNumber = Index();

    /// <summary>The author of a derived kind: the address of the module whose feed it comes from. Zero for kinds that no feed has yet.</summary>
    public static Hash256 DerivedFrom(EventKind kind) => kind switch
    {
        EventKind.NodeRegistered or EventKind.NodeStatus or EventKind.StakeChanged or EventKind.NodeUpdated => AuthorOf(FeedChain.Nodes),
        EventKind.CommitteeRotated or EventKind.LogAnchored => AuthorOf(FeedChain.Committee),
        EventKind.AgreementChanged or EventKind.SessionChanged or EventKind.DeletionForced => AuthorOf(FeedChain.Agreements),
        _ => Hash256.Zero,
    };

    /// <summary>In the order of their numbers.</summary>
    public static ReadOnlySpan<EventKindInfo> All => Table;

    /// <summary>Null for a number that stands for nothing.</summary>
    public static EventKindInfo? Find(EventKind kind) => (ushort)kind < ByNumber.Length ? ByNumber[(ushort)kind] : null;

    private static EventKindInfo?[] Index()
    {
        EventKindInfo?[] index = new EventKindInfo?[256];
        foreach (EventKindInfo info in Table) index[(ushort)info.Kind] = info;
        return index;
    }

    /// <summary>The author of what is derived from a module's feed: its address.</summary>
    public static Hash256 AuthorOf(byte module) => AuthorAddress.Of(Address.FromNumber((ushort)(RecordKey.ModuleBase + module)));
}
