using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;
using static Dsdn.Consensus.Tests.Peers.PeerMessageSamples;

namespace Dsdn.Consensus.Tests.Gossip;

/// <summary>One node of a <see cref="GossipNetwork"/>: gossip, and the least that consensus would do with it.</summary>
public sealed class GossipNode(GossipNetwork network, int index, Address operatorAddress, GossipOptions options)
{
    private readonly SortedDictionary<(ulong, uint, VoteKind, Address), Hash256> _votes = [];
    private readonly Dictionary<(ulong, VoteKind), int> _counts = [];
    private readonly SortedDictionary<ulong, Hash256> _values = [];
    private readonly SortedSet<(ulong, VoteKind)> _voted = [];

    public int Index => index;

    public PeerId Id { get; } = new(HashOf(1_000 + index));

    public Address Operator => operatorAddress;

    public GossipCore Core { get; } = new(new PeerId(HashOf(1_000 + index)), operatorAddress, options);

    public ulong Height { get; private set; }

    public ulong Decided => Height - 1;

    /// <summary>False: stays on the height whatever is decided.</summary>
    public bool MovesOn { get; set; } = true;

    /// <summary>Every complete value by root.</summary>
    public SortedDictionary<Hash256, byte[]> Complete { get; } = [];

    /// <summary>Second, different votes that were delivered.</summary>
    public int Contradictions { get; private set; }

    public List<Proposal> Delivered { get; } = [];

    public List<GossipEffect.Penalize> Penalties { get; } = [];

    /// <summary>Says which height it works on and begins.</summary>
    public void Start(ulong height)
    {
        Height = height;
        Step(new GossipInput.HeightStarted(height, network.Set, network.NowMs));
        Step(new GossipInput.RoundEntered(height, 0, CoreStep.Propose));
        SayStatus();
        if (network.IntervalMs is { } interval && height % (ulong)network.Set.Validators.Count == (ulong)index)
            network.After(interval, () => Propose(Value(70_000 + (int)height)));
    }

    public void SayStatus()
    {
        foreach (GossipNode other in network.Nodes)
            if (other.Index != index) network.Transmit(index, other.Id, new PeerMessage.Status(Decided, 0, 0, CoreStep.Propose, operatorAddress));
    }

    public Proposal Propose(byte[] bytes, uint round = 0, int polRound = -1)
    {
        PartSet value = PartSet.Create(bytes);
        var proposal = new Proposal(Height, round, value.Root, polRound, 1, value.Root, operatorAddress, Signature);
        Complete[value.Root] = bytes;
        Step(new GossipInput.OwnProposal(proposal, value, network.NowMs));
        HasValue(proposal.ValueId);
        return proposal;
    }

    public void Vote(VoteKind kind, Hash256 value, uint round = 0)
    {
        if (operatorAddress.IsZero || !_voted.Add((Height, kind))) return;
        var vote = new Vote(kind, Height, round, value, -1, operatorAddress, Signature);
        IsNew(vote);
        Step(new GossipInput.OwnVote(vote));
        Consider();
    }

    public int Votes(ulong height, VoteKind kind) => _counts.GetValueOrDefault((height, kind));

    public void Step(GossipInput input)
    {
        foreach (GossipEffect effect in Core.Step(input)) Carry(effect);
    }

    private void Carry(GossipEffect effect)
    {
        switch (effect)
        {
            case GossipEffect.Send send:
                network.Transmit(index, send.To, send.Message);
                break;
            case GossipEffect.DeliverProposal deliver:
                Delivered.Add(deliver.Proposal);
                Step(new GossipInput.ProposalAccepted(deliver.Proposal, network.NowMs));
                break;
            case GossipEffect.DeliverVote deliver when IsNew(deliver.Vote):
                Step(new GossipInput.VoteAccepted(deliver.Vote));
                Consider();
                break;
            case GossipEffect.ValueComplete complete:
                Complete[complete.Value.Root] = complete.Value.Bytes.ToArray();
                if (complete.Proposal.Height == Height) HasValue(complete.Proposal.ValueId);
                break;
            case GossipEffect.Penalize penalty:
                Penalties.Add(penalty);
                break;
            default:
                break;
        }
    }

    private bool IsNew(Vote vote)
    {
        if (!_votes.TryAdd((vote.Height, vote.Round, vote.Kind, vote.Voter), vote.ValueId))
        {
            if (_votes[(vote.Height, vote.Round, vote.Kind, vote.Voter)] != vote.ValueId) Contradictions++;
            return false;
        }
        _counts[(vote.Height, vote.Kind)] = Votes(vote.Height, vote.Kind) + 1;
        return true;
    }

    private void HasValue(Hash256 value)
    {
        _values[Height] = value;
        Vote(VoteKind.Prevote, value);
        Consider();
    }

    private void Consider()
    {
        if (!_values.TryGetValue(Height, out Hash256 value)) return;
        int quorum = (network.Set.Validators.Count * 2 / 3) + 1;
        if (Votes(Height, VoteKind.Prevote) >= quorum) Vote(VoteKind.Precommit, value);
        if (MovesOn && Votes(Height, VoteKind.Precommit) >= quorum) Start(Height + 1);
    }
}
