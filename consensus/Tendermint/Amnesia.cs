using Dsdn.Chain.Blocks;

namespace Dsdn.Consensus.Tendermint;

/// <summary>
/// Forgetting a lock, provable by two signed votes. A correct validator that precommitted a value prevotes another one later
/// only where the other had prevotes of more than two thirds at or after its precommit (line 29), and its prevote names such
/// a round. A prevote that names an older round, or none, contradicts the precommit.
/// </summary>
/// <remarks>A prevote that names a round without such prevotes is not seen by this: that takes the votes of that round.</remarks>
public static class Amnesia
{
    public static bool Check(Vote precommit, Vote prevote) =>
        precommit.Kind == VoteKind.Precommit && prevote.Kind == VoteKind.Prevote
        && precommit.Height == prevote.Height && precommit.Voter == prevote.Voter
        && !precommit.IsNil && !prevote.IsNil && precommit.ValueId != prevote.ValueId
        && precommit.Round < prevote.Round && prevote.PolRound < precommit.Round;
}
