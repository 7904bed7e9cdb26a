using System.Text.Json;

namespace Dsdn.Celestia.Rpc;

/// <summary>What came back for a request: a result, or what went wrong.</summary>
/// <param name="Result">May be null in JSON; meaningless where there is an error.</param>
/// <param name="Error">Null where there is a result.</param>
public sealed record RpcReply(RpcId? Id, JsonElement Result, CallError? Error)
{
    private const int MessageCharsMax = 4_096;

    /// <summary>Reads the answer to one call over HTTP. The status counts first: 401 has no body, 429 and 503 have plain text.</summary>
    /// <param name="expected">The id of the request.</param>
    public static RpcReply ReadHttp(int status, ReadOnlySpan<byte> body, RpcId expected)
    {
        CallFault? byStatus = status switch { 401 => CallFault.Unauthorized, 429 => CallFault.RateLimited, 503 => CallFault.Busy, _ => null };
        if (byStatus is { } fault) return Failed(new CallError(fault, 0, $"HTTP status {status}"));
        RpcReply reply = Read(body);
        if (reply.Error is { Fault: CallFault.Malformed } malformed) return Failed(malformed with { Message = $"HTTP status {status}: {malformed.Message}" });
        if (reply.Id is { } id && id != expected) return Failed(new CallError(CallFault.Malformed, 0, $"a reply to request {id.Json}"));
        return reply.Error is null && status != 200 ? Failed(new CallError(CallFault.Malformed, 0, $"a result with HTTP status {status}")) : reply;
    }

    /// <summary>Reads a reply, from HTTP or a WebSocket.</summary>
    public static RpcReply Read(ReadOnlySpan<byte> body)
    {
        if (!DaJson.TryParse(body, out JsonElement root) || root.ValueKind != JsonValueKind.Object) return Failed(new CallError(CallFault.Malformed, 0, "a reply that is no JSON object"));
        RpcId? id = DaJson.Member(root, "id") is { } named && RpcId.TryRead(named, out RpcId read) ? read : null;
        if (DaJson.Member(root, "error") is { } error) return ReadError(id, error);
        // A method without a result answers null.
        return root.TryGetProperty("result", out JsonElement result)
            ? new RpcReply(id, result, null)
            : new RpcReply(id, default, new CallError(CallFault.Malformed, 0, "neither a result nor an error"));
    }

    public static byte[] Encode(RpcId id, Action<Utf8JsonWriter> writeResult) => DaJson.Write(json => Write(json, id, writeResult));

    public static byte[] Encode(RpcId? id, RpcFailure failure) => DaJson.Write(json => Write(json, id, failure));

    /// <summary>For batches, whose replies stand in one array.</summary>
    public static void Write(Utf8JsonWriter json, RpcId id, Action<Utf8JsonWriter> writeResult)
    {
        json.WriteStartObject();
        json.WriteString("jsonrpc", "2.0");
        json.WritePropertyName("id");
        json.WriteRawValue(id.Json);
        json.WritePropertyName("result");
        writeResult(json);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, RpcId? id, RpcFailure failure)
    {
        json.WriteStartObject();
        json.WriteString("jsonrpc", "2.0");
        json.WritePropertyName("id");
        if (id is { } known) json.WriteRawValue(known.Json);
        else json.WriteNullValue();
        json.WriteStartObject("error");
        json.WriteNumber("code", failure.Code);
        json.WriteString("message", failure.Message);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static RpcReply ReadError(RpcId? id, JsonElement error)
    {
        DaVerdict verdict = DaJson.Read(error, view => view["message"].IsNull ? "" : view["message"].Text(int.MaxValue), out string? message);
        if (!verdict.IsValid || message is null) return new RpcReply(id, default, new CallError(CallFault.Malformed, 0, "an error without a text"));
        int code = DaJson.Member(error, "code") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int known) ? known : 0;
        CallFault fault = CallErrors.Classify(code, message);
        return new RpcReply(id, default, new CallError(fault, code, message.Length <= MessageCharsMax ? message : message[..MessageCharsMax]));
    }

    private static RpcReply Failed(CallError error) => new(null, default, error);
}
