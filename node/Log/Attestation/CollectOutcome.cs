namespace Dsdn.Log.Attestation;

/// <summary>What became of a signature that somebody sent.</summary>
public enum CollectOutcome : byte
{
    /// <summary>It is one more of the statement.</summary>
    Counted,

    /// <summary>This validator's is here already.</summary>
    Duplicate,

    /// <summary>Of the statement of an older epoch, which another one about the same batch replaced; nobody's fault.</summary>
    Superseded,

    /// <summary>Nothing is open for this seq: closed, or never asked for.</summary>
    NotOpen,

    /// <summary>No validator of the set has this index. The sender's fault.</summary>
    UnknownValidator,

    /// <summary>Not this validator's signature of the statement. The sender's fault: anybody can send one in another's name.</summary>
    BadSignature,
}

/// <summary>What became of a statement that signatures are to be collected for.</summary>
public enum OpenOutcome : byte
{
    Opened,

    /// <summary>This very statement is open.</summary>
    AlreadyOpen,

    /// <summary>It replaced one about the same core hash of an older epoch; signatures start again.</summary>
    Replaced,

    /// <summary>Another core hash (or state root) is open for this seq.</summary>
    Conflict,

    /// <summary>Of an older epoch than the one that is open.</summary>
    OlderEpoch,

    /// <summary>The set is not the one whose hash the statement names.</summary>
    WrongSet,

    /// <summary>Of another chain.</summary>
    WrongChain,

    /// <summary>The bound of open statements is reached and none of them has its quorum: close some.</summary>
    TooMany,
}

/// <param name="Completed">The first certificate of the statement: more than two thirds of the power just signed. Null otherwise.</param>
public readonly record struct CollectResult<T>(CollectOutcome Outcome, T? Completed) where T : class
{
    /// <summary>Whoever sent it broke the rules.</summary>
    public bool IsSendersFault => Outcome is CollectOutcome.UnknownValidator or CollectOutcome.BadSignature;
}
