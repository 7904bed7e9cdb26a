using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;
using Dsdn.Simulator.Faults;
using Dsdn.Simulator.Machines;
using Dsdn.Simulator.Network;

namespace Dsdn.Simulator.Byzantine;

/// <summary>A liar whose own votes read differently.</summary>
internal abstract class VoteLiar : Behaviour
{
    public override IEnumerable<WireMessage> Sending(Machine to, PeerMessage message, WireMessage wire)
    {
        if (message is not PeerMessage.Votes votes || !votes.Items.Any(IsOwn)) return [wire];
        List<Vote> said = [];
        foreach (Vote vote in votes.Items)
        {
            if (IsOwn(vote)) said.AddRange(Instead(to, vote));
            else said.Add(vote);
        }
        return said.Count == 0 ? [] : [new WireMessage(new PeerMessage.Votes(said))];
    }

    /// <summary>Own votes in place of this one, signed.</summary>
    protected abstract IEnumerable<Vote> Instead(Machine to, Vote own);
}

/// <summary>One vote to some, another to others, and both to one.</summary>
internal sealed class VoteEquivocator : VoteLiar
{
    private readonly Dictionary<(ulong Height, uint Round), Hash256> _values = [];

    public override IEnumerable<WireMessage> Sending(Machine to, PeerMessage message, WireMessage wire)
    {
        if (message is PeerMessage.ProposalMessage { Proposal: { } proposal }) _values[(proposal.Height, proposal.Round)] = proposal.ValueId;
        return base.Sending(to, message, wire);
    }

    protected override IEnumerable<Vote> Instead(Machine to, Vote own)
    {
        Hash256 other = !own.IsNil ? Hash256.Zero : _values.TryGetValue((own.Height, own.Round), out Hash256 proposed) ? proposed : Chain.Crypto.Keccak.Hash(own.Signature.Span);
        Vote lie = Sign(own with { ValueId = other, PolRound = -1 });
        Count(Fault.Equivocation);
        return ((to.Index + (int)own.Round) % 3) switch { 0 => [own], 1 => [lie], _ => [own, lie] };
    }
}

/// <summary>Prevotes what is proposed and precommits it, whatever it was locked on.</summary>
internal sealed class Amnesiac : VoteLiar
{
    private readonly Dictionary<(ulong Height, uint Round), Hash256> _proposed = [];

    public override IEnumerable<WireMessage> Sending(Machine to, PeerMessage message, WireMessage wire)
    {
        if (message is PeerMessage.ProposalMessage { Proposal: { } proposal }) _proposed[(proposal.Height, proposal.Round)] = proposal.ValueId;
        return base.Sending(to, message, wire);
    }

    protected override IEnumerable<Vote> Instead(Machine to, Vote own)
    {
        if (!_proposed.TryGetValue((own.Height, own.Round), out Hash256 proposed) || proposed == own.ValueId) return [own];
        Count(Fault.Amnesia);
        return [Sign(own with { ValueId = proposed, PolRound = -1 })];
    }
}

/// <summary>Every vote is for nil.</summary>
internal sealed class NilForcer : VoteLiar
{
    protected override IEnumerable<Vote> Instead(Machine to, Vote own)
    {
        if (!own.IsNil) Count(Fault.ForcedNil);
        return [own.IsNil ? own : Sign(own with { ValueId = Hash256.Zero, PolRound = -1 })];
    }
}

/// <summary>Keeps parts of values, or votes, from some or from all.</summary>
internal sealed class Withholder(bool parts) : Behaviour
{
    public override IEnumerable<WireMessage> Sending(Machine to, PeerMessage message, WireMessage wire)
    {
        bool concerns = parts ? message is PeerMessage.Part : message is PeerMessage.Votes or PeerMessage.ProposalMessage;
        if (!concerns || (to.Index % 2 == 0 && Random.OneIn(3))) return [wire];
        Count(parts ? Fault.PartsWithheld : Fault.VotesWithheld);
        return [];
    }
}
