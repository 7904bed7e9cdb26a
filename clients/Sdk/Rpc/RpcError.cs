using System.Text.Json;

namespace Dsdn.Sdk.Rpc;

/// <summary>An error object of JSON-RPC 2.0, as the server sent it.</summary>
/// <param name="Data">The optional data field: a hex string of revert data, or an object with our stable <c>code</c>.</param>
public sealed record RpcError(int Code, string Message, JsonElement? Data)
{
    /// <summary>A call reverted; <see cref="RevertData"/> may hold an ABI-encoded error (geth's code).</summary>
    public const int RevertedCode = 3;

    public const int MethodNotFoundCode = -32601;

    /// <summary>The node's own stable code (<c>DSDN-...</c>) out of <c>data.code</c>, where it sent one.</summary>
    public string? StableCode => Field("code");

    /// <summary>ABI-encoded error of a reverted call: data itself as geth sends it, or <c>data.data</c>.</summary>
    public string? RevertData =>
        Data is { ValueKind: JsonValueKind.String } text ? text.GetString() : Field("data");

    private string? Field(string name) =>
        Data is { ValueKind: JsonValueKind.Object } data && data.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
