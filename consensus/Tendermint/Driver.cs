using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>
/// One height: keeps proposals and votes, knows which rules of <see cref="RoundMachine"/> hold, and runs them until none is
/// left. Conditions are read from what is kept and never from what came last, so it makes no difference whether a proposal,
/// a vote or a step comes last.
/// </summary>
/// <param name="isProposer">This validator proposes in the round.</param>
public sealed class Driver(ulong height, VoteKeeper votes, Func<int, bool> isProposer)
{
    private readonly List<StoredProposal> _proposals = []; // in order of arrival
    private List<RoundOutput> _outputs = [];
    private bool _isSettled = true;
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
        if (_outputs.Count == 0) return [];
        List<RoundOutput> taken = _outputs;
        _outputs = [];
        return taken;
    }

    /// <summary>Line 10: round 0 begins. What was received before counts.</summary>
    public void Begin()
    {
        if (!HasBegun) Enter(0);
    }

    /// <summary>A proposal of the round's proposer, checked.</summary>
    public void Add(StoredProposal proposal)
    {
        _proposals.Add(proposal);
        _isSettled = false;
    }

    /// <summary>A vote with a right signature.</summary>
    public VoteKeeperOutput Add(int voter, Vote vote)
    {
        VoteKeeperOutput output = votes.Add(voter, vote, State.Round);
        if (output.Kind != VoteKeeperOutputKind.None) _isSettled = false;
        return output;
    }

    /// <summary>See <see cref="VoteKeeper.CountConflicting"/>.</summary>
    public void CountConflicting(VoteKind kind, int round)
    {
        if (votes.CountConflicting(kind, round)) _isSettled = false;
    }

    /// <summary>Answer to <see cref="RoundOutput.GetValue"/>; ignored when its round is over.</summary>
    public void Propose(int round, Hash256 valueId)
    {
        if (_awaitsValueOf != round || State.Round != round || State.Step == CoreStep.Decided) return;
        _awaitsValueOf = RoundState.NoRound;
        Run(new RoundInput.ProposeValue(valueId));
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
    }

    /// <summary>Line 55 where the caller knows of more than a third in or above this round.</summary>
    public void SkipTo(int round)
    {
        if (State.Step != CoreStep.Decided) Run(new RoundInput.SkipRound(round));
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

    /// <summary>Runs rules until none holds. To be called after whatever was added.</summary>
    public void Settle()
    {
        while (!_isSettled)
        {
            if (Enabled().FirstOrDefault() is { } rule) Run(rule);
            else _isSettled = true;
        }
    }

    /// <summary>Every rule that holds now, first the one to run first. Before round 0 a height can only be decided, or begun by line 55.</summary>
    public IEnumerable<RoundInput> Enabled()
    {
        if (State.Step == CoreStep.Decided) return [];
        IEnumerable<RoundInput> ofStep = State.Step switch
        {
            CoreStep.Propose => ProposalRules(),
            CoreStep.Prevote => [.. PolkaRules(), .. NoPolkaRules()],
            CoreStep.Precommit => PolkaRules(),
            _ => [],
        };
        return [.. DecisionRules(), .. SkipRule(), .. ofStep, .. PrecommitAnyRule()];
    }

    /// <summary>Runs a rule of <see cref="Enabled"/>. <see cref="Settle"/> does this in the right order.</summary>
    public void Run(RoundInput rule)
    {
        _isSettled = false;
        switch (rule)
        {
            case RoundInput.PolkaAny: _prevoteTimeoutRound = State.Round; break;
            case RoundInput.PolkaValue: _polkaRound = State.Round; break;
            case RoundInput.PrecommitAny: _precommitTimeoutRound = State.Round; break;
        }
        (State, RoundOutput output) = RoundMachine.Step(State, rule);
        switch (output)
        {
            case RoundOutput.Nothing or RoundOutput.Refused: return;
            case RoundOutput.Skip skip: Enter(skip.Round); return;
            case RoundOutput.GetValue ask: _awaitsValueOf = ask.Round; break;
        }
        _outputs.Add(output);
    }

    private void Enter(int round) => Run(new RoundInput.NewRound(round, isProposer(round)));

    /// <summary>Line 49: in whatever round.</summary>
    private IEnumerable<RoundInput> DecisionRules()
    {
        foreach (StoredProposal proposal in _proposals)
        {
            if (proposal.IsValid && votes.HasQuorum(VoteKind.Precommit, proposal.Round, proposal.ValueId))
                yield return new RoundInput.PrecommitValue(proposal.Round, proposal.ValueId);
        }
    }

    /// <summary>Line 55.</summary>
    private IEnumerable<RoundInput> SkipRule()
    {
        int round = votes.SkipAbove(State.Round);
        if (round != RoundState.NoRound) yield return new RoundInput.SkipRound(round);
    }

    /// <summary>Lines 22 and 28.</summary>
    private IEnumerable<RoundInput> ProposalRules()
    {
        foreach (StoredProposal proposal in _proposals)
        {
            if (proposal.Round != State.Round || proposal.IsKnownByVotesOnly) continue;
            if (RuleFor(proposal) is { } rule) yield return rule;
        }
    }

    private RoundInput? RuleFor(in StoredProposal proposal)
    {
        if (proposal.PolRound < 0) return proposal.IsValid && proposal.IsTimely ? new RoundInput.Proposed(proposal.ValueId) : new RoundInput.ProposedInvalid();
        if (HasPolka(proposal)) return proposal.IsValid ? new RoundInput.ProposedWithPolka(proposal.ValueId, proposal.PolRound) : new RoundInput.ProposedWithPolkaInvalid();
        return proposal.IsValid ? null : new RoundInput.ProposedInvalid();
    }

    private bool HasPolka(in StoredProposal proposal) =>
        proposal.PolRound < proposal.Round && votes.HasQuorum(VoteKind.Prevote, proposal.PolRound, proposal.ValueId);

    /// <summary>Line 36.</summary>
    private IEnumerable<RoundInput> PolkaRules()
    {
        if (_polkaRound == State.Round) yield break;
        foreach (StoredProposal proposal in _proposals)
        {
            if (proposal.Round == State.Round && proposal.IsValid && votes.HasQuorum(VoteKind.Prevote, proposal.Round, proposal.ValueId))
                yield return new RoundInput.PolkaValue(proposal.ValueId);
        }
    }

    /// <summary>Lines 44 and 34.</summary>
    private IEnumerable<RoundInput> NoPolkaRules()
    {
        if (votes.HasQuorum(VoteKind.Prevote, State.Round, Hash256.Zero)) yield return new RoundInput.PolkaNil();
        if (_prevoteTimeoutRound != State.Round && votes.HasQuorumOfAny(VoteKind.Prevote, State.Round)) yield return new RoundInput.PolkaAny();
    }

    /// <summary>Line 47.</summary>
    private IEnumerable<RoundInput> PrecommitAnyRule()
    {
        if (HasBegun && _precommitTimeoutRound != State.Round && votes.HasQuorumOfAny(VoteKind.Precommit, State.Round)) yield return new RoundInput.PrecommitAny();
    }
}
