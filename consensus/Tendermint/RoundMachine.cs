using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>
/// The rules of one height on one validator, line numbers of arXiv 1807.04938. Pure: it neither collects messages (the
/// <see cref="Driver"/> does) nor knows when a height is over.
/// </summary>
public static class RoundMachine
{
    private static readonly RoundOutput Nothing = new RoundOutput.Nothing();
    private static readonly RoundOutput Refused = new RoundOutput.Refused();

    public static (RoundState State, RoundOutput Output) Step(RoundState state, RoundInput input) => input switch
    {
        RoundInput.NewRound begin => NewRound(state, begin),
        RoundInput.ProposeValue propose => (state, new RoundOutput.Propose(state.Round, propose.ValueId, state.ValidRound)), // 18-19
        RoundInput.Proposed proposed when state.Step == CoreStep.Propose => FirstProposal(state, proposed.ValueId),
        RoundInput.ProposedInvalid when state.Step == CoreStep.Propose => Prevote(state, Hash256.Zero, RoundState.NoRound), // 22, 26
        RoundInput.ProposedWithPolka again when state.Step == CoreStep.Propose => Reproposal(state, again),
        RoundInput.ProposedWithPolkaInvalid => Prevote(state, Hash256.Zero, RoundState.NoRound), // 28, 32
        RoundInput.PolkaAny when state.Step == CoreStep.Prevote => (state, new RoundOutput.StartTimeout(CoreTimerKind.Prevote, state.Round)), // 34-35
        RoundInput.PolkaValue polka => PolkaValue(state, polka.ValueId),
        RoundInput.PolkaNil when state.Step == CoreStep.Prevote => Precommit(state, Hash256.Zero), // 44-46
        RoundInput.PrecommitAny => (state, new RoundOutput.StartTimeout(CoreTimerKind.Precommit, state.Round)), // 47-48
        RoundInput.PrecommitValue quorum when state.Step != CoreStep.Decided =>
            (state with { Step = CoreStep.Decided }, new RoundOutput.Decided(quorum.Round, quorum.ValueId)), // 49-51
        RoundInput.SkipRound skip when skip.Round > state.Round => Leave(state, skip.Round), // 55-56
        RoundInput.TimeoutPropose timeout when IsNow(state, timeout.Height, timeout.Round) && state.Step == CoreStep.Propose =>
            Prevote(state, Hash256.Zero, RoundState.NoRound), // 57-60
        RoundInput.TimeoutPrevote timeout when IsNow(state, timeout.Height, timeout.Round) && state.Step == CoreStep.Prevote =>
            Precommit(state, Hash256.Zero), // 61-64
        RoundInput.TimeoutPrecommit timeout when IsNow(state, timeout.Height, timeout.Round) => Leave(state, state.Round + 1), // 65-67
        _ => (state, Refused),
    };

    /// <summary>Lines 11-21.</summary>
    private static (RoundState, RoundOutput) NewRound(RoundState state, RoundInput.NewRound begin)
    {
        if (state.Step != CoreStep.Waiting || begin.Round <= state.Round) return (state, Refused);
        RoundState next = state with { Round = begin.Round, Step = CoreStep.Propose }; // 12-13
        if (!begin.IsProposer) return (next, new RoundOutput.StartTimeout(CoreTimerKind.Propose, begin.Round)); // 21
        if (state.ValidValue.IsZero) return (next, new RoundOutput.GetValue(begin.Round)); // 18
        return (next, new RoundOutput.Propose(begin.Round, state.ValidValue, state.ValidRound)); // 16, 19
    }

    /// <summary>Lines 22-27. With a lock on this very value its round stands in the vote, see <see cref="Justification"/>.</summary>
    private static (RoundState, RoundOutput) FirstProposal(RoundState state, Hash256 value)
    {
        bool mayPrevote = state.LockedRound == RoundState.NoRound || state.LockedValue == value; // 23
        return mayPrevote
            ? Prevote(state, value, Justification(state, value, RoundState.NoRound))
            : Prevote(state, Hash256.Zero, RoundState.NoRound);
    }

    /// <summary>Lines 28-33.</summary>
    private static (RoundState, RoundOutput) Reproposal(RoundState state, RoundInput.ProposedWithPolka again)
    {
        if (again.PolRound < 0 || again.PolRound >= state.Round) return (state, Refused);
        bool mayPrevote = state.LockedRound <= again.PolRound || state.LockedValue == again.ValueId; // 29
        return mayPrevote
            ? Prevote(state, again.ValueId, Justification(state, again.ValueId, again.PolRound))
            : Prevote(state, Hash256.Zero, RoundState.NoRound);
    }

    /// <summary>
    /// The newest round known here in which the value had its prevotes: the lock's own where the lock is on it. So no honest
    /// prevote names an older round than an earlier precommit of the same validator for another value (see Amnesia).
    /// </summary>
    private static int Justification(RoundState state, Hash256 value, int polRound) =>
        state.LockedValue == value && state.LockedRound > polRound ? state.LockedRound : polRound;

    /// <summary>Lines 36-43.</summary>
    private static (RoundState, RoundOutput) PolkaValue(RoundState state, Hash256 value)
    {
        if (state.Step is not (CoreStep.Prevote or CoreStep.Precommit)) return (state, Refused);
        RoundState valid = state with { ValidValue = value, ValidRound = state.Round }; // 42-43
        return state.Step == CoreStep.Prevote
            ? Precommit(valid with { LockedValue = value, LockedRound = state.Round }, value) // 38-41
            : (valid, Nothing);
    }

    private static (RoundState, RoundOutput) Prevote(RoundState state, Hash256 value, int polRound) =>
        (state with { Step = CoreStep.Prevote }, new RoundOutput.CastVote(VoteKind.Prevote, state.Round, value, polRound));

    private static (RoundState, RoundOutput) Precommit(RoundState state, Hash256 value) =>
        (state with { Step = CoreStep.Precommit }, new RoundOutput.CastVote(VoteKind.Precommit, state.Round, value, RoundState.NoRound));

    private static (RoundState, RoundOutput) Leave(RoundState state, int round) =>
        (state with { Step = CoreStep.Waiting }, new RoundOutput.Skip(round));

    private static bool IsNow(RoundState state, ulong height, int round) => height == state.Height && round == state.Round;
}
