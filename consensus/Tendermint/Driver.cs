using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>
/// One height: keeps proposals and votes and runs every rule of <see cref="RoundMachine"/> whose conditions hold, again and
/// again until none is left. So it makes no difference whether a proposal, a vote or a step comes last.
/// </summary>
/// <param name="isProposer">This validator proposes in the round.</param>
public sealed class Driver(ulong height, VoteKeeper votes, Func<int, bool> isProposer)
{
    private readonly List<StoredProposal> _proposals = []; // in order of arrival
    private List<RoundOutput> _outputs = [];
    private int _prevoteTimeoutRound = RoundState.NoRound; // 34, "for the first time"
    private int _polkaRound = RoundState.NoRound; // 36
    private int _precommitTimeoutRound = RoundState.NoRound; // 47
    private int _awaitsValueOf = RoundState.NoRound;

    public RoundState State { get; private set; } = RoundState.Begin(height);

    public VoteKeeper Votes => votes;

    public bool HasBegun => State.Round != RoundState.NoRound;

    /// <summary>What the rules asked for since the last call, in order; Nothing, Refused and Skip never.</summary>
    public IReadOnlyList<RoundOutput> Take()
    {
        List<RoundOutput> taken = _outputs;
        _outputs = [];
        return taken;
    }

    /// <summary>Line 10: round 0 begins. What was received before counts.</summary>
    public void Begin()
    {
        if (HasBegun) return;
        Enter(0);
        Settle();
    }

    /// <summary>A proposal of the round's proposer, checked.</summary>
    public void Add(StoredProposal proposal)
    {
        _proposals.Add(proposal);
        Settle();
    }

    /// <summary>A vote with a right signature.</summary>
    public VoteKeeperOutput Add(int voter, Vote vote)
    {
        VoteKeeperOutput output = votes.Add(voter, vote, State.Round);
        if (output.Kind != VoteKeeperOutputKind.None) Settle();
        return output;
    }

    /// <summary>See <see cref="VoteKeeper.CountConflicting"/>.</summary>
    public void CountConflicting(VoteKind kind, int round)
    {
        if (votes.CountConflicting(kind, round)) Settle();
    }

    /// <summary>Answer to <see cref="RoundOutput.GetValue"/>; ignored when its round is over.</summary>
    public void Propose(int round, Hash256 valueId)
    {
        if (_awaitsValueOf != round || State.Round != round || State.Step == CoreStep.Decided) return;
        _awaitsValueOf = RoundState.NoRound;
        Run(new RoundInput.ProposeValue(valueId));
        Settle();
    }

    public void Timeout(CoreTimerKind kind, int round)
    {
        if (!HasBegun || State.Step == CoreStep.Decided) return;
        Run(kind switch
        {
            CoreTimerKind.Propose => new RoundInput.TimeoutPropose(height, round),
            CoreTimerKind.Prevote => new RoundInput.TimeoutPrevote(height, round),
            _ => new RoundInput.TimeoutPrecommit(height, round),
        });
        Settle();
    }

    /// <summary>Line 55 where the caller knows of more than a third in or above this round.</summary>
    public void SkipTo(int round)
    {
        if (!HasBegun || State.Step == CoreStep.Decided) return;
        Run(new RoundInput.SkipRound(round));
        Settle();
    }

    /// <summary>A valid proposal for the value in this round is here: lines 36 and 49 need no more.</summary>
    public bool HasValid(int round, in Hash256 value)
    {
        foreach (StoredProposal proposal in _proposals)
        {
            if (proposal.Round == round && proposal.ValueId == value && proposal.IsValid) return true;
        }
        return false;
    }

    private void Settle()
    {
        if (!HasBegun) return;
        while (State.Step != CoreStep.Decided && Next() is { } input) Run(input);
    }

