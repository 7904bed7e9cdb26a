using System.Threading.Channels;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Grpc;
using Dsdn.Services.Batches;
using Dsdn.StorageNode.Keys;
using Dsdn.StorageNode.Observability;
using Dsdn.StorageNode.Serving;
using Microsoft.Extensions.Logging;

namespace Dsdn.StorageNode.Submitting;

/// <summary>
/// Signs what this node says and hands it to a coordinator, one after another, so that numbers arrive as they rise. What nobody takes is dropped: the storing core says a fact again until a
/// batch shows it.
/// </summary>
internal sealed class EventDesk : IAsyncDisposable
{
    private const ushort Lane = 0;
    private const int WaitingMax = 4_096;

    /// <summary>What is not in a batch by then was lost; a later one is signed anew.</summary>
    private const ulong ValidMs = 10 * 60 * 1_000;

    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(200), PauseMax = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<LogClient> _coordinators;
    private readonly StorageIdentity _identity;
    private readonly EventCounter _counter;
    private readonly NodeLog _log;
    private readonly ulong _chainId;
    private readonly StorageNodeMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<EventBody> _bodies = Channel.CreateBounded<EventBody>(new BoundedChannelOptions(WaitingMax) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });
    private int _current;
    private Task _running = Task.CompletedTask;

    /// <param name="coordinators">Disposed with this.</param>
    public EventDesk(IReadOnlyList<LogClient> coordinators, StorageIdentity identity, EventCounter counter, NodeLog log, ulong chainId, StorageNodeMetrics metrics, TimeProvider clock, ILogger logger) =>
        (_coordinators, _identity, _counter, _log, _chainId, _metrics, _clock, _logger) = (coordinators, identity, counter, log, chainId, metrics, clock, logger);

    public void Add(EventBody body) => _bodies.Writer.TryWrite(body);

    public void Start() => _running = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        foreach (LogClient coordinator in _coordinators) coordinator.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (EventBody body in _bodies.Reader.ReadAllAsync(_stop.Token)) await SubmitAsync(body);
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task SubmitAsync(EventBody body)
    {
        TimeSpan pause = PauseMin;
        for (int attempt = 0; attempt < 2 * _coordinators.Count; attempt++)
        {
            LogClient coordinator = _coordinators[_current % _coordinators.Count];
            try
            {
                await coordinator.SubmitAsync(Sign(body), _stop.Token);
                _metrics.Submitted(body.Kind, "");
                return;
            }
            catch (GrpcException e) when (e.Trailers.TryGet(LogMethods.CodeTrailer, out string? code))
            {
                // Its own word against the state of a coordinator: another number may do, another coordinator may know more.
                if (code == LogFault.NonceUsed.Code() && attempt == 0) continue;
                if (code is NotCoordinator or RateLimited)
                {
                    _current++;
                    continue;
                }
                StorageNodeLog.NotTaken(_logger, body.Kind, code, e.Status.Detail);
                _metrics.Submitted(body.Kind, code);
                return;
            }
            catch (Exception e) when (e is GrpcException or IOException)
            {
                _current++;
                StorageNodeLog.NotSubmitted(_logger, body.Kind, coordinator.Address.ToString(), e.Message);
                await Task.Delay(pause, _clock, _stop.Token);
                pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
            }
        }
        _metrics.Submitted(body.Kind, "unreachable");
    }

    private const string NotCoordinator = "DSDN-E-LOG-NOT-COORDINATOR", RateLimited = "DSDN-E-LOG-RATE";

    private byte[] Sign(EventBody body)
    {
        (ulong used, ulong logTimeMs) = _log.Ask(state => (state.Queries.Counter(AuthorType.Node, _identity.Id, Lane) ?? 0, state.LogTimeMs));
        ulong nowMs = Math.Max(logTimeMs, (ulong)_clock.GetUtcNow().ToUnixTimeMilliseconds());
        LogEvent unsigned = new()
        {
            ChainId = _chainId, Kind = body.Kind, AuthorType = AuthorType.Node, Author = _identity.Id, Nonce = AuthorNonce.Of(Lane, _counter.Next(used)).Value, ValidUntilMs = nowMs + ValidMs,
            Body = body.Encode(), Signature = new byte[Dsdn.Chain.Crypto.Ed25519.SignatureSize],
        };
        return EventCodec.Encode(unsigned with { Signature = _identity.Sign(EventSignature.NodeMessage(EventCodec.Id(unsigned))) });
    }
}
