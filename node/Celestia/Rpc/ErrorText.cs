namespace Dsdn.Celestia.Rpc;

/// <summary>The texts by which celestia-node's errors are known, and whole messages for a server that speaks its dialect.</summary>
public static class ErrorText
{
    public const string BlobNotFound = "blob: not found";
    public const string InvalidProof = "blob: invalid proof";
    public const string NilProof = "blob: proof cannot be nil";
    public const string FromTheFuture = "given height is from the future";
    public const string Syncing = "syncing in progress";
    public const string BelowTail = "is below Tail";
    public const string OutsideWindow = "timestamp outside sampling window";
    public const string HeightZero = "height is equal to 0";
    public const string HeaderNotFound = "header: not found";
    public const string IncompleteBlob = "incomplete blob with the namespace";
    public const string NoStateAccess = "node is running without state access";
    public const string AccountOfSigner = "account for signer";
    public const string AccountNotFound = "not found";
    public const string SequenceMismatch = "account sequence mismatch";
    public const string IncorrectSequence = "incorrect account sequence";
    public const string InsufficientGasPrice = "insufficient gas price";
    public const string InsufficientFee = "insufficient fee";
    public const string PriceAboveMaximum = "estimated gas price exceeds max gas price in tx config";
    public const string InsufficientFunds = "insufficient funds";
    public const string InMempool = "tx already in mempool";
    public const string MempoolFull = "mempool is full";
    public const string TransactionTooLarge = "transaction size exceeds maximum allowed limit";
    public const string BlobsTooLarge = "blob(s) too large";
    public const string OverSizeLimit = "blob: over size limit";
    public const string RequestTooLarge = "request bigger than maximum";
    public const string InvalidBlobSigner = "invalid blob signer";
    public const string InclusionTimeout = "timed out waiting for tx to be included in a block";
    public const string EvictionTimeout = "eviction poll timeout";
    public const string DeadlineExceeded = "context deadline exceeded";
    public const string RejectedByNode = "was rejected by the node with execution code";
    public const string BroadcastError = "broadcast tx error";
    public const string MissingPermission = "missing permission to invoke";
    public const string ServerBusy = "server busy, try again later";
    public const string RateLimited = "rate limit exceeded";
    public const string RangeOrder = "header/p2p: `from` must be less than `to`";
    public const string RangeLimit = "header/p2p: header limit per 1 request exceeded";

    public static string Future(ulong networkHeight, ulong requestedHeight) => $"header: {FromTheFuture}: networkHeight: {networkHeight}, requestedHeight: {requestedHeight}";

    public static string Behind(ulong localHead, ulong requestedHeight) => $"header: {Syncing}: localHeadHeight: {localHead}, requestedHeight: {requestedHeight}";

    public static string Pruned(ulong height, ulong tail) => $"requested header ({height}) {BelowTail} ({tail})";

    public static string Sequence(ulong expected, ulong given) => $"{SequenceMismatch}, expected {expected}, got {given}: {IncorrectSequence}";

    public static string Broadcast(string hash, int code, string log) => $"{BroadcastError}: hash {hash} error: {log} code: {code}";

    public static string Evicted(string hash) => $"{EvictionTimeout}: transaction {hash} was evicted";

    public static string NoAccount(string address) => $"{AccountOfSigner} {address} {AccountNotFound}";

    public static string Incomplete(string name) => $"{IncompleteBlob} {name}";
}
