namespace Dsdn.Transfers;

/// <summary>Codes that transfers raise themselves. Never renamed or reused.</summary>
public static class TransferCodes
{
    /// <summary>No coordinator answered: addresses, what the last said.</summary>
    public const string Coordinators = "DSDN-E-TRANSFER-COORDINATORS";

    /// <summary>Too few copies: stored, needed, chunk, what each node said, what holds now.</summary>
    public const string Quorum = "DSDN-E-TRANSFER-QUORUM";

    /// <summary>The log does not take an event: which, seconds, the last refusal.</summary>
    public const string NotInLog = "DSDN-E-TRANSFER-NOT-IN-LOG";

    /// <summary>The validators have not attested the batch: batch, seconds.</summary>
    public const string NotCertified = "DSDN-E-TRANSFER-NOT-CERTIFIED";

    /// <summary>A coordinator's certificate does not hold against the chain's validators: batch, why.</summary>
    public const string Certificate = "DSDN-E-TRANSFER-CERTIFICATE";

    /// <summary>The chain does not know the batch yet: batch, seconds.</summary>
    public const string NotAnchored = "DSDN-E-TRANSFER-NOT-ANCHORED";

    /// <summary>What was stored could not be read back: what, why.</summary>
    public const string ReadBack = "DSDN-E-TRANSFER-READ-BACK";

    /// <summary>A chunk cannot be read from any of its nodes: chunk, of what, what each said.</summary>
    public const string ChunkLost = "DSDN-E-TRANSFER-CHUNK-LOST";

    /// <summary>The source cannot be read: path, why.</summary>
    public const string SourceUnreadable = "DSDN-E-TRANSFER-SOURCE";

    /// <summary>The source changed while it was read: path.</summary>
    public const string SourceChanged = "DSDN-E-TRANSFER-SOURCE-CHANGED";

    /// <summary>Nothing to upload at the path.</summary>
    public const string SourceEmpty = "DSDN-E-TRANSFER-SOURCE-EMPTY";

    /// <summary>Two sources would have the same name: name.</summary>
    public const string NameTaken = "DSDN-E-TRANSFER-NAME-TAKEN";

    /// <summary>Another process works on this upload: journal.</summary>
    public const string Busy = "DSDN-E-TRANSFER-BUSY";

    /// <summary>The record of a transfer on this machine cannot be used: file.</summary>
    public const string Journal = "DSDN-E-TRANSFER-JOURNAL";

    /// <summary>No agreement has room for this: bytes needed, coding.</summary>
    public const string NoAgreement = "DSDN-E-TRANSFER-NO-AGREEMENT";

    /// <summary>There is no such upload or path in it: name.</summary>
    public const string Unknown = "DSDN-E-TRANSFER-UNKNOWN";

    /// <summary>Only whole uploads can be given up: path, the id of its upload.</summary>
    public const string OnlyWhole = "DSDN-E-TRANSFER-ONLY-WHOLE";

    /// <summary>Several uploads have that name: name, their ids.</summary>
    public const string Ambiguous = "DSDN-E-TRANSFER-AMBIGUOUS";

    /// <summary>The target is there already: path.</summary>
    public const string TargetExists = "DSDN-E-TRANSFER-TARGET-EXISTS";

    /// <summary>The target lies outside its folder, behind a link: path.</summary>
    public const string TargetOutside = "DSDN-E-TRANSFER-TARGET-OUTSIDE";

    /// <summary>The target cannot be written: path, why.</summary>
    public const string TargetUnwritable = "DSDN-E-TRANSFER-TARGET";

    /// <summary>Not a link of ours, or cut off.</summary>
    public const string Link = "DSDN-E-TRANSFER-LINK";

    /// <summary>A link that was made for another wallet.</summary>
    public const string LinkOther = "DSDN-E-TRANSFER-LINK-OTHER";

    /// <summary>A coordinator's answer that cannot be: what.</summary>
    public const string Answer = "DSDN-E-TRANSFER-ANSWER";
}
