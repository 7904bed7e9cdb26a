using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using static Dsdn.Consensus.Tests.Peers.PeerMessageSamples;

namespace Dsdn.Consensus.Tests.Gossip;

public sealed class EvidenceRelayTests
{
    private static readonly EvidenceAnswer Added = new(true, null, null);

    private readonly EvidenceRelay _relay = new(EvidenceRelayOptions.Default);

    [Fact]
    public void WhatThisNodeFindsGoesToEveryPeerOnce()
    {
        Link(1, 2, 3);
        IReadOnlyList<GossipEffect> effects = _relay.Step(new EvidenceInput.Judged(null, Item(1), Added, 10));
        Assert.Equal([Id(1), Id(2), Id(3)], Sends(effects).Select(send => send.To).OrderBy(peer => Array.IndexOf([Id(1), Id(2), Id(3)], peer)));
        Assert.Single(Sends(effects).Select(send => send.Message).Distinct(ReferenceEqualityComparer.Instance)); // encoded once
        Assert.Empty(_relay.Step(new EvidenceInput.Tick(30)));
    }

    [Fact]
    public void APeersEvidenceGoesOnOnlyAfterItWasJudged()
    {
        Link(1, 2);
        GossipEffect.CheckEvidence check = Assert.IsType<GossipEffect.CheckEvidence>(Assert.Single(Receive(1, 10, Item(1))));
        Assert.Equal(Item(1).Id, check.Item.Id);
        Assert.Empty(_relay.Step(new EvidenceInput.Tick(30)));
        GossipEffect.Send send = Assert.Single(Sends(_relay.Step(new EvidenceInput.Judged(Id(1), Item(1), Added, 40))));
        Assert.Equal(Id(2), send.To); // who sent it has it
        Assert.DoesNotContain(Sends(_relay.Step(new EvidenceInput.Tick(40 + EvidenceRelayOptions.Default.ReofferMs))), again => again.To == Id(1));
    }

    [Fact]
    public void WhatIsHereOrBeingJudgedIsNotJudgedAgain()
    {
        Link(1, 2);
        Assert.Single(Receive(1, 10, Item(1)));
        Assert.Empty(Receive(2, 11, Item(1)));
        _relay.Step(new EvidenceInput.Judged(Id(1), Item(1), Added, 12));
        Assert.Empty(Receive(2, 13, Item(1)));
        Assert.Empty(Receive(2, 14, Item(1, round: 5))); // another one against the same
    }

