using System.Text.Json;

namespace Dsdn.Celestia.Rpc;

/// <summary>A request as a server reads it.</summary>
/// <param name="Id">Null in a notification, which gets no reply.</param>
public sealed record RpcRequest(RpcId? Id, string Method, IReadOnlyList<JsonElement> Params)
{
    public const int MethodCharsMax = 100;
    public const int ParamsMax = 16;

    /// <summary>Requests of one batch.</summary>
    public const int BatchMax = 100;

    /// <summary>A request or a batch of them.</summary>
    /// <param name="requests">Null where there is a failure.</param>
    /// <param name="isBatch">The reply must be an array then.</param>
    public static RpcFailure? TryRead(ReadOnlySpan<byte> body, out IReadOnlyList<RpcRequest>? requests, out bool isBatch)
    {
        requests = null;
        isBatch = false;
        if (body.Trim(" \t\r\n"u8).IsEmpty) return RpcFailure.Empty();
        if (!DaJson.TryParse(body, out JsonElement root)) return RpcFailure.Unparsable();
        isBatch = root.ValueKind == JsonValueKind.Array;
        if (isBatch && root.GetArrayLength() is 0 or > BatchMax) return RpcFailure.Empty();
        List<RpcRequest> read = [];
        foreach (JsonElement element in isBatch ? [.. root.EnumerateArray()] : (JsonElement[])[root])
        {
            if (TryReadOne(element) is not { } request) return RpcFailure.Unparsable();
            read.Add(request);
        }
        requests = read;
        return null;
    }

    /// <summary>The bytes that a client sends.</summary>
    /// <param name="writeParams">Writes the values; the brackets are written here.</param>
    public static byte[] Encode(RpcId id, string method, Action<Utf8JsonWriter> writeParams) => DaJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("jsonrpc", "2.0");
        json.WritePropertyName("id");
        json.WriteRawValue(id.Json);
        json.WriteString("method", method);
        json.WriteStartArray("params");
        writeParams(json);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static RpcRequest? TryReadOne(JsonElement element)
    {
        DaJson.Read(
            element,
            view => new RpcRequest(null, view["method"].Text(MethodCharsMax), [.. view["params"].Items(ParamsMax).Select(value => value.Element)]),
            out RpcRequest? request);
        if (request is null || DaJson.Member(element, "id") is not { } named) return request;
        return RpcId.TryRead(named, out RpcId id) ? request with { Id = id } : null;
    }
}
