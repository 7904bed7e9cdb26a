namespace Dsdn.Chain.Log;

/// <summary>What is wrong with bytes, a signature or a batch of the log. Numbers are counted in the log's state: never renumber.</summary>
public enum LogFault : byte
{
    None = 0,

    // Bytes.
    Truncated = 1,
    TrailingBytes = 2,
    TooLong = 3,
    Version = 4,

    /// <summary>A field out of its range, or not in its one canonical form.</summary>
    Value = 5,

    ChainId = 6,

    // Events.
    KindUnknown = 20,
    KindNotActive = 21,

    /// <summary>This author may not post this kind, or the author field is not what it must be for it.</summary>
    AuthorNotAllowed = 22,
    EventSignature = 23,

    /// <summary>The log's time is past what the author allowed.</summary>
    EventExpired = 24,
    NonceUsed = 25,

    /// <summary>An acknowledgement in a declared chunk is not signed by its node.</summary>
    AckSignature = 26,

    /// <summary>A block of a ChainAnchor does not follow from what is trusted.</summary>
    ChainBlock = 27,

    /// <summary>A feed of a ChainAnchor is not proven, or the derived events are not what lies between two of its values.</summary>
    Feed = 28,

    // Batches.
    LogId = 40,
    Epoch = 41,
    Sequence = 42,
    PreviousHash = 43,
    CommitteeHash = 44,
    LogTime = 45,
    Anchor = 46,
    ForcedCursor = 47,
    EventsCount = 48,
    EventsRoot = 49,
    ReceiptsCount = 50,
    ReceiptsRoot = 51,
    BodyCodec = 52,
    BodyLength = 53,
    BodyHash = 54,
    Checkpoint = 55,
    BatchAuthor = 56,
    Bitmap = 57,
    Quorum = 58,
    FinalVote = 59,
    GroupSignature = 60,
    AuthorSignature = 61,

    // Certificates and anchors of the validators.
    ValidatorSet = 80,
    Attestation = 81,
    Power = 82,
    Expiry = 83,

    /// <summary>A statement or pointer about other bytes than these.</summary>
    Binding = 84,

    // The committee itself.
    Committee = 90,

    // Events against the state of the log.
    /// <summary>The node is not in the registry, or not Active at the anchored block.</summary>
    NodeNotActive = 100,

    /// <summary>The agreement belongs to another account.</summary>
    NotOwner = 101,

    /// <summary>No account has registered this session key.</summary>
    SessionUnknown = 102,

    /// <summary>Nothing is reserved for this chunk of this file, or it has ended, or was for another length or coding.</summary>
    ReservationMissing = 103,

    /// <summary>The chunk has another generation.</summary>
    Generation = 104,

    /// <summary>The chunk is known with another length, coding or roots, or this file has it already.</summary>
    ChunkConflict = 105,

    /// <summary>No agreement has this chunk.</summary>
    ChunkUnknown = 106,

    /// <summary>An acknowledgement is by a node that is not Active, not in the zone it says, there twice, or not where the chunk is placed.</summary>
    AckNode = 107,

    /// <summary>Too few nodes that are not suspect acknowledged the chunk, or too many in one zone.</summary>
    AckQuorum = 108,

    /// <summary>The placement is not one for this chunk as it stands.</summary>
    Placement = 109,

    /// <summary>The node has no such replica.</summary>
    ReplicaUnknown = 110,

    /// <summary>The replica has another root or length than the chunk's.</summary>
    ReplicaConflict = 111,

    /// <summary>The agreement has none of these chunks or files.</summary>
    NothingToDelete = 112,

    /// <summary>The bitmap is not of the next round, or speaks of another registry.</summary>
    LivenessRound = 113,

    /// <summary>The node is still there: Active, or not down for long enough.</summary>
    NodeNotLost = 114,

    /// <summary>There is nothing to activate, end, start or complete.</summary>
    FallbackState = 115,

    /// <summary>Shards need nodes in five zones; there are fewer.</summary>
    CodingNotOffered = 116,

