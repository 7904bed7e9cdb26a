namespace Dsdn.Consensus.Signing;

/// <summary>Why a statement about the log is not signed.</summary>
public enum AttestRefusal : byte
{
    None = 0,

    /// <summary>It is of another chain.</summary>
    Chain,

    /// <summary>A field out of its range.</summary>
    Malformed,

    /// <summary>Another core hash was signed for this seq.</summary>
    AnotherCoreHash,

    /// <summary>Another state root was signed for this seq.</summary>
    AnotherStateRoot,

    /// <summary>The seq is not in the record and not above its floor: what was signed for it is not known any more.</summary>
    BelowFloor,

    /// <summary>It expired, or does not expire as long after its creation as it must.</summary>
    Expired,

    /// <summary>It was created later than this clock allows.</summary>
    Ahead,

    /// <summary>The record holds as many statements that did not expire as it can.</summary>
    RecordFull,

    /// <summary>There is no record of what this key signed.</summary>
    RecordLost,

    /// <summary>The record could not be written; nothing was signed.</summary>
    RecordFailed,
}

/// <summary>The stable text of each refusal.</summary>
public static class AttestRefusals
{
    public static string Code(this AttestRefusal refusal) => refusal switch
    {
        AttestRefusal.None => "",
        AttestRefusal.Chain => "DSDN-E-ATTEST-CHAIN",
        AttestRefusal.Malformed => "DSDN-E-ATTEST-MALFORMED",
        AttestRefusal.AnotherCoreHash => "DSDN-E-ATTEST-CONFLICT",
        AttestRefusal.AnotherStateRoot => "DSDN-E-ATTEST-STATE-ROOT",
        AttestRefusal.BelowFloor => "DSDN-E-ATTEST-BELOW-FLOOR",
        AttestRefusal.Expired => "DSDN-E-ATTEST-EXPIRED",
        AttestRefusal.Ahead => "DSDN-E-ATTEST-AHEAD",
        AttestRefusal.RecordFull => "DSDN-E-ATTEST-RECORD-FULL",
        AttestRefusal.RecordLost => "DSDN-E-ATTEST-RECORD-LOST",
        AttestRefusal.RecordFailed => "DSDN-E-ATTEST-RECORD-FAILED",
        _ => throw new ArgumentOutOfRangeException(nameof(refusal)),
    };

    /// <summary>For people.</summary>
    public static string Text(this AttestRefusal refusal, ulong seq, ulong floor) => refusal switch
    {
        AttestRefusal.Chain => "the statement is of another chain",
        AttestRefusal.Malformed => "the statement has a field out of its range",
        AttestRefusal.AnotherCoreHash => $"another core hash was signed for batch {seq}",
        AttestRefusal.AnotherStateRoot => $"another state root was signed for batch {seq}",
        AttestRefusal.BelowFloor => $"batch {seq} is not above {floor}, up to which the record does not say any more what was signed",
        AttestRefusal.Expired => $"the statement about batch {seq} expired, or was not to be kept for seven days",
        AttestRefusal.Ahead => $"the statement about batch {seq} was created more than {AttestationRules.AheadMsMax} ms ahead of this clock",
        AttestRefusal.RecordFull => $"the record holds {AttestationRecord.FramesMax} statements that did not expire",
        AttestRefusal.RecordLost => "there is no record of what this key attested: restore it, or start once with --attest-above SEQ, a batch that the network had certainly not reached when it was lost",
        AttestRefusal.RecordFailed => "the record of attestations could not be written; restart the process that holds it",
        _ => "",
    };
}
