using Dsdn.Consensus.Network.Addresses;
using Dsdn.Consensus.Network.Wire;
using Dsdn.Consensus.Peers;
using Dsdn.Grpc;

namespace Dsdn.Consensus.Network.Links;

/// <summary>A peer that is connected over both lanes.</summary>
internal sealed class PeerLink
{
    private readonly CancellationTokenSource _ending = new();
    private readonly TimeProvider _clock;
    private readonly long _since;
    private LinkEnd? _end;
    private long _pingSent;
    private long _roundTripUs = -1;

    /// <param name="isOutbound">This node dialled it.</param>
    public PeerLink(PeerId peer, bool isOutbound, PeerEndpoint remote, LaneStream fast, LaneStream bulk, TimeProvider clock)
    {
        (Peer, IsOutbound, Remote, Fast, Bulk, _clock) = (peer, isOutbound, remote, fast, bulk, clock);
        _since = clock.GetTimestamp();
        Ending = _ending.Token;
    }

    public PeerId Peer { get; }

    public bool IsOutbound { get; }

    public PeerEndpoint Remote { get; }

    public LaneStream Fast { get; }

    public LaneStream Bulk { get; }

    public CancellationToken Ending { get; }

    /// <summary>Null while it lives.</summary>
    public LinkEnd? End => Volatile.Read(ref _end);

    /// <summary>When the unanswered ping left; null where none is out.</summary>
    public TimeSpan? PingOut => Volatile.Read(ref _pingSent) is var sent and not 0 ? _clock.GetElapsedTime(sent) : null;

    public LaneStream Of(PeerLane lane) => lane == PeerLane.Fast ? Fast : Bulk;

    /// <summary>The first end counts.</summary>
    public bool TryEnd(LinkEnd end)
    {
        if (Interlocked.CompareExchange(ref _end, end, null) is not null) return false;
        // Not here: what waits for the token must not run under the caller's locks.
        _ = _ending.CancelAsync();
        return true;
    }

    public void Ping()
    {
        long now = Math.Max(_clock.GetTimestamp(), 1);
        if (Interlocked.CompareExchange(ref _pingSent, now, 0) == 0) Fast.TryQueue(new PeerFrame(default, (ulong)now, 0));
    }

    /// <summary>Runs one lane until the link ends; ends it with the first reason that either lane meets.</summary>
    public async Task RunAsync(LaneStream lane, Func<LaneStream, PeerFrame, ValueTask> take, Action<LinkEnd> ended)
    {
        Task writing = Guard(lane.WriteAsync(Ending), ended);
        Task reading = Guard(ReadAsync(lane, take, ended), ended);
        await Task.WhenAll(writing, reading);
    }

    public void Ponged(ulong number)
    {
        long sent = Volatile.Read(ref _pingSent);
        if (sent == 0 || (ulong)sent != number) return;
        Volatile.Write(ref _roundTripUs, (long)_clock.GetElapsedTime(sent).TotalMicroseconds);
        Volatile.Write(ref _pingSent, 0);
    }

    public PeerSnapshot Snapshot() => new(
        Peer, Remote.Address, IsOutbound, (long)_clock.GetElapsedTime(_since).TotalMilliseconds,
        Fast.BytesIn + Bulk.BytesIn, Fast.BytesOut + Bulk.BytesOut, Fast.MessagesIn + Bulk.MessagesIn, Fast.MessagesOut + Bulk.MessagesOut,
        Fast.QueuedBytes, Bulk.QueuedBytes, Volatile.Read(ref _roundTripUs) is var us and >= 0 ? us : null);

    private async Task ReadAsync(LaneStream lane, Func<LaneStream, PeerFrame, ValueTask> take, Action<LinkEnd> ended) =>
        ended(await lane.ReadAsync(take, Ending) ?? new LinkEnd(LinkEndKind.Lost, "closed by the peer"));

    private async Task Guard(Task work, Action<LinkEnd> ended)
    {
        try
        {
            await work;
        }
        catch (GrpcException e) when (e.IsViolation)
        {
            ended(new LinkEnd(LinkEndKind.Malformed, e.Status.Detail));
        }
        catch (GrpcException e)
        {
            ended(new LinkEnd(LinkEndKind.Lost, e.Status.ToString()));
        }
        catch (OperationCanceledException)
        {
            ended(new LinkEnd(LinkEndKind.Lost, "cancelled"));
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException)
        {
            ended(new LinkEnd(LinkEndKind.Lost, e.Message));
        }
        catch (Exception e)
        {
            ended(new LinkEnd(LinkEndKind.Fault, e.ToString()));
        }
    }
}
