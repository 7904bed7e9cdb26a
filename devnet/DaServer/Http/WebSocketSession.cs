using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Dsdn.Celestia.Rpc;
using Dsdn.DaServer.Blocks;
using Dsdn.DaServer.Faults;
using Dsdn.DaServer.Rpc;
using Dsdn.DaServer.Subscriptions;

namespace Dsdn.DaServer.Http;

/// <summary>One WebSocket: calls side by side up to a bound, channels numbered from 1, and an end as soon as either side wants it.</summary>
internal sealed class WebSocketSession : IDisposable
{
    public const int CallsMax = 64, SubscriptionsMax = 64;

    private const int ReceiveBytes = 16 * 1024;
    private const int CloseGraceMs = 2_000;

    /// <summary>Longer frames are no cancellation, and are not read twice.</summary>
    private const int CancelBytesMax = 512;

    private readonly DaNode _node;
    private readonly Dispatcher _dispatcher;
    private readonly WebSocket _socket;
    private readonly IReadOnlyList<RpcPermission> _allowed;
    private readonly CancellationTokenSource _closing;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly SemaphoreSlim _calls = new(CallsMax, CallsMax);
    private readonly Lock _lock = new();
    private readonly List<Subscription> _subscriptions = [];
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong _lastChannel;
    private long _items;

    /// <summary>Receiving, calls and channels under way.</summary>
    private int _running = 1;

    public WebSocketSession(DaNode node, Dispatcher dispatcher, WebSocket socket, IReadOnlyList<RpcPermission> allowed, CancellationToken stopping)
    {
        (_node, _dispatcher, _socket, _allowed) = (node, dispatcher, socket, allowed);
        _closing = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    }

    /// <summary>Until either side closes it.</summary>
    public async Task RunAsync()
    {
        _node.Metrics.Connected(1);
        try
        {
            await ReceiveAsync();
        }
        catch (Exception failure) when (IsEnd(failure))
        {
            // The peer went away, or the server stops: nobody is there to be told.
        }
        finally
        {
            await _closing.CancelAsync();
            Subscription[] open;
            lock (_lock)
            {
                open = [.. _subscriptions];
                _subscriptions.Clear();
            }
            foreach (Subscription subscription in open) Close(subscription);
            // All that was begun has seen the end before the socket goes.
            Ended();
            await _idle.Task;
            _node.Metrics.Connected(-1);
        }
    }

    /// <summary>A new channel for a request. Its items wait until the reply to the request is out.</summary>
    /// <returns>Its number; null where there are too many.</returns>
    public ulong? Subscribe(RpcId request, string method, Func<ServedBlock, Action<Utf8JsonWriter>> render)
    {
        Subscription subscription;
        lock (_lock)
        {
            if (_subscriptions.Count >= SubscriptionsMax) return null;
            subscription = new Subscription(request, ++_lastChannel, method, render);
            _subscriptions.Add(subscription);
        }
        _node.Subscriptions.Add(subscription);
        return subscription.Number;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _closing.Dispose();
        _sending.Dispose();
        _calls.Dispose();
    }

