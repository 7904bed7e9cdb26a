namespace Dsdn.DaServer.Faults;

/// <summary>What can be made to go wrong. Values are whole numbers whose meaning the kind says.</summary>
public enum FaultKind : byte
{
    /// <summary>The answer comes so many ms later.</summary>
    Delay,

    /// <summary>The call is done, a submit is in a block; then the connection ends without an answer.</summary>
    DropReply,

    /// <summary>HTTP status 401 with an empty body.</summary>
    Unauthorized,

    /// <summary>HTTP status 503 "server busy, try again later".</summary>
    Busy,

    /// <summary>HTTP status 429 "rate limit exceeded".</summary>
    RateLimited,

    /// <summary>With a value, the port is closed for so many ms. Without one, connections end without an answer, but for devnet.* calls, until it is cleared.</summary>
    Down,

    /// <summary>No blocks are made; submits wait.</summary>
    Halt,

    /// <summary>Submits fail with code 32; the value is how far the sequence is off, 1 by default.</summary>
    SequenceMismatch,

    /// <summary>Submits fail with "mempool is full", code 20.</summary>
    MempoolFull,

    /// <summary>Submits fail with "tx already in mempool", code 19.</summary>
    InMempool,

    /// <summary>Submits fail with "insufficient funds", code 5.</summary>
    OutOfFunds,

    /// <summary>Submits fail with "insufficient gas price", code 13.</summary>
    PriceTooLow,

    /// <summary>Submits of more than the value in bytes (0 by default) fail as too large.</summary>
    Oversize,

    /// <summary>Submits end with "timed out waiting for tx to be included in a block" once they are in a block.</summary>
    SubmitTimeout,

    /// <summary>Submits end with "eviction poll timeout" and are in no block.</summary>
    Evicted,

    /// <summary>Submits are answered with a height but are in no block.</summary>
    LostBlob,

    /// <summary>Submits end with "was rejected by the node with execution code"; the value is the code, 11 by default.</summary>
    Rejected,

    /// <summary>Submits and balances fail with "node is running without state access".</summary>
    NoStateAccess,

    /// <summary>The head is shown so many heights below the real one.</summary>
    HeadLag,

    /// <summary>Calls by height fail with "syncing in progress" above the value; by default above the height where the fault was set.</summary>
    Syncing,

    /// <summary>Heights below the value are pruned: "is below Tail". By default all below the head.</summary>
    BelowTail,

    /// <summary>The data of heights below the value (by default all) is outside the sampling window.</summary>
    OutsideWindow,

    /// <summary>A WebSocket ends after so many items of its subscriptions, 0 by default.</summary>
    WebSocketClose,

    /// <summary>Blobs and proofs of them are served with another commitment and the data behind it changed to match.</summary>
    WrongCommitment,

    /// <summary>One of the rows of a namespace is left out, with the blobs in it; the value says which, 0 by default.</summary>
    WithheldRow,

    /// <summary>Calls for the data of a namespace fail with "incomplete blob with the namespace".</summary>
    IncompleteBlob,

    /// <summary>A blob that is in no block is among those served; the namespace's shares hold it too.</summary>
    InventedBlob,

    /// <summary>Proofs lack their last node.</summary>
    TruncatedProof,

    /// <summary>Headers are served with the roots of another square.</summary>
    WrongRoots,

    /// <summary>Headers are served with a commit that nobody signed.</summary>
    ForgedCommit,

    /// <summary>Answers are filled up to so many bytes, which a careful client refuses to read; 64 MiB by default.</summary>
    HugeReply,

    /// <summary>Answers are cut off in the middle; the connection ends in order.</summary>
    TornReply,
}
