using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>
/// A rule of the paper whose conditions on received messages hold. What the machine's own state must fulfil, it checks
/// itself; what no rule covers is refused.
/// </summary>
public abstract record RoundInput
{
    /// <summary>Line 11.</summary>
    /// <param name="IsProposer">This validator proposes in the round (line 14).</param>
    public sealed record NewRound(int Round, bool IsProposer) : RoundInput;

    /// <summary>getValue() of line 18 has answered.</summary>
    public sealed record ProposeValue(Hash256 ValueId) : RoundInput;

    /// <summary>Line 22, valid and timely.</summary>
    public sealed record Proposed(Hash256 ValueId) : RoundInput;

    /// <summary>Lines 22 and 28 with a proposal that is not valid, or a first one that is not timely.</summary>
    public sealed record ProposedInvalid : RoundInput;

    /// <summary>Line 28: re-proposed with prevotes of more than two thirds in an earlier round.</summary>
    public sealed record ProposedWithPolka(Hash256 ValueId, int PolRound) : RoundInput;

    /// <summary>Line 28, not valid.</summary>
    public sealed record ProposedWithPolkaInvalid : RoundInput;

    /// <summary>Line 34.</summary>
    public sealed record PolkaAny : RoundInput;

    /// <summary>Line 36.</summary>
    public sealed record PolkaValue(Hash256 ValueId) : RoundInput;

    /// <summary>Line 44.</summary>
    public sealed record PolkaNil : RoundInput;

    /// <summary>Line 47.</summary>
    public sealed record PrecommitAny : RoundInput;

    /// <summary>Line 49, in any round.</summary>
    public sealed record PrecommitValue(int Round, Hash256 ValueId) : RoundInput;

    /// <summary>Line 55.</summary>
    public sealed record SkipRound(int Round) : RoundInput;

    /// <summary>Line 57.</summary>
    public sealed record TimeoutPropose(ulong Height, int Round) : RoundInput;

    /// <summary>Line 61.</summary>
    public sealed record TimeoutPrevote(ulong Height, int Round) : RoundInput;

    /// <summary>Line 65.</summary>
    public sealed record TimeoutPrecommit(ulong Height, int Round) : RoundInput;
}
