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
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
