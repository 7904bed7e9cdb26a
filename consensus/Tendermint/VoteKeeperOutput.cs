using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>The quorums that rules wait for (lines 34, 36, 44, 47, 49, 55).</summary>
public enum VoteKeeperOutputKind : byte
{
    /// <summary>The vote changed nothing that a rule waits for, or it was said before.</summary>
    None = 0,

    /// <summary>Prevotes of more than two thirds, for whatever.</summary>
    PolkaAny,
    PolkaNil,
    PolkaValue,

    /// <summary>Precommits of more than two thirds, for whatever, nil included.</summary>
    PrecommitAny,
    PrecommitValue,

    /// <summary>More than a third voted in a round above the current one.</summary>
    Skip,
}

/// <summary>What a vote made true.</summary>
/// <param name="ValueId">Of PolkaValue and PrecommitValue, else zero.</param>
public readonly record struct VoteKeeperOutput(VoteKeeperOutputKind Kind, int Round, Hash256 ValueId)
{
    public static readonly VoteKeeperOutput None;
}