    /// <summary>The first rule that holds now.</summary>
    private RoundInput? Next() =>
        DecisionRule() ?? SkipRule() ?? State.Step switch
        {
            CoreStep.Propose => ProposalRule(),
            CoreStep.Prevote => PolkaRule() ?? NoPolkaRule(),
            CoreStep.Precommit => PolkaRule(),
            _ => null,
        } ?? PrecommitAnyRule();

    /// <summary>Line 49: in whatever round.</summary>
    private RoundInput.PrecommitValue? DecisionRule()
    {
        foreach (StoredProposal proposal in _proposals)
        {
            if (proposal.IsValid && votes.HasQuorum(VoteKind.Precommit, proposal.Round, proposal.ValueId))
                return new RoundInput.PrecommitValue(proposal.Round, proposal.ValueId);
        }
        return null;
    }

    /// <summary>Line 55.</summary>
    private RoundInput.SkipRound? SkipRule()
    {
        int round = votes.SkipAbove(State.Round);
        return round == RoundState.NoRound ? null : new RoundInput.SkipRound(round);
    }

    /// <summary>Lines 22 and 28.</summary>
    private RoundInput? ProposalRule()
    {
        foreach (StoredProposal proposal in _proposals)
        {
            if (proposal.Round != State.Round || proposal.IsKnownByVotesOnly) continue;
            bool hasPolka = proposal.PolRound >= 0 && proposal.PolRound < State.Round && votes.HasQuorum(VoteKind.Prevote, proposal.PolRound, proposal.ValueId);
            if (!proposal.IsValid) return hasPolka ? new RoundInput.ProposedWithPolkaInvalid() : new RoundInput.ProposedInvalid();
            if (proposal.PolRound < 0) return proposal.IsTimely ? new RoundInput.Proposed(proposal.ValueId) : new RoundInput.ProposedInvalid();
            if (hasPolka) return new RoundInput.ProposedWithPolka(proposal.ValueId, proposal.PolRound);
        }
        return null;
    }

    /// <summary>Line 36.</summary>
    private RoundInput.PolkaValue? PolkaRule()
    {
        if (_polkaRound == State.Round) return null;
        foreach (StoredProposal proposal in _proposals)
        {
            if (proposal.Round == State.Round && proposal.IsValid && votes.HasQuorum(VoteKind.Prevote, proposal.Round, proposal.ValueId))
                return new RoundInput.PolkaValue(proposal.ValueId);
        }
        return null;
    }

    /// <summary>Lines 44 and 34.</summary>
    private RoundInput? NoPolkaRule()
    {
        if (votes.HasQuorum(VoteKind.Prevote, State.Round, Hash256.Zero)) return new RoundInput.PolkaNil();
        bool isFirst = _prevoteTimeoutRound != State.Round;
        return isFirst && votes.HasQuorumOfAny(VoteKind.Prevote, State.Round) ? new RoundInput.PolkaAny() : null;
    }

    /// <summary>Line 47.</summary>
    private RoundInput.PrecommitAny? PrecommitAnyRule()
    {
        bool isFirst = _precommitTimeoutRound != State.Round;
        return isFirst && votes.HasQuorumOfAny(VoteKind.Precommit, State.Round) ? new RoundInput.PrecommitAny() : null;
    }

    private void Run(RoundInput input)
    {
        switch (input)
        {
            case RoundInput.PolkaAny: _prevoteTimeoutRound = State.Round; break;
            case RoundInput.PolkaValue: _polkaRound = State.Round; break;
            case RoundInput.PrecommitAny: _precommitTimeoutRound = State.Round; break;
        }
        (State, RoundOutput output) = RoundMachine.Step(State, input);
        switch (output)
        {
            case RoundOutput.Nothing or RoundOutput.Refused: return;
            case RoundOutput.Skip skip: Enter(skip.Round); return;
            case RoundOutput.GetValue ask: _awaitsValueOf = ask.Round; break;
        }
        _outputs.Add(output);
    }

    private void Enter(int round) => Run(new RoundInput.NewRound(round, isProposer(round)));
}
