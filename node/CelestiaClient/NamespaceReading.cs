using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Proofs;

namespace Dsdn.CelestiaClient;

/// <summary>What is known of a namespace at a height. An outage is never an absence.</summary>
public abstract record NamespaceReading
{
    private NamespaceReading()
    {
    }

    /// <summary>All blobs of the namespace, in the order of the square, proved to be all.</summary>
    /// <param name="Header">Verified from the trusted one.</param>
    public sealed record Present(IReadOnlyList<VerifiedBlob> Blobs, ExtendedHeader Header) : NamespaceReading;

    /// <summary>The square holds no blob of the namespace.</summary>
    /// <param name="Header">Verified from the trusted one.</param>
    public sealed record ProvenAbsent(ExtendedHeader Header) : NamespaceReading;

    /// <summary>No endpoint gave an answer that could be proved.</summary>
    /// <param name="Failure">The most telling failure of those that the endpoints gave.</param>
    public sealed record Unknown(DaFailure Failure) : NamespaceReading;
}