    [Fact]
    public void ASignatureThatNobodyMadeBansItsSender()
    {
        Link(1, 2);
        Receive(1, 10, Item(1));
        var answer = new EvidenceAnswer(false, "DSDN-E-BLOCK-EVIDENCE-SIGNATURE", "no");
        GossipEffect.Penalize penalize = Assert.IsType<GossipEffect.Penalize>(Assert.Single(_relay.Step(new EvidenceInput.Judged(Id(1), Item(1), answer, 11))));
        Assert.Equal((Id(1), Offence.BadContent), (penalize.Peer, penalize.Offence));
        Assert.Equal(PeerScore.BanWeight, PeerScore.Weight(penalize.Offence));
        Assert.Contains("EVIDENCE-SIGNATURE", penalize.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DSDN-E-EVIDENCE-KNOWN")]
    [InlineData("DSDN-E-EVIDENCE-FULL")]
    [InlineData("DSDN-E-BLOCK-EVIDENCE-PUNISHED")]
    [InlineData("DSDN-E-BLOCK-EVIDENCE-EXPIRED")]
    [InlineData("DSDN-E-BLOCK-EVIDENCE-FUTURE")]
    public void WhatACorrectPeerElsewhereMaySendIsDroppedWithoutBlame(string code)
    {
        Link(1, 2);
        Receive(1, 10, Item(1));
        Assert.Empty(_relay.Step(new EvidenceInput.Judged(Id(1), Item(1), new EvidenceAnswer(false, code, ""), 11)));
        Assert.Empty(_relay.Step(new EvidenceInput.Tick(20)));
    }

    [Fact]
    public void APeerIsOfferedWhatItCouldJudgeAndAgainUntilABlockHoldsIt()
    {
        _relay.Step(new EvidenceInput.Judged(null, Item(1, height: 7), Added, 0));
        _relay.Step(new EvidenceInput.PeerUp(Id(1)));
        Assert.Empty(_relay.Step(new EvidenceInput.Tick(20))); // nobody knows where it stands
        _relay.Step(new EvidenceInput.PeerAt(Id(1), 5));
        Assert.Empty(_relay.Step(new EvidenceInput.Tick(40)));
        _relay.Step(new EvidenceInput.PeerAt(Id(1), 6)); // it works on height 7
        Assert.Single(Sends(_relay.Step(new EvidenceInput.Tick(60))));
        Assert.Empty(_relay.Step(new EvidenceInput.Tick(80)));
        ulong again = 60 + EvidenceRelayOptions.Default.ReofferMs;
        Assert.Single(Sends(_relay.Step(new EvidenceInput.Tick(again))));
        _relay.Step(new EvidenceInput.PeerGone(Id(1)));
        _relay.Step(new EvidenceInput.PeerUp(Id(1)));
        _relay.Step(new EvidenceInput.PeerAt(Id(1), 6));
        Assert.Single(Sends(_relay.Step(new EvidenceInput.Tick(again + 20)))); // a new link: it may have restarted
        _relay.Step(new EvidenceInput.Waiting([]));
        Assert.Empty(_relay.Step(new EvidenceInput.Tick(2 * again)));
    }

    [Fact]
    public void WhatThePoolHoldsAfterARestartIsOffered()
    {
        _relay.Step(new EvidenceInput.Waiting([Item(1), Item(2)]));
        Link(1);
        PeerMessage.Evidence message = Assert.IsType<PeerMessage.Evidence>(Assert.Single(Sends(_relay.Step(new EvidenceInput.Tick(20)))).Message);
        Assert.Equal(2, message.Items.Count);
    }

    [Fact]
    public void AFullPoolIsOfferedNoFasterThanItIsAccepted()
    {
        EvidenceItem[] all = [.. Enumerable.Range(1, EvidencePool.ItemsMax).Select(i => Item(i))];
        var receiver = new EvidenceRelay(EvidenceRelayOptions.Default);
        receiver.Step(new EvidenceInput.PeerUp(Id(9)));
        _relay.Step(new EvidenceInput.Waiting(all));
        Link(1);
        SortedSet<Address> arrived = [];
        for (ulong now = 0; arrived.Count < all.Length; now += 20)
        {
            foreach (GossipEffect.Send send in Sends(_relay.Step(new EvidenceInput.Tick(now))))
            {
                var message = Assert.IsType<PeerMessage.Evidence>(send.Message);
                Assert.InRange(message.Items.Count, 1, PeerLimits.EvidenceItemsMax);
                foreach (GossipEffect effect in receiver.Step(new EvidenceInput.Received(Id(9), message, now)))
                {
                    EvidenceItem item = Assert.IsType<GossipEffect.CheckEvidence>(effect).Item; // never a penalty
                    arrived.Add(item.Accused);
                    receiver.Step(new EvidenceInput.Judged(Id(9), item, Added, now));
                }
            }
            Assert.InRange(now, 0UL, 200_000UL);
        }
    }

    [Fact]
    public void AFloodCostsSoManyChecksAndIsBlamedOnce()
    {
        Link(1);
        List<GossipEffect> effects = [];
        for (int i = 0; i < 1_000; i++)
        {
            IReadOnlyList<GossipEffect> step = Receive(1, 10, Item(i + 1));
            foreach (GossipEffect.CheckEvidence check in step.OfType<GossipEffect.CheckEvidence>())
                _relay.Step(new EvidenceInput.Judged(Id(1), check.Item, new EvidenceAnswer(false, "DSDN-E-BLOCK-EVIDENCE-EXPIRED", ""), 10));
            effects.AddRange(step);
        }
        Assert.Equal((int)EvidenceRelayOptions.Default.ReceivedRate.Burst, effects.OfType<GossipEffect.CheckEvidence>().Count());
        Assert.Equal(Offence.Flooding, Assert.Single(effects.OfType<GossipEffect.Penalize>()).Offence);
    }

    [Fact]
    public void WhatWaitsForTheExecutionIsBounded()
    {
        Link(1);
        for (int i = 0; i < 4; i++) Receive(1, 10, [.. Enumerable.Range(1, 16).Select(n => Item((16 * i) + n))]);
        int checks = 0;
        for (int i = 0; i < 64; i++) checks += _relay.Step(new EvidenceInput.Judged(Id(1), Item(i + 1), new EvidenceAnswer(false, "DSDN-E-BLOCK-EVIDENCE-EXPIRED", ""), 20)).Count;
        Assert.Equal(0, checks);
        Assert.Equal(EvidenceRelayOptions.Default.OutstandingMax, Receive(1, 10_000, [.. Enumerable.Range(100, 16).Select(n => Item(n))]).Count);
        Assert.Empty(Receive(1, 10_000, Item(200)));
    }

    [Fact]
    public void AUsersEvidenceIsJudgedLikeAnyAndNobodyIsBlamedForIt()
    {
        Link(1);
        Assert.Null(Assert.IsType<GossipEffect.CheckEvidence>(Assert.Single(_relay.Step(new EvidenceInput.Offered(Item(1), 10)))).From);
        Assert.Empty(_relay.Step(new EvidenceInput.Offered(Item(1), 11)));
        Assert.Empty(_relay.Step(new EvidenceInput.Judged(null, Item(1), new EvidenceAnswer(false, "DSDN-E-BLOCK-EVIDENCE-SIGNATURE", ""), 12)));
        int checks = Enumerable.Range(2, 1_000).Sum(i => _relay.Step(new EvidenceInput.Offered(Item(i), 13)).Count);
        Assert.Equal((int)EvidenceRelayOptions.Default.OfferedRate.Burst - 1, checks);
    }

    private void Link(params int[] peers)
    {
        foreach (int peer in peers)
        {
            _relay.Step(new EvidenceInput.PeerUp(Id(peer)));
            _relay.Step(new EvidenceInput.PeerAt(Id(peer), 100));
        }
    }

    private IReadOnlyList<GossipEffect> Receive(int from, ulong nowMs, params EvidenceItem[] items) =>
        _relay.Step(new EvidenceInput.Received(Id(from), new PeerMessage.Evidence(items), nowMs));

    private static GossipEffect.Send[] Sends(IReadOnlyList<GossipEffect> effects) => [.. effects.OfType<GossipEffect.Send>()];

    private static PeerId Id(int number) => new(HashOf(1_000 + number));

    private static EvidenceItem Item(int accused, ulong height = 7, uint round = 2) => Evidence(accused, height, round);
}
