using Dsdn.Celestia.Proofs;

namespace Dsdn.CelestiaClient;

/// <summary>Why blobs were not taken.</summary>
public enum SubmitRefusal : byte
{
    /// <summary>More bytes than one transaction may have: split.</summary>
    TooBig,

    /// <summary>Blobs that break a rule: empty data, a reserved namespace, a wrong signer.</summary>
    BadBlobs,

    /// <summary>No TIA left.</summary>
    OutOfFunds,

    /// <summary>Validators ask for more than the configured maximum.</summary>
    PriceAboveMax,

    /// <summary>The signer has no account.</summary>
    NoAccount,

    /// <summary>No token, a wrong one, or one that may not write.</summary>
    NotAllowed,

    /// <summary>No endpoint is connected to the chain for writing.</summary>
    NoStateAccess,

    /// <summary>The account's sequence does not fit, repeatedly.</summary>
    SequenceMismatch,

    MempoolFull,

    /// <summary>No endpoint could be reached, or all were busy or behind: nothing was sent.</summary>
    Unavailable,

    /// <summary>The chain rejected the transaction.</summary>
    Rejected,
}

/// <summary>What became of blobs. Only <see cref="Included"/> and <see cref="Refused"/> are certain.</summary>
public abstract record SubmitOutcome
{
    private SubmitOutcome()
    {
    }

    /// <summary>All blobs lie at that height: read back and proved against its header.</summary>
    /// <param name="FeeUtia">By the fee formula where a price is set, otherwise what the balance fell by.</param>
    /// <param name="Blobs">As they lie in the square, in the order of the submit.</param>
    public sealed record Included(ulong Height, UInt128 FeeUtia, IReadOnlyList<VerifiedBlob> Blobs) : SubmitOutcome;

    /// <summary>Certainly not on the chain by this attempt.</summary>
    /// <param name="IsTerminal">The same blobs will be refused again, whatever the time or the endpoint.</param>
    /// <param name="RetryAfterMs">How long to wait at least; 0 where nothing is known.</param>
    public sealed record Refused(DaFailure Failure, bool IsTerminal, SubmitRefusal Reason, ulong RetryAfterMs = 0) : SubmitOutcome
    {
        /// <summary>An operator must act; another tier has to carry writes until then.</summary>
        public bool NeedsOperator => Reason is SubmitRefusal.OutOfFunds or SubmitRefusal.PriceAboveMax or SubmitRefusal.NoAccount or SubmitRefusal.NotAllowed or SubmitRefusal.NoStateAccess;
    }

    /// <summary>They may land, have landed, or never will. Look with <see cref="CelestiaNode.FindAsync"/> before another attempt.</summary>
    /// <param name="SearchFromHeight">The lowest height that this attempt can have landed at.</param>
    public sealed record Unknown(DaFailure Failure, ulong SearchFromHeight) : SubmitOutcome;
}
