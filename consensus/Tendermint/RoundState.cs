using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>What a round machine remembers (arXiv 1807.04938, lines 1-8). Rounds are -1 where there is none.</summary>
/// <param name="Step">Waiting before the first round and between two.</param>
/// <param name="LockedValue">Zero: not locked.</param>
/// <param name="ValidValue">Zero: no value is known to have had prevotes of more than two thirds.</param>
public sealed record RoundState(
    ulong Height, int Round, CoreStep Step, int LockedRound, Hash256 LockedValue, int ValidRound, Hash256 ValidValue)
{
    public const int NoRound = -1;

    public static RoundState Begin(ulong height) => new(height, NoRound, CoreStep.Waiting, NoRound, Hash256.Zero, NoRound, Hash256.Zero);
}
