using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient.Auditing;

/// <summary>A blob of a height and what an endpoint shows of it.</summary>
/// <param name="IsComplete">It is in the namespace's shares, which were proved to be all.</param>
/// <param name="IsListed">The endpoint lists it, with the right commitment.</param>
/// <param name="IsProved">The endpoint's proof leads from its commitment to the data root.</param>
public sealed record AuditedBlob(Hash256 Commitment, int Bytes, int SquareIndex, bool IsComplete, bool IsListed, bool IsProved);

/// <summary>All that one endpoint says of a namespace at a height, checked against the verified header.</summary>
/// <param name="DataRoot">Of the verified header; null where there is none.</param>
/// <param name="IsProvenAbsent">No blob of the namespace is there.</param>
/// <param name="Failures">What is wrong or not known, the most specific first; empty where all holds.</param>
public sealed record HeightAudit(ulong Height, string Endpoint, Hash256? DataRoot, bool IsProvenAbsent, IReadOnlyList<AuditedBlob> Blobs, IReadOnlyList<DaFailure> Failures)
{
    /// <summary>Every answer was proved.</summary>
    public bool IsSound => Failures.Count == 0;

    /// <summary>Something was proved to be wrong; otherwise failures only mean that it is not known.</summary>
    public bool IsTampered => Failures.Any(static failure => failure.IsProvedWrong);
}
