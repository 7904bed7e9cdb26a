using System.Text.Json;

namespace Dsdn.Celestia.Rpc;

/// <summary>What a frame of a WebSocket is.</summary>
public enum SubscriptionFrameKind : byte
{
    /// <summary>The reply to a request.</summary>
    Reply,

    /// <summary>An item of a channel.</summary>
    Value,

    /// <summary>The server has ended a channel; it does not say why.</summary>
    Close,

    /// <summary>Neither.</summary>
    Unknown,
}

/// <summary>
/// A frame from the server. A channel begins with a reply whose result is its number; its items are notifications xrpc.ch.val, its end is
/// xrpc.ch.close. A client ends it by xrpc.cancel with the id of its request, not the number of the channel.
/// </summary>
/// <param name="Channel">Of a value or close.</param>
/// <param name="Value">Of a value.</param>
/// <param name="Reply">Of a reply.</param>
public sealed record SubscriptionFrame(SubscriptionFrameKind Kind, ulong Channel, JsonElement Value, RpcReply? Reply)
{
    private const string ValueMethod = "xrpc.ch.val", CloseMethod = "xrpc.ch.close", CancelMethod = "xrpc.cancel";

    private static readonly SubscriptionFrame Unknown = new(SubscriptionFrameKind.Unknown, 0, default, null);

    public static SubscriptionFrame Read(ReadOnlySpan<byte> frame)
    {
        if (!DaJson.TryParse(frame, out JsonElement root) || root.ValueKind != JsonValueKind.Object) return Unknown;
        if (DaJson.Member(root, "method") is not { } method) return new SubscriptionFrame(SubscriptionFrameKind.Reply, 0, default, RpcReply.Read(frame));
        JsonElement[] values = DaJson.Member(root, "params") is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];
        if (values.Length == 0 || values[0].ValueKind != JsonValueKind.Number || !values[0].TryGetUInt64(out ulong channel)) return Unknown;
        DaJson.Read(method, view => view.Text(RpcRequest.MethodCharsMax), out string? name);
        if (name == ValueMethod && values.Length == 2) return new SubscriptionFrame(SubscriptionFrameKind.Value, channel, values[1], null);
        return name == CloseMethod ? new SubscriptionFrame(SubscriptionFrameKind.Close, channel, default, null) : Unknown;
    }

    /// <summary>Whether a request to a server ends a subscription, and which.</summary>
    public static bool IsCancel(RpcRequest request, out RpcId subscribed)
    {
        subscribed = default;
        return request.Method == CancelMethod && request.Params.Count == 1 && RpcId.TryRead(request.Params[0], out subscribed);
    }

    public static byte[] EncodeValue(ulong channel, Action<Utf8JsonWriter> writeValue) => Notify(ValueMethod, json =>
    {
        json.WriteNumberValue(channel);
        writeValue(json);
    });

    public static byte[] EncodeClose(ulong channel) => Notify(CloseMethod, json => json.WriteNumberValue(channel));

    /// <param name="subscribed">The id of the request that subscribed.</param>
    public static byte[] EncodeCancel(RpcId subscribed) => Notify(CancelMethod, json => json.WriteRawValue(subscribed.Json));

    private static byte[] Notify(string method, Action<Utf8JsonWriter> writeParams) => DaJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("jsonrpc", "2.0");
        json.WriteString("method", method);
        json.WriteStartArray("params");
        writeParams(json);
        json.WriteEndArray();
        json.WriteEndObject();
    });
}