    /// <summary>There are not as many nodes for the chunk, in zones, networks and hands of their own, as must acknowledge it.</summary>
    PlacesTooFew = 117,

    // Agreements.
    /// <summary>The chain has no such agreement, as far as the log has taken it over.</summary>
    AgreementUnknown = 130,

    /// <summary>The agreement has ended: nothing new is stored for it.</summary>
    AgreementEnded = 131,

    /// <summary>The agreement does not pay for this coding.</summary>
    AgreementCoding = 132,

    /// <summary>What the agreement holds and has reserved leaves no room for this.</summary>
    QuotaExceeded = 133,

    /// <summary>The session key may not sign this kind of event.</summary>
    SessionScope = 134,

    /// <summary>The session key has ended.</summary>
    SessionEnded = 135,

    // Audits.
    /// <summary>No audit is due, or the open one is another or not that far.</summary>
    AuditEpoch = 140,

    /// <summary>The seed is not what the anchored chain gives this audit.</summary>
    AuditBeacon = 141,

    /// <summary>The node is not in this audit, or has answered, or was judged.</summary>
    AuditNode = 142,

    /// <summary>Another number of answers than was drawn, or after the last moment.</summary>
    AuditAnswers = 143,

    /// <summary>The verdict is too early, or does not fit what the node said it answered.</summary>
    AuditVerdict = 144,
}

