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

    /// <summary>It, or another batch of its seq that holds, is known already.</summary>
    Duplicate,

    /// <summary>It is too far ahead, or there is no room; it may come again.</summary>
    NotKept,

    /// <summary>It does not hold.</summary>
    Refused,
}

/// <param name="Verdict">Why it was refused; valid otherwise.</param>
/// <param name="Applied">Batches applied by this offer, by seq ascending.</param>
/// <param name="Refused">Batches kept before that turned out not to follow.</param>
public sealed record OfferResult(OfferOutcome Outcome, LogVerdict Verdict, IReadOnlyList<AppliedBatch> Applied, IReadOnlyList<(ulong Seq, LogVerdict Verdict)> Refused);

/// <summary>Batches that are missing: both ends included.</summary>
public readonly record struct SeqRange(ulong From, ulong To);

/// <summary>
/// Brings envelopes that arrive in any order, doubled, late or forged into the order of seq. What is kept is bounded, and only what the
/// committee signed is kept, so that a forger can push nothing out.
/// </summary>
public sealed class LogFollower(LogState state, FollowerLimits limits, LogCheck check)
{
    public LogState State => state;

    public OfferResult Offer(ReadOnlyMemory<byte> envelope) => throw new NotSupportedException($"{limits} {check}");

    /// <summary>The gaps between the applied batches and the last one known of, oldest first.</summary>
    /// <param name="head">The last seq that somebody named; looked at no farther than the window.</param>
    public IReadOnlyList<SeqRange> Missing(ulong head, int rangesMax) => throw new NotSupportedException();
}
