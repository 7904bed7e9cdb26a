using Dsdn.Chain.Execution;

namespace Dsdn.Chain.Rpc;

/// <summary>A JSON-RPC error object. Codes and texts are geth's, because clients match on both.</summary>
/// <param name="Data">Hexadecimal revert data or a transaction hash, as the method defines it.</param>
/// <param name="OwnCode">Our stable code; becomes data.code where the method defines no data of its own.</param>
internal sealed record RpcError(int Code, string Message, string? Data = null, string? OwnCode = null)
{
    public const int ParseErrorCode = -32700;
    public const int InvalidRequestCode = -32600;
    public const int MethodNotFoundCode = -32601;
    public const int InvalidParamsCode = -32602;
    public const int InternalCode = -32603;
    public const int ServerErrorCode = -32000;
    public const int TimeoutCode = -32002;
    public const int ResponseTooLargeCode = -32003;
    public const int LimitExceededCode = -32005;
    public const int RevertedCode = 3;

    /// <summary>EIP-7966: the transaction is pooled, but was not decided in the time given.</summary>
    public const int SyncTimeoutCode = 4;

    /// <summary>execution-apis: pruned history unavailable.</summary>
    public const int PrunedCode = 4444;

    public static readonly RpcError Parse = new(ParseErrorCode, "parse error");
    public static readonly RpcError InvalidRequest = new(InvalidRequestCode, "invalid request");
    public static readonly RpcError EmptyBatch = new(InvalidRequestCode, "empty batch");
    public static readonly RpcError BatchTooLarge = new(InvalidRequestCode, "batch too large");
    public static readonly RpcError NonArrayArguments = new(InvalidParamsCode, "non-array args");
    public static readonly RpcError NotificationsUnsupported = new(MethodNotFoundCode, "notifications not supported");
    public static readonly RpcError Timeout = new(TimeoutCode, "request timed out");
    public static readonly RpcError ResponseTooLarge = new(ResponseTooLargeCode, "response too large");
    public static readonly RpcError Internal = new(InternalCode, "internal error");
    public static readonly RpcError HeaderNotFound = new(ServerErrorCode, "header not found");
    public static readonly RpcError HeaderForHashNotFound = new(ServerErrorCode, "header for hash not found");
    public static readonly RpcError UnknownBlock = new(ServerErrorCode, "unknown block");
    public static readonly RpcError UnknownAccount = new(ServerErrorCode, "unknown account");
    public static readonly RpcError FilterNotFound = new(ServerErrorCode, "filter not found");
    public static readonly RpcError SubscriptionNotFound = new(ServerErrorCode, "subscription not found");
    public static readonly RpcError Pruned = new(PrunedCode, "pruned history unavailable");
    public static readonly RpcError PendingLogs = new(ServerErrorCode, "pending logs are not supported");
    public static readonly RpcError BeyondHead = new(InvalidParamsCode, "block range extends beyond current head block");
    public static readonly RpcError ReversedRange = new(InvalidParamsCode, "invalid block range params");

    public static RpcError MethodNotFound(string method) =>
        new(MethodNotFoundCode, $"the method {method} does not exist/is not available");

    public static RpcError InvalidParams(string message) => new(InvalidParamsCode, message);

    public static RpcError InvalidArgument(int index, string reason) => new(InvalidParamsCode, $"invalid argument {index}: {reason}");

    public static RpcError MissingArgument(int index) => new(InvalidParamsCode, $"missing value for required argument {index}");

    public static RpcError Server(string message) => new(ServerErrorCode, message);

    public static RpcError Of(PoolRejection rejection) => new(rejection.RpcCode, rejection.Message, OwnCode: rejection.Code);
}
