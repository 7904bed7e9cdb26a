namespace Dsdn.Chain.Log;

/// <summary>
/// Every preimage of SHA-256 and every text under a signature in the formats of the log. Each value has one tag in
/// <see cref="LogTag"/>; no two share one.
/// </summary>
public enum LogDomain
{
    Event,
    Batch,
    Envelope,
    FinalVote,
    CommitteeVote,
    Commit,
    GroupBatch,
    GroupHandoff,
    Committee,
    Attestation,
    Certificate,
    EmergencyCopy,
    Anchor,
    StateRoot,
    Empty,
    Receipt,
    ReceiptNode,
    StoreAck,
    AttestationAudit,
    Placement,
    AuditSeed,
    AuditDraw,
    AuditAnswers,
}
