using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Accountability;

/// <summary>A block that more than two thirds of the power voted for in a round.</summary>
/// <param name="Block">Never nil.</param>
public sealed record VoteQuorum(uint Round, Hash256 Block, UInt128 Power);

/// <summary>What an audit found.</summary>
public sealed record VoteAuditReport
{
    public required ulong Height { get; init; }

    /// <summary>Different votes that counted.</summary>
    public required int Votes { get; init; }

    /// <summary>Of another height, form or signer.</summary>
    public required int Rejected { get; init; }

    /// <summary>Convict by themselves, here as in a block: of each validator one of each kind at most.</summary>
    public required IReadOnlyList<EvidenceItem> Contradictions { get; init; }

    /// <summary>Prevotes whose named round is not shown by the votes given; by voter, then round.</summary>
    public required IReadOnlyList<PolClaim> Claims { get; init; }

    /// <summary>Two different blocks: the network disagreed.</summary>
    public required IReadOnlyList<VoteQuorum> Commits { get; init; }

    public required UInt128 TotalPower { get; init; }

    /// <summary>Of those convicted by contradictions or refuted claims.</summary>
    public required UInt128 GuiltyPower { get; init; }

    /// <summary>Of the guilty and of those whose reasons nothing shows yet.</summary>
    public required UInt128 SuspectPower { get; init; }

    public bool IsDisagreement => Commits.Any(commit => commit.Block != Commits[0].Block);

    /// <summary>At least a third are suspect: as much as any disagreement takes.</summary>
    public bool IsSuspectThird => SuspectPower * 3 >= TotalPower;
}
