using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Accountability;

/// <summary>What the votes given say of a claim that they do not prove.</summary>
public enum ClaimVerdict : byte
{
    /// <summary>Those whose votes of that round are missing may have made the quorum: ask for more votes.</summary>
    Open = 0,

    /// <summary>The quorum takes some who are shown to have prevoted otherwise, at most a third of the power.</summary>
    Doubtful = 1,

    /// <summary>The quorum takes more than a third of the power to have prevoted twice: the claim is false while fewer are faulty.</summary>
    Refuted = 2,
}

/// <summary>
/// A prevote that names a round of prevotes as its reason, where the votes given show no more than two thirds for its block in
/// that round. A correct validator holds those prevotes, and so can whoever asks it.
/// </summary>
/// <param name="Round">Of the prevote.</param>
/// <param name="PolRound">The one it names.</param>
/// <param name="ShownPower">Shown to have prevoted the block in the named round.</param>
/// <param name="PossiblePower">Not shown to have prevoted otherwise only.</param>
public sealed record PolClaim(Address Voter, uint Round, Hash256 Block, uint PolRound, UInt128 ShownPower, UInt128 PossiblePower, ClaimVerdict Verdict);
