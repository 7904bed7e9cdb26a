using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Json;

namespace Dsdn.Chain.Rpc.WebSockets;

/// <summary>
/// One WebSocket connection: reads frames, answers them in order (calls that wait run beside the others, up to a bound),
/// and sends notifications from a bounded queue. A reader that falls behind is closed with 1013; memory stays bounded.
/// </summary>
internal sealed class WebSocketSession : IAsyncDisposable
{
    private const int ReceiveBytes = 16 * 1024;
    private const int WaitingCallsMax = 16;
    private const int CloseGraceMs = 5_000;
    private const WebSocketCloseStatus TryAgainLater = (WebSocketCloseStatus)1013;

    private readonly RpcNode _node;
    private readonly WebSocket _socket;
    private readonly CancellationTokenSource _closing;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly SemaphoreSlim _waitingCalls = new(WaitingCallsMax, WaitingCallsMax);
    private readonly Dictionary<string, Subscription> _subscriptions = new(StringComparer.Ordinal);
    private readonly Channel<byte[]> _notifications = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
    private long _queuedBytes;
    private int _queued;
    private int _overflowed;

    public WebSocketSession(RpcNode node, WebSocket socket, CancellationToken stopping)
    {
        _node = node;
        _socket = socket;
        _closing = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    }

    /// <summary>Serves the connection until either side closes it.</summary>
    public async Task Run()
    {
        _node.Metrics.WebSocketOpened();
        Task pump = Pump();
        try
        {
            await Receive();
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // the peer went away or was closed; there is nobody to tell
        }
        finally
        {
            DropSubscriptions();
            _notifications.Writer.TryComplete();
            await _closing.CancelAsync();
            await pump;
            _node.Metrics.WebSocketClosed();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived) _socket.Abort();
        _socket.Dispose();
        _closing.Dispose();
        await Task.CompletedTask;
    }

    public RpcError? Subscribe(SubscriptionKind kind, Filters.LogCriteria criteria, out string id)
    {
        id = Filters.SubscriptionId.New();
        var subscription = new Subscription(id, kind, criteria, this);
        lock (_subscriptions)
        {
            if (_subscriptions.Count >= _node.Options.SubscriptionsPerConnectionMax)
                return new RpcError(RpcError.LimitExceededCode, $"too many subscriptions, at most {_node.Options.SubscriptionsPerConnectionMax}");
            _subscriptions.Add(id, subscription);
        }
        _node.Subscriptions.Add(subscription);
        return null;
    }

    public bool Unsubscribe(string id)
    {
        Subscription? subscription;
        lock (_subscriptions)
        {
            if (!_subscriptions.Remove(id, out subscription)) return false;
        }
        _node.Subscriptions.Remove(subscription);
        return true;
    }

    /// <summary>Queues a notification; never blocks. Above the bounds the connection is closed instead.</summary>
    public void Notify(string subscription, byte[] resultJson)
    {
        if (Volatile.Read(ref _overflowed) != 0) return;
        byte[] message = Compose(subscription, resultJson);
        int queued = Interlocked.Increment(ref _queued);
        long bytes = Interlocked.Add(ref _queuedBytes, message.Length);
        if (queued > _node.Options.NotificationsQueuedMax || bytes > _node.Options.NotificationBytesQueuedMax) Overflow();
        else _notifications.Writer.TryWrite(message);
    }

    private static byte[] Compose(string subscription, byte[] resultJson)
    {
        ReadOnlySpan<byte> head = "{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\",\"params\":{\"subscription\":\""u8;
        ReadOnlySpan<byte> middle = "\",\"result\":"u8;
        byte[] message = new byte[head.Length + subscription.Length + middle.Length + resultJson.Length + 2];
        Span<byte> rest = message;
        head.CopyTo(rest);
        rest = rest[head.Length..];
        rest = rest[Encoding.ASCII.GetBytes(subscription, rest)..];
        middle.CopyTo(rest);
        rest = rest[middle.Length..];
        resultJson.CopyTo(rest);
        "}}"u8.CopyTo(rest[resultJson.Length..]);
        return message;
    }

