using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Dsdn.Node.Tests.Rpc;

/// <summary>Plain HTTP and WebSocket clients that hide nothing.</summary>
internal sealed class RpcClient(Uri url) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private int _id;

    public async Task<JsonObject> Call(string method, params JsonNode?[] args) =>
        (await Post(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = ++_id, ["method"] = method, ["params"] = new JsonArray([.. args.Select(a => a?.DeepClone())]) }.ToJsonString())).AsObject();

    /// <summary>The result; fails on an error.</summary>
    public async Task<JsonNode?> Result(string method, params JsonNode?[] args)
    {
        JsonObject reply = await Call(method, args);
        Assert.True(!reply.ContainsKey("error"), $"{method}: {reply["error"]?.ToJsonString()}");
        return reply["result"];
    }

    public async Task<(int Code, string Message)> Error(string method, params JsonNode?[] args)
    {
        JsonObject reply = await Call(method, args);
        Assert.True(reply.ContainsKey("error"), $"{method} answered {reply["result"]?.ToJsonString()}");
        return ((int)reply["error"]!["code"]!, (string)reply["error"]!["message"]!);
    }

    public async Task<JsonNode> Post(string body) => JsonNode.Parse((await Send("POST", body, "application/json")).Body)!;

    public async Task<(int Status, string? Type, string Body, HttpResponseHeaders Headers)> Send(
        string method, string? body, string? contentType, params (string Name, string Value)[] headers) =>
        await Send(method, body is null ? null : Encoding.UTF8.GetBytes(body), contentType, headers);

    public async Task<(int Status, string? Type, string Body, HttpResponseHeaders Headers)> Send(
        string method, byte[]? body, string? contentType, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            if (contentType is not null) request.Content.Headers.TryAddWithoutValidation("content-type", contentType);
        }
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage response = await _http.SendAsync(request);
        return ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(), response.Headers);
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>One WebSocket: text frames out, JSON in.</summary>
internal sealed class SocketClient : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[4 * 1024 * 1024];

    public static async Task<SocketClient> Connect(Uri url)
    {
        var client = new SocketClient();
        await client._socket.ConnectAsync(url, default);
        return client;
    }

    public WebSocket Socket => _socket;

    public Task Send(string text) => _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);

    /// <summary>The next frame, or null if none comes in time or the other side closed.</summary>
    public async Task<JsonNode?> Receive(int waitMs = 5_000)
    {
        using var limit = new CancellationTokenSource(waitMs);
        int length = 0;
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult part = await _socket.ReceiveAsync(_buffer.AsMemory(length), limit.Token);
                if (part.MessageType == WebSocketMessageType.Close) return null;
                length += part.Count;
                if (part.EndOfMessage) return JsonNode.Parse(_buffer.AsSpan(0, length));
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        await Task.CompletedTask;
    }
}
