using Dsdn.Celestia.Nmt;

namespace Dsdn.Celestia.Proofs;

/// <summary>What one row holds of a namespace, as <c>share.GetNamespaceData</c> gives it.</summary>
/// <param name="Shares">Whole shares of 512 bytes; empty in a proof of absence.</param>
public sealed record NamespaceRow(ReadOnlyMemory<byte> Shares, NmtProof Proof);
