using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient;

/// <summary>Where commitments lie within a range of heights.</summary>
/// <param name="Found">The lowest height of each that was found, and the range up to there was known or not: see <paramref name="UnknownHeights"/>.</param>
/// <param name="ProvenAbsent">Those that lie at no height of the range; empty as long as any height is unknown.</param>
/// <param name="UnknownHeights">Heights that could not be read, in ascending order, with the reason; at most <see cref="UnknownHeightsMax"/>.</param>
/// <param name="SearchedTo">The last height that was looked at: the end of the range, unless all were found or too many heights were unknown.</param>
public sealed record FindOutcome(
    IReadOnlyDictionary<Hash256, ulong> Found,
    IReadOnlyList<Hash256> ProvenAbsent,
    IReadOnlyList<(ulong Height, DaFailure Failure)> UnknownHeights,
    ulong SearchedTo)
{
    /// <summary>After so many unreadable heights the search ends: the source is down.</summary>
    public const int UnknownHeightsMax = 16;

    /// <summary>Heights of one search.</summary>
    public const ulong HeightsMax = 100_000;

    /// <summary>Nothing is unknown: what was not found is not there.</summary>
    public bool IsConclusive => UnknownHeights.Count == 0;
}
