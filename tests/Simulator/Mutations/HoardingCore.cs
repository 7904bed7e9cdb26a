using Dsdn.Chain.Blocks;
using Dsdn.Consensus;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Simulator.Mutations;

/// <summary>A core that keeps every vote of every round that anybody sends, for ever.</summary>
internal sealed class HoardingCore(IConsensusCore core) : IConsensusCore
{
    private const int VotesMax = 250;

    private readonly HashSet<(ulong Height, uint Round, VoteKind Kind, Chain.Primitives.Address Voter)> _votes = [];

    public IEnumerable<TableSize> Tables => [.. core.Tables, new("hoard: votes", _votes.Count, VotesMax)];

    public IReadOnlyList<CoreEffect> Step(CoreInput input)
    {
        if (input is CoreInput.VoteArrived { Vote: { } vote }) _votes.Add((vote.Height, vote.Round, vote.Kind, vote.Voter));
        return core.Step(input);
    }
}
