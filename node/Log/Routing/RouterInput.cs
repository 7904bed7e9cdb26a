using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Routing;

/// <summary>Everything that can happen to the router.</summary>
/// <param name="NowMs">Milliseconds since 1970. A clock that goes back is taken to stand still.</param>
public abstract record RouterInput(ulong NowMs)
{
    /// <summary>The first input of a process.</summary>
    /// <param name="Pending">From the outbox, ascending by seq, each merged with the pointers of the archive (<see cref="PendingBatch.Merge"/>).</param>
    /// <param name="HighestSeq">Of any batch the outbox ever knew; 0: none. Later ones of the archive follow as <see cref="BatchDecided"/>.</param>
    public sealed record Started(IReadOnlyList<PendingBatch> Pending, ulong HighestSeq, RouterMemory Memory, ulong NowMs) : RouterInput(NowMs);

    /// <summary>The batch is decided and in the archive. Ascending without gaps; one that is known already is ignored.</summary>
    /// <param name="Commitment">Celestia's, of the exact bytes in the archive.</param>
    public sealed record BatchDecided(ulong Seq, Hash256 CoreHash, Hash256 Commitment, uint DataBytes, ulong NowMs) : RouterInput(NowMs);

    /// <summary>A verified certificate of the batch arrived. Collected for every batch in every mode, also for batches that are on Celestia already.</summary>
    public sealed record Certified(ulong Seq, Hash256 CertificateHash, ulong NowMs) : RouterInput(NowMs);

    /// <summary>The one answer to <see cref="RouterEffect.Probe"/>.</summary>
    public sealed record ProbeDone(ProbeResult Result, ulong NowMs) : RouterInput(NowMs);

    /// <summary>The one answer to <see cref="RouterEffect.Submit"/>, also after its time is over.</summary>
    public sealed record SubmitDone(ulong SubmitId, SubmitOutcome Outcome, ulong NowMs) : RouterInput(NowMs);

    /// <summary>The one answer to <see cref="RouterEffect.LookUp"/>. What is in neither list is unknown.</summary>
    /// <param name="Found">The lowest height where a blob with the commitment was proven to be.</param>
    /// <param name="Absent">Proven not to be at any height of the range.</param>
    public sealed record LookupDone(ulong LookupId, IReadOnlyList<FoundBlob> Found, IReadOnlyList<ulong> Absent, ulong NowMs) : RouterInput(NowMs);

    /// <summary>The emergency copy is on disk and signed.</summary>
    public sealed record EmergencyStored(ulong Seq, ulong NowMs) : RouterInput(NowMs);

    /// <param name="Text">For people.</param>
    public sealed record EmergencyFailed(ulong Seq, string Text, ulong NowMs) : RouterInput(NowMs);

    /// <summary>An operator's order.</summary>
    /// <param name="Mode">Null: automatic again.</param>
    public sealed record ModeForced(RouterMode? Mode, ulong NowMs) : RouterInput(NowMs);

    /// <summary>The time of the last <see cref="RouterEffect.WakeAt"/> came. Earlier or more often does no harm.</summary>
    public sealed record Tick(ulong NowMs) : RouterInput(NowMs);
}

/// <param name="Height">Of Celestia.</param>
public readonly record struct FoundBlob(ulong Seq, ulong Height);

/// <summary>What a probe found out.</summary>
public abstract record ProbeResult(ulong LatencyMs)
{
    /// <param name="HeadHeight">Of the network as the node knows it, verified.</param>
    /// <param name="HeadTimeMs">From its header.</param>
    public sealed record Answered(ulong LatencyMs, ulong HeadHeight, ulong HeadTimeMs, DaBalance Balance) : ProbeResult(LatencyMs);

    /// <param name="Code">Stable, for people: DSDN-E-...</param>
    public sealed record Failed(ulong LatencyMs, string Code) : ProbeResult(LatencyMs);
}

/// <summary>The account that pays for blobs.</summary>
public enum DaBalance : byte
{
    /// <summary>The node does not say: no reason to stop.</summary>
    Unknown = 0,
    Enough = 1,

    /// <summary>Below what the operator wants to be told of.</summary>
    Low = 2,

    /// <summary>Not enough for the next transaction.</summary>
    Empty = 3,
}

/// <summary>What became of a transaction.</summary>
public abstract record SubmitOutcome
{
    /// <summary>The node says that it is at this height; the router looks before it believes.</summary>
    public sealed record Included(ulong Height) : SubmitOutcome;

    /// <summary>It did not land and never will.</summary>
    public sealed record Refused(SubmitRefusal Why) : SubmitOutcome;

    /// <summary>A timeout, an eviction, a lost connection, the same bytes in the mempool: it may land.</summary>
    /// <param name="SearchFromHeight">0: the router's own knowledge has to do.</param>
    public sealed record Unknown(ulong SearchFromHeight) : SubmitOutcome;
}

/// <summary>Why a transaction did not land.</summary>
public enum SubmitRefusal : byte
{
    /// <summary>The request never reached a node.</summary>
    NotSent,
    TooBig,

    /// <summary>Namespace, signer or arguments: a bug or a wrong setting.</summary>
    Invalid,
    OutOfFunds,
    Sequence,
    MempoolFull,

    /// <summary>No access to the chain, no account, no right to write.</summary>
    NoAccess,

    /// <summary>Any other definite refusal, such as a price. What is not definite is <see cref="SubmitOutcome.Unknown"/>.</summary>
    Other,
}
