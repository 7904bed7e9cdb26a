using Dsdn.Chain.Blocks;
using Dsdn.Consensus;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Simulator.Mutations;

/// <summary>A core that keeps every vote of every round that anybody sends until the height is over.</summary>
internal sealed class HoardingCore(IConsensusCore core) : IConsensusCore
{
    private const int NewestRounds = 8;
    private const int Validators = 4;

    private readonly HashSet<(uint Round, VoteKind Kind, Chain.Primitives.Address Voter)> _votes = [];

    public IEnumerable<TableSize> Tables => [.. core.Tables, new("hoard: votes", _votes.Count, NewestRounds * 2 * Validators)];

    public IReadOnlyList<CoreEffect> Step(CoreInput input)
    {
        if (input is CoreInput.HeightStarted) _votes.Clear();
        if (input is CoreInput.VoteArrived { Vote: { } vote }) _votes.Add((vote.Round, vote.Kind, vote.Voter));
        return core.Step(input);
    }
}
