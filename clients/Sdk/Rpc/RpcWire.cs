using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Sdk.Errors;

namespace Dsdn.Sdk.Rpc;

/// <summary>Bytes of JSON-RPC 2.0 requests and replies.</summary>
internal static class RpcWire
{
    /// <summary>Deep enough for every method we call; hostile nesting fails to parse.</summary>
    private static readonly JsonDocumentOptions ReadOptions = new() { MaxDepth = 64 };

    public static byte[] Encode(long id, RpcRequest request)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) Write(writer, id, request);
        return stream.ToArray();
    }

    public static byte[] EncodeBatch(long firstId, IReadOnlyList<RpcRequest> requests)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            for (int i = 0; i < requests.Count; i++) Write(writer, firstId + i, requests[i]);
            writer.WriteEndArray();
        }
        return stream.ToArray();
    }

    public static RpcReply DecodeOne(byte[] reply, long id)
    {
        using JsonDocument document = Parse(reply);
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object) throw BadReply("not an object");
        return ReadReply(root, id, out _);
    }

    /// <summary>A server may answer a batch in any order (JSON-RPC 2.0, 6); a single error object refuses the whole batch.</summary>
    public static IReadOnlyList<RpcReply> DecodeBatch(byte[] reply, long firstId, int count)
    {
        using JsonDocument document = Parse(reply);
        JsonElement root = document.RootElement;
        if (root.ValueKind == JsonValueKind.Object)
        {
            RpcReply refusal = ReadReply(root, expectedId: null, out _);
            if (refusal.Error is null) throw BadReply("one result for a batch");
            return Enumerable.Repeat(refusal, count).ToArray();
        }
        if (root.ValueKind != JsonValueKind.Array || root.GetArrayLength() != count) throw BadReply($"not an array of {count} replies");
        var replies = new RpcReply?[count];
        foreach (JsonElement item in root.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object) throw BadReply("not an object");
            RpcReply one = ReadReply(item, expectedId: null, out long id);
            long index = id - firstId;
            if (index < 0 || index >= count || replies[index] is not null) throw BadReply($"id {id} out of place");
            replies[index] = one;
        }
        return replies.Select(one => one ?? throw BadReply("a reply is missing")).ToArray();
    }

    public static RpcError ReadError(JsonElement error)
    {
        int code = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("code", out JsonElement number)
            && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out int value) ? value : 0;
        string message = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out JsonElement text)
            && text.ValueKind == JsonValueKind.String ? text.GetString() ?? "" : "";
        JsonElement? data = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("data", out JsonElement more) ? more.Clone() : null;
        return new RpcError(code, message, data);
    }

    public static JsonDocument Parse(ReadOnlyMemory<byte> reply)
    {
        try
        {
            return JsonDocument.Parse(reply, ReadOptions);
        }
        catch (JsonException failure)
        {
            throw BadReply(failure.Message);
        }
    }

    public static DsdnException BadReply(string details) =>
        new(ClientError.Of(ErrorCodes.BadReply, ErrorClass.Unreachable).With(details));

    public static RpcReply ReadReply(JsonElement item, long? expectedId, out long id)
    {
        id = item.TryGetProperty("id", out JsonElement number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out long value) ? value : -1;
        if (item.TryGetProperty("error", out JsonElement error) && error.ValueKind != JsonValueKind.Null) return new RpcReply(default, ReadError(error));
        if (expectedId is not null && id != expectedId) throw BadReply($"id {id} instead of {expectedId}");
        if (!item.TryGetProperty("result", out JsonElement result)) throw BadReply("neither result nor error");
        return new RpcReply(result.Clone(), null);
    }

    private static void Write(Utf8JsonWriter writer, long id, RpcRequest request)
    {
        writer.WriteStartObject();
        writer.WriteString("jsonrpc", "2.0");
        writer.WriteNumber("id", id);
        writer.WriteString("method", request.Method);
        writer.WriteStartArray("params");
        foreach (JsonNode? parameter in request.Parameters)
        {
            if (parameter is null) writer.WriteNullValue();
            else parameter.WriteTo(writer);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
