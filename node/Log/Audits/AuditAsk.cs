using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Audits;

/// <summary>Whom to ask now.</summary>
/// <param name="MinSeq">The batch with the seed, or a later one.</param>
/// <param name="Attempt">From 0.</param>
public readonly record struct AuditAsk(Hash256 NodeId, ulong Epoch, ulong MinSeq, int Attempt);

/// <summary>What became of a sheet.</summary>
public enum SheetOutcome
{
    /// <summary>Taken; what it shows counts when the log has its root.</summary>
    Taken,

    /// <summary>No audit is open that it belongs to, or it was judged.</summary>
    NotAsked,

    /// <summary>Of another number of answers than were drawn.</summary>
    OtherDraws,

    Unsigned,

    /// <summary>Taken before, or less than what was taken.</summary>
    Known,

    /// <summary>The node signed another one for this audit: both are to be kept.</summary>
    Contradicts,
}
