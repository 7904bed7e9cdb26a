using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;
using static Dsdn.Consensus.Tests.Peers.PeerMessageSamples;

namespace Dsdn.Consensus.Tests.Gossip;

/// <summary>One gossip, validator 0 of a set, whose peers 1 to n-1 are played by the test.</summary>
public sealed class LoneGossip
{
    public LoneGossip(int validators = 4, GossipOptions? options = null, ulong height = 5, ulong peersDecided = 4)
    {
        Set = new ValidatorSet([.. Enumerable.Range(0, validators).Select(i => new Validator(Operator(i), new byte[32], 10, Operator(i)))]);
        Core = new GossipCore(Id(0), Operator(0), options ?? GossipOptions.Default);
        Height = height;
        for (int i = 1; i < validators; i++) Do(new GossipInput.PeerUp(Id(i), NowMs));
        for (int i = 1; i < validators; i++) Say(i, peersDecided);
        Do(new GossipInput.HeightStarted(height, Set, NowMs));
        Do(new GossipInput.RoundEntered(height, 0, CoreStep.Propose));
    }

    public GossipCore Core { get; }

    public ValidatorSet Set { get; }

    public ulong Height { get; private set; }

    public ulong NowMs { get; private set; } = 1_000;

    public static PeerId Id(int peer) => new(HashOf(1_000 + peer));

    public static Address Operator(int validator) => AddressOf(validator + 1);

    public Proposal Proposal(int proposer, PartSet value, uint round = 0, int polRound = -1) =>
        new(Height, round, value.Root, polRound, 1, value.Root, Operator(proposer), Signature);

    public Vote Vote(int voter, VoteKind kind = VoteKind.Prevote, uint round = 0, Hash256? value = null, ulong? height = null) =>
        new(kind, height ?? Height, round, value ?? HashOf(1), -1, Operator(voter), Signature);

    public PeerMessage.Part Part(PartSet value, int index)
    {
        ValuePart part = value.Part(index);
        return new PeerMessage.Part(Height, value.Root, (uint)value.Bytes.Length, (uint)index, part.Bytes, part.Proof);
    }

    public IReadOnlyList<GossipEffect> Do(GossipInput input) => Core.Step(input);

    public IReadOnlyList<GossipEffect> Receive(int from, PeerMessage message) => Do(new GossipInput.Received(Id(from), message, NowMs));

    public IReadOnlyList<GossipEffect> Say(int from, ulong decided, uint round = 0, CoreStep step = CoreStep.Propose) =>
        Receive(from, new PeerMessage.Status(decided, 0, round, step, Operator(from)));

    public IReadOnlyList<GossipEffect> Accept(Proposal proposal) => Do(new GossipInput.ProposalAccepted(proposal, NowMs));

    public void Accept(params Vote[] votes)
    {
        foreach (Vote vote in votes) Do(new GossipInput.VoteAccepted(vote));
    }

    public void StartNext()
    {
        Height++;
        Do(new GossipInput.HeightStarted(Height, Set, NowMs));
        Do(new GossipInput.RoundEntered(Height, 0, CoreStep.Propose));
    }

    /// <summary>Ticks of 20 ms, and everything they led to.</summary>
    public List<GossipEffect> Wait(ulong milliseconds)
    {
        List<GossipEffect> effects = [];
        for (ulong end = NowMs + milliseconds; NowMs < end;)
        {
            NowMs += 20;
            effects.AddRange(Do(new GossipInput.Tick(NowMs)));
        }
        return effects;
    }

    public static IEnumerable<T> Sent<T>(IEnumerable<GossipEffect> effects, int? to = null) where T : PeerMessage =>
        effects.OfType<GossipEffect.Send>().Where(send => to is null || send.To == Id(to.Value)).Select(send => send.Message).OfType<T>();

    public static void AssertPenalty(Offence offence, int peer, IEnumerable<GossipEffect> effects)
    {
        GossipEffect.Penalize penalty = Assert.Single(effects.OfType<GossipEffect.Penalize>());
        Assert.Equal((offence, Id(peer)), (penalty.Offence, penalty.Peer));
        Assert.NotEmpty(penalty.Detail);
    }
}
