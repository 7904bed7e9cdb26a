using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Availability;

namespace Dsdn.Node.Attestation;

/// <summary>
/// Signs what validators say of the log with their consensus keys: that an envelope is on this validator's disk, and what state the
/// log has after a batch (rulings 39). For one seq it signs one core hash and one state root, for ever; what it signed is on disk
/// before the signature leaves. Safe for several callers at once. Never throws for a refusal.
/// </summary>
public interface IAttestationSigner
{
    /// <summary>32-byte Ed25519 public key.</summary>
    ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Of a statement whose envelope was checked and is fsynced: that is the caller's duty. The same statement gets the same signature again.</summary>
    Task<AttestationResult> SignAsync(DaStatement statement, CancellationToken cancellation);

    /// <summary>Of an anchor whose state root this validator computed itself: that is the caller's duty. The same anchor gets the same signature again.</summary>
    Task<AttestationResult> SignAsync(LogAnchor anchor, CancellationToken cancellation);
}
