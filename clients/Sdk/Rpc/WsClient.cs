using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Dsdn.Sdk.Errors;

namespace Dsdn.Sdk.Rpc;

/// <summary>
/// JSON-RPC over WebSocket with <c>eth_subscribe</c>. One connection: when it ends, waiting calls and all subscriptions fail, and
/// the caller connects again and reads what was missed. A subscriber that falls <see cref="BacklogMax"/> events behind loses its
/// subscription instead of memory.
/// </summary>
public sealed class WsClient : IAsyncDisposable
{
    public const int BacklogMax = 10_000;
    public const int MessageBytesMax = 16 * 1024 * 1024;

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<long, TaskCompletionSource<RpcReply>> _calls = new();
    private readonly ConcurrentDictionary<string, Channel<JsonElement>> _subscriptions = new(StringComparer.Ordinal);
    private readonly Uri _endpoint;
    private Task _reader = Task.CompletedTask;
    private long _lastId;
    private int _subscribing;

    private WsClient(Uri endpoint) => _endpoint = endpoint;

    /// <param name="endpoint">A ws or wss address.</param>
    /// <exception cref="DsdnException">unreachable, or no WebSocket there</exception>
    public static async Task<WsClient> ConnectAsync(Uri endpoint, CancellationToken cancel = default)
    {
        var client = new WsClient(endpoint);
        try
        {
            await client._socket.ConnectAsync(endpoint, cancel).ConfigureAwait(false);
        }
        catch (WebSocketException failure)
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw client.Lost(ErrorCodes.Unreachable, failure.InnerException?.Message ?? failure.Message);
        }
        client._reader = Task.Run(client.ReadAsync, CancellationToken.None);
        return client;
    }

    /// <exception cref="DsdnException">server error, or the connection ended</exception>
    public async Task<JsonElement> CallAsync(string method, JsonNode?[] parameters, CancellationToken cancel = default)
    {
        long id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<RpcReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls[id] = answer;
        try
        {
            if (_reader.IsCompleted) throw Lost(ErrorCodes.SubscriptionLost, "connection closed");
            await SendAsync(RpcWire.Encode(id, new RpcRequest(method, parameters)), cancel).ConfigureAwait(false);
            RpcReply reply = await answer.Task.WaitAsync(cancel).ConfigureAwait(false);
            return reply.Error is null ? reply.Result : throw new DsdnException(RpcFailure.From(method, reply.Error));
        }
        finally
        {
            _calls.TryRemove(id, out _);
        }
    }

    /// <summary>New heads, logs (with a filter) or pending transactions, until the caller stops or the connection ends.</summary>
    /// <param name="kind"><c>newHeads</c>, <c>logs</c> or <c>newPendingTransactions</c>.</param>
    /// <exception cref="DsdnException"><see cref="ErrorCodes.SubscriptionLost"/></exception>
    public async IAsyncEnumerable<JsonElement> SubscribeAsync(string kind, JsonNode? filter = null, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        (string id, Channel<JsonElement> events) = await OpenAsync(kind, filter, cancel).ConfigureAwait(false);
        try
        {
            while (await WaitAsync(events, cancel).ConfigureAwait(false))
            {
                while (events.Reader.TryRead(out JsonElement one)) yield return one;
            }
        }
        finally
        {
            _subscriptions.TryRemove(id, out _);
            if (!_reader.IsCompleted) await UnsubscribeAsync(id).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        _socket.Abort();
        await _reader.ConfigureAwait(false);
        _socket.Dispose();
        _sending.Dispose();
        _closing.Dispose();
    }

    private async Task<(string Id, Channel<JsonElement> Events)> OpenAsync(string kind, JsonNode? filter, CancellationToken cancel)
    {
        Interlocked.Increment(ref _subscribing);
        try
        {
            JsonNode?[] parameters = filter is null ? [RpcValue.Node(kind)] : [RpcValue.Node(kind), filter];
            string id = (await CallAsync("eth_subscribe", parameters, cancel).ConfigureAwait(false)).ToText();
            return (id, Events(id));
        }
        finally
        {
            Interlocked.Decrement(ref _subscribing);
        }
    }

    private async Task<bool> WaitAsync(Channel<JsonElement> events, CancellationToken cancel)
    {
        try
        {
            return await events.Reader.WaitToReadAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw Lost(ErrorCodes.SubscriptionLost, failure.Message);
        }
    }

    private async Task UnsubscribeAsync(string id)
    {
        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await CallAsync("eth_unsubscribe", [RpcValue.Node(id)], deadline.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is DsdnException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection is going away, and the subscription with it.
        }
    }

    private async Task SendAsync(byte[] message, CancellationToken cancel)
    {
        await _sending.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancel).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is WebSocketException or InvalidOperationException)
        {
            throw Lost(ErrorCodes.ConnectionLost, failure.Message);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>The first event may come before the reply that names its subscription, so whoever is first makes the channel.</summary>
    private Channel<JsonElement> Events(string id) =>
        _subscriptions.GetOrAdd(id, _ => Channel.CreateBounded<JsonElement>(new BoundedChannelOptions(BacklogMax) { SingleReader = true }));

    private async Task ReadAsync()
    {
        string why = "connection closed";
        try
        {
            while (await ReceiveAsync().ConfigureAwait(false) is { } message) Take(message);
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or DsdnException or ObjectDisposedException)
        {
            why = failure.Message;
        }
        DsdnException lost = Lost(ErrorCodes.SubscriptionLost, why);
        foreach (TaskCompletionSource<RpcReply> call in _calls.Values) call.TrySetException(lost);
        foreach (Channel<JsonElement> events in _subscriptions.Values) events.Writer.TryComplete(lost);
    }

    private void Take(byte[] message)
    {
        using JsonDocument document = RpcWire.Parse(message);
        JsonElement root = document.RootElement;
        if (root.OptionalField("method") is { ValueKind: JsonValueKind.String } method && method.GetString() == "eth_subscription")
        {
            JsonElement parameters = root.Field("params");
            string id = parameters.Field("subscription").ToText();
            if (!_subscriptions.ContainsKey(id) && Volatile.Read(ref _subscribing) == 0) return; // ended meanwhile
            Channel<JsonElement> events = Events(id);
            if (!events.Writer.TryWrite(parameters.Field("result").Clone())) events.Writer.TryComplete(Lost(ErrorCodes.SubscriptionLost, $"{BacklogMax} events behind"));
            return;
        }
        RpcReply reply = RpcWire.ReadReply(root, expectedId: null, out long callId);
        if (_calls.TryGetValue(callId, out TaskCompletionSource<RpcReply>? call)) call.TrySetResult(reply);
    }

    private async Task<byte[]?> ReceiveAsync()
    {
        using var message = new MemoryStream();
        byte[] block = new byte[16 * 1024];
        while (true)
        {
            ValueWebSocketReceiveResult part = await _socket.ReceiveAsync(block.AsMemory(), _closing.Token).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            if (message.Length + part.Count > MessageBytesMax) throw RpcWire.BadReply($"message above {MessageBytesMax} bytes");
            message.Write(block, 0, part.Count);
            if (part.EndOfMessage) return message.ToArray();
        }
    }

    private DsdnException Lost(string code, string details) =>
        new(ClientError.Of(code, ErrorClass.Unreachable, _endpoint.GetLeftPart(UriPartial.Authority)).With(details));
}
