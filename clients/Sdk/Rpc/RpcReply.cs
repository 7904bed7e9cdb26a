using System.Text.Json;

namespace Dsdn.Sdk.Rpc;

/// <summary>What a server answered to one request: a result (possibly JSON null) or an error, never both.</summary>
public readonly record struct RpcReply(JsonElement Result, RpcError? Error)
{
    public bool IsError => Error is not null;
}

/// <summary>One request of a batch.</summary>
public sealed record RpcRequest(string Method, params System.Text.Json.Nodes.JsonNode?[] Parameters);
