using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Execution;

/// <summary>
/// More than two thirds certified a block that this node finds invalid: one of both computes wrongly, so this node stops
/// and never signs again for that height (chain-decisions 1.3).
/// </summary>
public sealed class DivergedException(ulong height, Hash256 blockHash, BlockVerdict verdict)
    : Exception($"{ErrorCode}: block {height} {blockHash} is certified but invalid here: {verdict.Code} {verdict.Detail}")
{
    public const string ErrorCode = "DSDN-E-DIVERGED";

    public ulong Height { get; } = height;
    public Hash256 BlockHash { get; } = blockHash;
    public BlockVerdict Verdict { get; } = verdict;
}
