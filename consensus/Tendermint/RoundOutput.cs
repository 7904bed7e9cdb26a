using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>What a rule asks for.</summary>
public abstract record RoundOutput
{
    /// <summary>The rule held and needs nothing sent.</summary>
    public sealed record Nothing : RoundOutput;

    /// <summary>No rule covers the input in this state: nothing changed.</summary>
    public sealed record Refused : RoundOutput;

    public sealed record Propose(int Round, Hash256 ValueId, int PolRound) : RoundOutput;

    /// <summary>Ask for a value, and start the timeout of the proposal.</summary>
    public sealed record GetValue(int Round) : RoundOutput;

    /// <param name="ValueId">Zero: nil.</param>
    /// <param name="PolRound">See <see cref="Vote"/>.</param>
    public sealed record CastVote(VoteKind Kind, int Round, Hash256 ValueId, int PolRound) : RoundOutput;

    /// <param name="Kind">Propose, Prevote or Precommit.</param>
    public sealed record StartTimeout(CoreTimerKind Kind, int Round) : RoundOutput;

    public sealed record Decided(int Round, Hash256 ValueId) : RoundOutput;

    /// <summary>The round is over, the next begins. Stays inside the driver.</summary>
    public sealed record Skip(int Round) : RoundOutput;
}