    private async Task ReceiveAsync()
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
                        await CloseWithAsync(WebSocketCloseStatus.NormalClosure);
                        return;
                    }
                    length += part.Count;
                    if (length > _node.Preset.BodyBytesMax)
                    {
                        await CloseWithAsync(WebSocketCloseStatus.MessageTooBig);
                        return;
                    }
                }
                while (!part.EndOfMessage);
                byte[] frame = buffer.AsSpan(0, length).ToArray();
                if (length <= CancelBytesMax && TryCancel(frame)) continue;
                await _calls.WaitAsync(_closing.Token);
                Interlocked.Increment(ref _running);
                _ = AnswerAsync(frame);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Whether a frame ended a channel, which has no reply.</summary>
    private bool TryCancel(byte[] frame)
    {
        if (RpcRequest.TryRead(frame, out IReadOnlyList<RpcRequest>? requests, out _) is not null || requests is not { Count: 1 } || !SubscriptionFrame.IsCancel(requests[0], out RpcId request)) return false;
        Subscription? found;
        lock (_lock)
        {
            found = _subscriptions.Find(subscription => subscription.Request == request);
            if (found is not null) _subscriptions.Remove(found);
        }
        if (found is not null) Close(found);
        return true;
    }

    private async Task AnswerAsync(byte[] frame)
    {
        try
        {
            ulong before;
            lock (_lock) before = _lastChannel;
            Reply reply = await _dispatcher.AnswerAsync(frame, new Caller(_allowed, this, _closing.Token));
            // Text is a status of HTTP, which a socket that is open does not have.
            if (reply.End != ReplyEnd.Whole || reply.IsText)
            {
                if (reply.End == ReplyEnd.Torn) await SendAsync(reply.Body);
                await _closing.CancelAsync();
                return;
            }
            if (reply.Body.Length > 0) await SendAsync(reply.Body);
            StartNew(before, frame);
        }
        catch (Exception failure) when (IsEnd(failure))
        {
            // The connection ended meanwhile.
        }
        finally
        {
            _calls.Release();
            Ended();
        }
    }

    /// <summary>Starts the channel that a request has opened, now that its reply is out.</summary>
    private void StartNew(ulong before, byte[] frame)
    {
        lock (_lock)
        {
            if (_lastChannel == before) return;
        }
        if (RpcRequest.TryRead(frame, out IReadOnlyList<RpcRequest>? requests, out _) is not null || requests is not { Count: 1 } || requests[0].Id is not { } id) return;
        Subscription? opened;
        lock (_lock) opened = _subscriptions.Find(subscription => subscription.Request == id && subscription.TryStart());
        if (opened is null) return;
        Interlocked.Increment(ref _running);
        _ = PumpAsync(opened);
    }

    private async Task PumpAsync(Subscription subscription)
    {
        try
        {
            await foreach (byte[] frame in subscription.FramesAsync(_closing.Token))
            {
                if (MustEnd(subscription))
                {
                    await _closing.CancelAsync(); // without the handshake of an orderly end
                    return;
                }
                await SendAsync(frame);
                Interlocked.Increment(ref _items);
            }
            await SendAsync(SubscriptionFrame.EncodeClose(subscription.Number));
        }
        catch (Exception failure) when (IsEnd(failure))
        {
            // The connection ended meanwhile.
        }
        finally
        {
            lock (_lock) _subscriptions.Remove(subscription);
            Close(subscription);
            Ended();
        }
    }

    private void Ended()
    {
        if (Interlocked.Decrement(ref _running) == 0) _idle.SetResult();
    }

    /// <summary>Whether a fault ends the connection in the place of the next item.</summary>
    private bool MustEnd(Subscription subscription)
    {
        if (_node.Faults.Find(FaultKind.Down, subscription.Method) is not null) return true;
        return _node.Faults.Find(FaultKind.WebSocketClose, subscription.Method) is { } close && Interlocked.Read(ref _items) >= (close.Rule.Value ?? 0)
            && _node.Faults.Take(FaultKind.WebSocketClose, subscription.Method) is not null;
    }

    private void Close(Subscription subscription)
    {
        _node.Subscriptions.Remove(subscription);
        subscription.End();
    }

    private async Task SendAsync(ReadOnlyMemory<byte> message)
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

    private async Task CloseWithAsync(WebSocketCloseStatus status)
    {
        using var grace = new CancellationTokenSource(CloseGraceMs);
        await _sending.WaitAsync(grace.Token);
        try
        {
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await _socket.CloseOutputAsync(status, null, grace.Token);
        }
        finally
        {
            _sending.Release();
        }
    }

    private static bool IsEnd(Exception failure) =>
        failure is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException;

    private static byte[] Larger(byte[] buffer)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan().CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
