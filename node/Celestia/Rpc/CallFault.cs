namespace Dsdn.Celestia.Rpc;

/// <summary>What a failed call means.</summary>
public enum CallFault : byte
{
    /// <summary>An error nobody foresaw: try again later.</summary>
    Other,

    /// <summary>The blob is not at that height. Definitive only within the node's window, and provable only by a proof of absence.</summary>
    NotFound,

    /// <summary>The height is not decided yet, or the node does not know it.</summary>
    FutureHeight,

    /// <summary>The node is behind the network.</summary>
    Syncing,

    /// <summary>The node no longer has the height; an archive has.</summary>
    Pruned,

    /// <summary>A height of 0, or a header that does not exist.</summary>
    BadHeight,

    /// <summary>A row of the namespace could not be fetched.</summary>
    IncompleteNamespace,

    /// <summary>The node cannot submit: no connection to the chain.</summary>
    NoStateAccess,

    /// <summary>The signer has no account.</summary>
    NoAccount,

    /// <summary>Another transaction of the account is in between.</summary>
    SequenceMismatch,

    /// <summary>The price of gas is below what validators ask.</summary>
    PriceTooLow,

    /// <summary>The price that the node estimates is above the caller's maximum.</summary>
    PriceTooHigh,

    /// <summary>No TIA left.</summary>
    InsufficientFunds,

    /// <summary>The same bytes wait already.</summary>
    InMempool,

    MempoolFull,

    /// <summary>The blob, transaction or request is too large: split.</summary>
    TooLarge,

    /// <summary>The signer of a blob of share version 1 is not the signer of the transaction.</summary>
    InvalidSigner,

    /// <summary>It may have landed or not: look before submitting again.</summary>
    UnknownOutcome,

    /// <summary>The chain rejected the transaction.</summary>
    Rejected,

    /// <summary>The node did not understand the request.</summary>
    BadRequest,

    /// <summary>The node has no such method: another version.</summary>
    UnknownMethod,

    /// <summary>No token, or a wrong one.</summary>
    Unauthorized,

    /// <summary>The token does not allow it.</summary>
    Forbidden,

    RateLimited,

    Busy,

    /// <summary>The answer is not of the dialect.</summary>
    Malformed,
}

/// <summary>What to do about a failed call.</summary>
public enum CallAction : byte
{
    /// <summary>Try again later, here or elsewhere.</summary>
    Retry,

    /// <summary>Wait for the height or the mempool; the node is healthy.</summary>
    Wait,

    /// <summary>Ask another node: an archive, or one that works.</summary>
    AskElsewhere,

    /// <summary>Search the heights since the attempt for the commitment; only then submit again.</summary>
    LookBeforeRetry,

    /// <summary>Make it smaller.</summary>
    Split,

    /// <summary>Raise the price up to the maximum.</summary>
    RaisePrice,

    /// <summary>An operator must act; use another tier for writing.</summary>
    Operator,

    /// <summary>It will fail again: a bug or a wrong argument.</summary>
    GiveUp,
}

/// <param name="Code">Of JSON-RPC; 0 where the failure is not of JSON-RPC.</param>
/// <param name="Message">The node's text, for people.</param>
public readonly record struct CallError(CallFault Fault, int Code, string Message)
{
    public CallAction Action => CallErrors.ActionOf(Fault);

    /// <summary>Stable.</summary>
    public string StableCode => CallErrors.CodeOf(Fault);
}
