using Dsdn.Chain.Log;
using Dsdn.Log.State;

namespace Dsdn.Log.Following;

/// <summary>What became of an envelope that somebody brought.</summary>
public enum OfferOutcome
{
    /// <summary>It was the next one: it and those that waited for it are applied.</summary>
    Applied,

    /// <summary>It is kept until those before it are there.</summary>
    Kept,

    /// <summary>It is known already, or one of its seq is applied.</summary>
    Duplicate,

    /// <summary>It is too far ahead, or there is no room; it may come again.</summary>
    NotKept,

    /// <summary>It does not hold.</summary>
    Refused,
}

/// <param name="Verdict">Why it was refused; valid otherwise.</param>
/// <param name="Applied">Batches applied by this offer, by seq ascending.</param>
/// <param name="Refused">Batches kept before that turned out not to follow.</param>
public sealed record OfferResult(OfferOutcome Outcome, LogVerdict Verdict, IReadOnlyList<AppliedBatch> Applied, IReadOnlyList<RefusedBatch> Refused);

/// <summary>A batch that was kept and turned out not to follow.</summary>
public readonly record struct RefusedBatch(ulong Seq, LogVerdict Verdict);

/// <summary>Batches that are missing: both ends included.</summary>
public readonly record struct SeqRange(ulong From, ulong To);
