using Dsdn.Consensus.Network;
using Dsdn.Consensus.Network.Addresses;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Network.Links;
using Dsdn.Consensus.Peers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dsdn.Network.Tests;

/// <summary>Which of two links with one peer stays.</summary>
public sealed class LinkTableTests : IPeerObserver, IDisposable
{
    private readonly List<string> _events = [];
    private readonly PeerNetworkMetrics _metrics = new(() => 0);

    [Theory]
    [InlineData(true, true, false, true)] // we are lower: our dial replaces theirs
    [InlineData(true, false, true, false)] // and theirs does not replace ours
    [InlineData(false, true, false, false)] // we are higher: the other way round
    [InlineData(false, false, true, true)]
    [InlineData(true, false, false, true)] // the same side dials again: it knows that the old one is dead
    [InlineData(false, false, false, true)]
    public void LinkDialledByTheLowerIdStays(bool weAreLower, bool newIsOurs, bool oldIsOurs, bool newStays)
    {
        (NodeIdentity lower, NodeIdentity higher) = TestPeer.Ordered();
        (PeerId self, PeerId other) = weAreLower ? (lower.Id, higher.Id) : (higher.Id, lower.Id);
        LinkTable table = Table(self);
        PeerLink old = Link(other, oldIsOurs), fresh = Link(other, newIsOurs);
        Assert.Null(table.TryAdd(old));
        LinkEnd? refusal = table.TryAdd(fresh);
        Assert.Equal(newStays, refusal is null);
        Assert.Same(newStays ? fresh : old, table.Find(other));
        Assert.Equal(newStays, old.End is { Kind: LinkEndKind.Duplicate });
        Assert.Equal(newStays ? ["up", "gone", "up"] : ["up"], _events);
        // The end of the loser says nothing about the winner.
        table.End(newStays ? old : fresh, new LinkEnd(LinkEndKind.Lost, ""));
        Assert.NotNull(table.Find(other));
    }

    [Fact]
    public void LowerIdThatIsDiallingTakesNoDialOfTheOther()
    {
        (NodeIdentity lower, NodeIdentity higher) = TestPeer.Ordered();
        LinkTable ofLower = Table(lower.Id), ofHigher = Table(higher.Id);
        ofLower.Dialling(higher.Id, true);
        ofHigher.Dialling(lower.Id, true);
        Assert.Equal(LinkEndKind.Duplicate, ofLower.TryAdd(Link(higher.Id, false))?.Kind);
        Assert.Null(ofHigher.TryAdd(Link(lower.Id, false)));
        ofLower.Dialling(higher.Id, false);
        Assert.Null(ofLower.TryAdd(Link(higher.Id, false)));
    }

    [Fact]
    public void NothingIsTakenAfterTheStop()
    {
        (NodeIdentity lower, NodeIdentity higher) = TestPeer.Ordered();
        LinkTable table = Table(lower.Id);
        table.TryAdd(Link(higher.Id, true));
        table.Stop();
        Assert.Equal(LinkEndKind.Stopping, table.TryAdd(Link(higher.Id, true))?.Kind);
        Assert.Equal(["up", "gone"], _events);
    }

    void IPeerObserver.PeerUp(PeerId peer) => _events.Add("up");

    void IPeerObserver.PeerGone(PeerId peer) => _events.Add("gone");

    ValueTask IPeerObserver.Message(PeerId peer, PeerLane lane, ReadOnlyMemory<byte> message) => ValueTask.CompletedTask;

    public void Dispose() => _metrics.Dispose();

    private LinkTable Table(PeerId self) => new(self, new PeerNetworkOptions(), this, _ => false, _metrics, NullLogger.Instance);

    private static PeerLink Link(PeerId peer, bool isOutbound) =>
        new(peer, isOutbound, new PeerEndpoint("host", 1, peer), Lane(PeerLane.Fast), Lane(PeerLane.Bulk), TimeProvider.System);

    private static LaneStream Lane(PeerLane lane) => new(lane, null!, null!, new PeerNetworkOptions(), TimeProvider.System);
}
