namespace Dsdn.Consensus.Tendermint;

/// <summary>Consensus over values it does not know: a height after a height, each by <see cref="Step"/>. No clock, thread, disk or key.</summary>
public interface IConsensusCore
{
    IReadOnlyList<CoreEffect> Step(CoreInput input);

    /// <summary>For checks and operators: no item count is ever above its bound.</summary>
    IEnumerable<TableSize> Tables => [];
}