    private void Overflow()
    {
        if (Interlocked.Exchange(ref _overflowed, 1) != 0) return;
        _node.Metrics.SlowReaderClosed();
        DropSubscriptions();
        _notifications.Writer.TryComplete();
        _ = CloseSlow();
    }

    /// <summary>The close frame goes out behind the message that is being sent; a peer that takes not even that is cut off.</summary>
    private async Task CloseSlow()
    {
        using var grace = new CancellationTokenSource(CloseGraceMs);
        try
        {
            await _sending.WaitAsync(grace.Token);
            try
            {
                await _socket.CloseOutputAsync(TryAgainLater, "notifications were not read", grace.Token);
            }
            finally
            {
                _sending.Release();
            }
            await Task.Delay(Timeout.Infinite, grace.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            _socket.Abort();
        }
    }

    private async Task Pump()
    {
        try
        {
            await foreach (byte[] message in _notifications.Reader.ReadAllAsync(_closing.Token))
            {
                if (Volatile.Read(ref _overflowed) != 0) return;
                await Send(message);
                Interlocked.Decrement(ref _queued);
                Interlocked.Add(ref _queuedBytes, -message.Length);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or ObjectDisposedException or IOException)
        {
            // the receiving side ends the session
        }
    }

    private async Task Receive()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReceiveBytes);
        try
        {
            while (true)
            {
                int length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    if (length == buffer.Length) buffer = Larger(buffer);
                    part = await _socket.ReceiveAsync(buffer.AsMemory(length), _closing.Token);
                    if (part.MessageType == WebSocketMessageType.Close)
                    {
                        await CloseWith(WebSocketCloseStatus.NormalClosure, null);
                        return;
                    }
                    length += part.Count;
                    if (length > _node.Options.BodyBytesMax)
                    {
                        await CloseWith(WebSocketCloseStatus.MessageTooBig, "message above the limit");
                        return;
                    }
                }
                while (!part.EndOfMessage);
                await Answer(buffer, length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Answers at once where the calls allow it; otherwise copies the frame and lets it wait beside the others.</summary>
    private async Task Answer(byte[] buffer, int length)
    {
        var context = new CallContext(_node, this) { Cancelled = _closing.Token };
        var reply = new ReplyWriter(_node.Options.ResponseBytesMax);
        byte[] body = buffer.AsSpan(0, length).ToArray();
        long started = _node.Metrics.StartRequest();
        ValueTask processing = _node.Processor.Process(body, context, reply);
        if (processing.IsCompleted)
        {
            await Finish(processing, reply, started);
            return;
        }
        await _waitingCalls.WaitAsync(_closing.Token);
        _ = FinishWaiting(processing, reply, started);
    }

    private async Task FinishWaiting(ValueTask processing, ReplyWriter reply, long started)
    {
        try
        {
            await Finish(processing, reply, started);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            // the session ended while the call waited
        }
        finally
        {
            _waitingCalls.Release();
        }
    }

    private async Task Finish(ValueTask processing, ReplyWriter reply, long started)
    {
        using (reply)
        {
            await processing;
            _node.Metrics.EndRequest(started);
            if (reply.Position > 0) await Send(reply.Written);
        }
    }

    private async Task Send(ReadOnlyMemory<byte> message)
    {
        await _sending.WaitAsync(_closing.Token);
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, _closing.Token);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task CloseWith(WebSocketCloseStatus status, string? reason)
    {
        using var grace = new CancellationTokenSource(CloseGraceMs);
        await _sending.WaitAsync(grace.Token);
        try
        {
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await _socket.CloseOutputAsync(status, reason, grace.Token);
        }
        finally
        {
            _sending.Release();
        }
    }

    private void DropSubscriptions()
    {
        Subscription[] dropped;
        lock (_subscriptions)
        {
            dropped = [.. _subscriptions.Values];
            _subscriptions.Clear();
        }
        foreach (Subscription subscription in dropped) _node.Subscriptions.Remove(subscription);
    }

    private static byte[] Larger(byte[] buffer)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan().CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
