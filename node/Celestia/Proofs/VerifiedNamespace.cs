using Dsdn.Celestia.Namespaces;

namespace Dsdn.Celestia.Proofs;

/// <summary>All that a square holds of a namespace, proved to be all.</summary>
/// <param name="Shares">In the order of the square; empty where the namespace is proved absent.</param>
/// <param name="Blobs">In the order of the square; empty for a namespace that is not a user's.</param>
public sealed record VerifiedNamespace(Namespace Namespace, ReadOnlyMemory<byte> Shares, IReadOnlyList<VerifiedBlob> Blobs)
{
    public bool IsAbsent => Shares.IsEmpty;
}
