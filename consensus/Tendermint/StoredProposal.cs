using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>A proposal of which all is known that the rules ask for.</summary>
/// <param name="IsValid">valid(v) of the paper.</param>
/// <param name="IsTimely">Its time was near the clock when it came (first proposals; others are taken as timely). Lines 36 and 49 do not ask.</param>
/// <param name="IsKnownByVotesOnly">No message of the proposer came, but more than two thirds voted for it in this round, so
/// correct validators saw one. Lines 36 and 49 hold for it, 22 and 28 wait for the message.</param>
public readonly record struct StoredProposal(int Round, Hash256 ValueId, int PolRound, bool IsValid, bool IsTimely, bool IsKnownByVotesOnly);
