namespace Dsdn.Chain.Log.Events;

/// <summary>
/// 1-63 derived, 64-127 nodes, 128-191 owners, 192-255 the committee (rulings 37). Numbers are part of the format: never
/// renumber. The bodies are in docs/log-events.md.
/// </summary>
public enum EventKind : ushort
{
    NodeRegistered = 1,
    NodeStatus = 2,
    StakeChanged = 3,
    NodeUpdated = 4,
    CommitteeRotated = 5,
    LogAnchored = 6,
    AgreementChanged = 7,
    SessionChanged = 8,
    Slashed = 9,
    SelfDealing = 10,
    GovernanceNotice = 11,
    DeletionForced = 12,

    NodeStats = 64,
    Heartbeat = 65,
    StoreAck = 66,
    ReplicaAdded = 67,
    ReplicaRemoved = 68,
    AuditAnswerRoot = 69,
    UsageProof = 70,
    RepairClaimed = 71,
    RepairDone = 72,
    InconsistentEncoding = 73,

    AgreementUse = 128,
    ChunkDeclared = 129,
    DeleteRequested = 130,
    JobSubmitted = 131,
    JobAccepted = 132,

    ChainAnchor = 192,
    PlacementDecided = 193,
    ReplicaLost = 194,
    LivenessBitmap = 195,
    AuditSeed = 196,
    AuditVerdict = 197,
    ReceiptRejected = 198,
    Checkpoint = 199,
    FallbackActivated = 200,
    FallbackDeactivated = 201,
    ReconciliationStarted = 202,
    ReconciliationCompleted = 203,
    AuditOpened = 204,
}
