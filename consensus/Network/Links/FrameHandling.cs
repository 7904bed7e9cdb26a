using Dsdn.Consensus.Network.Wire;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Network.Links;

/// <summary>What is done with each frame that arrives, and with the end of a link, whoever dialled it.</summary>
internal sealed class FrameHandling(IPeerObserver observer, LinkTable links, PeerNetworkMetrics metrics, Action<PeerLink, LinkEnd> punish)
{
    public Task RunAsync(PeerLink link, LaneStream lane) =>
        link.RunAsync(lane, (stream, frame) => TakeAsync(link, stream, frame), end => Ended(link, end));

    private ValueTask TakeAsync(PeerLink link, LaneStream lane, PeerFrame frame)
    {
        if (frame.Payload.Length > 0)
        {
            metrics.Received(lane.Lane, frame.Payload.Length);
            return link.End is null ? observer.Message(link.Peer, lane.Lane, frame.Payload) : ValueTask.CompletedTask;
        }
        if (frame.Pong != 0) link.Ponged(frame.Pong);
        else if (!lane.TryQueue(new PeerFrame(default, 0, frame.Ping))) Ended(link, new LinkEnd(LinkEndKind.Slow, $"the queue of {lane.Lane} is full"));
        return ValueTask.CompletedTask;
    }

    private void Ended(PeerLink link, LinkEnd end)
    {
        if (link.End is null && end.Kind is LinkEndKind.Flooding or LinkEndKind.Malformed) punish(link, end);
        links.End(link, end);
    }
}