/// <summary>The stable text of each fault.</summary>
public static class LogFaults
{
    public static string Code(this LogFault fault) => fault switch
    {
        LogFault.None => "",
        LogFault.Truncated => "DSDN-E-LOG-TRUNCATED",
        LogFault.TrailingBytes => "DSDN-E-LOG-TRAILING-BYTES",
        LogFault.TooLong => "DSDN-E-LOG-TOO-LONG",
        LogFault.Version => "DSDN-E-LOG-VERSION",
        LogFault.Value => "DSDN-E-LOG-VALUE",
        LogFault.ChainId => "DSDN-E-LOG-CHAIN-ID",
        LogFault.KindUnknown => "DSDN-E-LOG-KIND-UNKNOWN",
        LogFault.KindNotActive => "DSDN-E-LOG-KIND-NOT-ACTIVE",
        LogFault.AuthorNotAllowed => "DSDN-E-LOG-AUTHOR-NOT-ALLOWED",
        LogFault.EventSignature => "DSDN-E-LOG-EVENT-SIGNATURE",
        LogFault.EventExpired => "DSDN-E-LOG-EVENT-EXPIRED",
        LogFault.NonceUsed => "DSDN-E-LOG-NONCE-USED",
        LogFault.AckSignature => "DSDN-E-LOG-ACK-SIGNATURE",
        LogFault.ChainBlock => "DSDN-E-LOG-CHAIN-BLOCK",
        LogFault.Feed => "DSDN-E-LOG-FEED",
        LogFault.LogId => "DSDN-E-LOG-ID",
        LogFault.Epoch => "DSDN-E-LOG-EPOCH",
        LogFault.Sequence => "DSDN-E-LOG-SEQUENCE",
        LogFault.PreviousHash => "DSDN-E-LOG-PREVIOUS-HASH",
        LogFault.CommitteeHash => "DSDN-E-LOG-COMMITTEE-HASH",
        LogFault.LogTime => "DSDN-E-LOG-TIME",
        LogFault.Anchor => "DSDN-E-LOG-ANCHOR",
        LogFault.ForcedCursor => "DSDN-E-LOG-FORCED-CURSOR",
        LogFault.EventsCount => "DSDN-E-LOG-EVENTS-COUNT",
        LogFault.EventsRoot => "DSDN-E-LOG-EVENTS-ROOT",
        LogFault.ReceiptsCount => "DSDN-E-LOG-RECEIPTS-COUNT",
        LogFault.ReceiptsRoot => "DSDN-E-LOG-RECEIPTS-ROOT",
        LogFault.BodyCodec => "DSDN-E-LOG-BODY-CODEC",
        LogFault.BodyLength => "DSDN-E-LOG-BODY-LENGTH",
        LogFault.BodyHash => "DSDN-E-LOG-BODY-HASH",
        LogFault.Checkpoint => "DSDN-E-LOG-CHECKPOINT",
        LogFault.BatchAuthor => "DSDN-E-LOG-BATCH-AUTHOR",
        LogFault.Bitmap => "DSDN-E-LOG-BITMAP",
        LogFault.Quorum => "DSDN-E-LOG-QUORUM",
        LogFault.FinalVote => "DSDN-E-LOG-FINAL-VOTE",
        LogFault.GroupSignature => "DSDN-E-LOG-GROUP-SIGNATURE",
        LogFault.AuthorSignature => "DSDN-E-LOG-AUTHOR-SIGNATURE",
        LogFault.ValidatorSet => "DSDN-E-LOG-VALIDATOR-SET",
        LogFault.Attestation => "DSDN-E-LOG-ATTESTATION",
        LogFault.Power => "DSDN-E-LOG-POWER",
        LogFault.Expiry => "DSDN-E-LOG-EXPIRY",
        LogFault.Binding => "DSDN-E-LOG-BINDING",
        LogFault.Committee => "DSDN-E-LOG-COMMITTEE",
        LogFault.NodeNotActive => "DSDN-E-LOG-NODE-NOT-ACTIVE",
        LogFault.NotOwner => "DSDN-E-LOG-NOT-OWNER",
        LogFault.SessionUnknown => "DSDN-E-LOG-SESSION-UNKNOWN",
        LogFault.ReservationMissing => "DSDN-E-LOG-RESERVATION-MISSING",
        LogFault.Generation => "DSDN-E-LOG-GENERATION",
        LogFault.ChunkConflict => "DSDN-E-LOG-CHUNK-CONFLICT",
        LogFault.ChunkUnknown => "DSDN-E-LOG-CHUNK-UNKNOWN",
        LogFault.AckNode => "DSDN-E-LOG-ACK-NODE",
        LogFault.AckQuorum => "DSDN-E-LOG-ACK-QUORUM",
        LogFault.Placement => "DSDN-E-LOG-PLACEMENT",
        LogFault.ReplicaUnknown => "DSDN-E-LOG-REPLICA-UNKNOWN",
        LogFault.ReplicaConflict => "DSDN-E-LOG-REPLICA-CONFLICT",
        LogFault.NothingToDelete => "DSDN-E-LOG-NOTHING-TO-DELETE",
        LogFault.LivenessRound => "DSDN-E-LOG-LIVENESS-ROUND",
        LogFault.NodeNotLost => "DSDN-E-LOG-NODE-NOT-LOST",
        LogFault.FallbackState => "DSDN-E-LOG-FALLBACK-STATE",
        LogFault.CodingNotOffered => "DSDN-E-LOG-CODING-NOT-OFFERED",
        LogFault.PlacesTooFew => "DSDN-E-LOG-PLACES-TOO-FEW",
        LogFault.AgreementUnknown => "DSDN-E-LOG-AGREEMENT-UNKNOWN",
        LogFault.AgreementEnded => "DSDN-E-LOG-AGREEMENT-ENDED",
        LogFault.AgreementCoding => "DSDN-E-LOG-AGREEMENT-CODING",
        LogFault.QuotaExceeded => "DSDN-E-LOG-QUOTA-EXCEEDED",
        LogFault.SessionScope => "DSDN-E-LOG-SESSION-SCOPE",
        LogFault.SessionEnded => "DSDN-E-LOG-SESSION-ENDED",
        LogFault.AuditEpoch => "DSDN-E-LOG-AUDIT-EPOCH",
        LogFault.AuditBeacon => "DSDN-E-LOG-AUDIT-BEACON",
        LogFault.AuditNode => "DSDN-E-LOG-AUDIT-NODE",
        LogFault.AuditAnswers => "DSDN-E-LOG-AUDIT-ANSWERS",
        LogFault.AuditVerdict => "DSDN-E-LOG-AUDIT-VERDICT",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
