using System.Buffers;
using System.Net.WebSockets;
using Dsdn.Celestia.Rpc;
using Dsdn.CelestiaClient.Headers;
using Dsdn.CelestiaClient.Observability;
using Dsdn.CelestiaClient.Transport;

namespace Dsdn.CelestiaClient.Reading;

/// <summary>
/// blob.Subscribe over a WebSocket, for waking up only: it starts at the tip, replays nothing and can end silently. Connects again after 1 to 60 seconds,
/// at another endpoint where there is one.
/// </summary>
internal sealed class HeightSubscription(CelestiaOptions options, EndpointPool pool, BlockPace pace, WakeUps wakeUps, DaMetrics metrics, TimeProvider clock) : IAsyncDisposable
{
    private const int FirstDelayMs = 1_000, DelayMsMax = 60_000, ItemBytesMax = 64 << 20, SilentBlocksMax = 20, SilentMsMin = 10_000;

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private Task? _running;

    /// <summary>Starts at the first call.</summary>
    public void Start()
    {
        if (!options.Subscribes) return;
        lock (_lock) _running ??= Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Task? running;
        lock (_lock) running = _running;
        if (running is not null) await running;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var backoff = new Backoff(FirstDelayMs, DelayMsMax);
        for (int turn = 0; !_stopping.IsCancellationRequested; turn++)
        {
            IReadOnlyList<NodeCalls> endpoints = pool.InOrder();
            string outcome = await ListenAsync(endpoints[turn % endpoints.Count].Endpoint, backoff);
            metrics.Called(RpcMethod.SubscribeBlobs, outcome);
            wakeUps.WakeAll(); // whatever came while it ended
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(backoff.NextMs()), clock, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <returns>How it ended: a code.</returns>
    private async Task<string> ListenAsync(CelestiaEndpoint endpoint, Backoff backoff)
    {
        using var socket = new ClientWebSocket();
        socket.Options.Proxy = null;
        if (endpoint.Token.Current() is { } token) socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        try
        {
            silence.CancelAfter(options.Timeouts.ConnectMs + options.Timeouts.HeaderMs);
            await socket.ConnectAsync(WebSocketAddress(endpoint.Address), silence.Token);
            await socket.SendAsync(CelestiaCalls.SubscribeBlobs(RpcId.Of(1), options.Namespace), WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, silence.Token);
            return await ReceiveAsync(socket, silence, backoff);
        }
        catch (OperationCanceledException)
        {
            return _stopping.IsCancellationRequested ? DaCodes.Cancelled : DaCodes.Timeout;
        }
        catch (WebSocketException broken)
        {
            return broken.WebSocketErrorCode == WebSocketError.NotAWebSocket ? DaCodes.Unreachable : DaCodes.Dropped;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return DaCodes.Unreachable;
        }
    }

    private async Task<string> ReceiveAsync(ClientWebSocket socket, CancellationTokenSource silence, Backoff backoff)
    {
        var frame = new ArrayBufferWriter<byte>(4_096);
        ulong? channel = null;
        while (true)
        {
            // One item comes for every header, empty ones too: silence means that the channel is dead.
            silence.CancelAfter((int)Math.Max(SilentMsMin, SilentBlocksMax * pace.BlockMs));
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(frame.GetMemory(16_384), silence.Token);
            if (part.MessageType == WebSocketMessageType.Close) return DaCodes.Dropped;
            frame.Advance(part.Count);
            if (frame.WrittenCount > ItemBytesMax) return DaCodes.ReplyTooLarge;
            if (!part.EndOfMessage) continue;
            SubscriptionFrame read = SubscriptionFrame.Read(frame.WrittenSpan);
            frame.ResetWrittenCount();
            switch (read.Kind)
            {
                case SubscriptionFrameKind.Reply when read.Reply is { Error: { } error }:
                    return error.StableCode;
                case SubscriptionFrameKind.Reply when read.Reply is { } reply && reply.Result.ValueKind == System.Text.Json.JsonValueKind.Number && reply.Result.TryGetUInt64(out ulong number):
                    channel = number;
                    break;
                case SubscriptionFrameKind.Close when read.Channel == channel:
                    return DaCodes.Dropped;
                case SubscriptionFrameKind.Value when read.Channel == channel:
                    backoff.Reset();
                    metrics.WokeUp();
                    wakeUps.WakeAll();
                    break;
            }
        }
    }

    private static Uri WebSocketAddress(Uri address) => new UriBuilder(address) { Scheme = address.Scheme == Uri.UriSchemeHttps ? "wss" : "ws", Port = address.Port }.Uri;
}
