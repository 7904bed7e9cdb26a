using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Routing;

/// <summary>What is known of a batch's postings. Numbers are part of the outbox's format.</summary>
public enum AttemptState : byte
{
    /// <summary>Never handed to Celestia.</summary>
    None = 0,

    /// <summary>Handed over, and nothing is known of the outcome: looked for before anything else.</summary>
    Sent = 1,

    /// <summary>The last attempt did not land and never will.</summary>
    Refused = 2,

    /// <summary>Too large even alone: an operator has to act. Does not hold up what follows.</summary>
    Unpostable = 3,
}

/// <summary>A batch that is not proven to be on Celestia, as the outbox keeps it.</summary>
/// <param name="Commitment">Celestia's share commitment of the envelope as one blob.</param>
/// <param name="DataBytes">Of the envelope.</param>
/// <param name="SearchFromHeight">No copy can be at a lower height; 0 where no head was known yet.</param>
public sealed record PendingBatch(
    ulong Seq, Hash256 CoreHash, Hash256 Commitment, uint DataBytes, ulong DecidedMs, ulong SearchFromHeight, AttemptState Attempt, BatchPointers Pointers)
{
    /// <summary>
    /// With what the archive knows: a pointer may have reached it just before a crash, and the first one there is the canonical one. To be
    /// done with every pending batch before <see cref="RouterInput.Started"/>.
    /// </summary>
    /// <param name="archived">In their order.</param>
    public PendingBatch Merge(IReadOnlyList<PointerFacts> archived)
    {
        BatchPointers pointers = Pointers with { Canonical = archived.Count > 0 ? archived[0].Tier : null };
        foreach (PointerFacts facts in archived) pointers = pointers.With(facts, isCanonical: false);
        return this with { Pointers = pointers };
    }
}

/// <summary>Where a batch is known to lie. The canonical tier is set once; what comes later is supplementary.</summary>
/// <param name="Canonical">Null: none yet.</param>
/// <param name="CelestiaHeight">0: not known to be there.</param>
/// <param name="CertificateHash">Zero: no certificate. The first one stays.</param>
public readonly record struct BatchPointers(DaTier? Canonical, ulong CelestiaHeight, Hash256 CertificateHash, bool HasEmergencyCopy)
{
    public static readonly BatchPointers None;

    public bool IsCertified => CertificateHash != default;

    public bool IsOnCelestia => CelestiaHeight != 0;

    /// <summary>What the pointer of that tier says; the tier must be one that is known.</summary>
    public PointerFacts Facts(DaTier tier) => new(tier, tier == DaTier.Celestia ? CelestiaHeight : 0, tier == DaTier.Quorum ? CertificateHash : default);

    /// <summary>With one more; nothing that stands is replaced.</summary>
    public BatchPointers With(in PointerFacts facts, bool isCanonical) => new(
        Canonical ?? (isCanonical ? facts.Tier : null),
        IsOnCelestia || facts.Tier != DaTier.Celestia ? CelestiaHeight : facts.CelestiaHeight,
        IsCertified || facts.Tier != DaTier.Quorum ? CertificateHash : facts.CertificateHash,
        HasEmergencyCopy || facts.Tier == DaTier.Emergency);
}

/// <summary>What a pointer of a tier says beyond the batch itself.</summary>
/// <param name="CelestiaHeight">Of tier Celestia, else 0.</param>
/// <param name="CertificateHash">Of tier Quorum, else zero.</param>
public readonly record struct PointerFacts(DaTier Tier, ulong CelestiaHeight, Hash256 CertificateHash)
{
    public static PointerFacts Of(DaPointer pointer) => pointer switch
    {
        CelestiaPointer at => OnCelestia(at.Height),
        QuorumPointer at => AtQuorum(at.CertificateHash),
        _ => Emergency,
    };

    public static PointerFacts OnCelestia(ulong height) => new(DaTier.Celestia, height, default);

    public static PointerFacts AtQuorum(in Hash256 certificateHash) => new(DaTier.Quorum, 0, certificateHash);

    public static readonly PointerFacts Emergency = new(DaTier.Emergency, 0, default);
}
