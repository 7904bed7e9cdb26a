namespace Dsdn.Celestia.Rpc;

/// <summary>
/// An error reply. There are no typed codes: every error that a method returns has code 1, and its text says what it is. Protocol errors come
/// with HTTP status 500 or 400 and a JSON body all the same.
/// </summary>
public readonly record struct RpcFailure(int Code, string Message, int HttpStatus)
{
    public const int MethodErrorCode = 1;

    /// <summary>What a method answers.</summary>
    public static RpcFailure OfMethod(string message) => new(MethodErrorCode, message, 200);

    public static RpcFailure MissingPermission(string method, RpcPermission needed) =>
        OfMethod($"missing permission to invoke '{method[(method.IndexOf('.', StringComparison.Ordinal) + 1)..]}' (need '{needed.Text()}')");

    public static RpcFailure Unparsable() => new(-32700, "Parse error", 500);

    public static RpcFailure TooLarge(long bytesMax) => new(-32700, $"request bigger than maximum {bytesMax} allowed", 500);

    /// <param name="type">As Go names it.</param>
    public static RpcFailure BadParam(string method, string type, string what) => new(-32700, $"unmarshaling params for '{method}' (param: {type}): {what}", 500);

    public static RpcFailure Empty() => new(-32600, "Invalid request", 400);

    public static RpcFailure UnknownMethod(string method) => new(-32601, $"method '{method}' not found", 500);

    public static RpcFailure NeedsWebSocket(string method) => new(-32601, $"method '{method}' not supported in this mode (no out channel support)", 500);

    public static RpcFailure ParamCount(string method, int given, int expected) => new(-32602, $"wrong param count (method '{method}'): {given} != {expected}", 500);

    public static RpcFailure Panic(string method) => new(0, $"fatal error calling '{method}': panic in rpc method", 500);
}
