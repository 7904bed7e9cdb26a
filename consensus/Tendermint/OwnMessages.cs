using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>
/// What this validator asks to sign at one height: of each kind one message a round, in rising rounds, so never two for one
/// place. Second to that stand the WAL and the signer (chain-decisions 1.11).
/// </summary>
internal sealed class OwnMessages(ulong height, Address self)
{
    private readonly List<Vote> _votes = []; // asked, not yet answered
    private Proposal? _proposal; // asked, not yet answered
    private int _proposedRound = RoundState.NoRound, _prevotedRound = RoundState.NoRound, _precommittedRound = RoundState.NoRound;

    /// <summary>Null: that round was asked for before.</summary>
    public Proposal? Ask(RoundOutput.Propose propose, KnownValue value)
    {
        if (propose.Round <= _proposedRound) return null;
        _proposedRound = propose.Round;
        _proposal = new Proposal(height, (uint)propose.Round, propose.ValueId, propose.PolRound, value.TimeMs, value.PartsRoot, self, ReadOnlyMemory<byte>.Empty);
        return _proposal;
    }

    /// <summary>Null: that round and kind was asked for before.</summary>
    public Vote? Ask(RoundOutput.CastVote vote)
    {
        ref int voted = ref vote.Kind == VoteKind.Prevote ? ref _prevotedRound : ref _precommittedRound;
        if (vote.Round <= voted) return null;
        voted = vote.Round;
        Vote unsigned = new(vote.Kind, height, (uint)vote.Round, vote.ValueId, vote.PolRound, self, ReadOnlyMemory<byte>.Empty);
        _votes.Add(unsigned);
        return unsigned;
    }

    /// <summary>The asked message with its signature. Null: refused, or never asked.</summary>
    public Proposal? Answer(CoreInput.ProposalSigned signed)
    {
        if (_proposal is not { } asked || !MessageRules.Same(asked, signed.Unsigned)) return null;
        _proposal = null;
        return signed.Signature is { } signature ? asked with { Signature = signature } : null;
    }

    /// <summary>The asked message with its signature. Null: refused, or never asked.</summary>
    public Vote? Answer(CoreInput.VoteSigned signed)
    {
        int at = _votes.FindIndex(asked => MessageRules.Same(asked, signed.Unsigned));
        if (at < 0) return null;
        Vote vote = _votes[at];
        _votes.RemoveAt(at);
        return signed.Signature is { } signature ? vote with { Signature = signature } : null;
    }
}
