using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Replica;

/// <summary>Before the first input.</summary>
internal sealed class NoCore : IConsensusCore
{
    public static readonly NoCore Instance = new();

    public static readonly ReplicaHead Head = new(0, Hash256.Zero, 0, null, new ValidatorSet([]), new ValidatorSet([]), Hash256.Zero, Address.Zero, 0);

    public IReadOnlyList<CoreEffect> Step(CoreInput input) => throw new InvalidOperationException("the first input of a replica is Started");
}
