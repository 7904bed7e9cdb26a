using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient;

/// <summary>The newest header, verified from the trusted one; or why it is not known.</summary>
/// <param name="TimeMs">Of the header, since 1970.</param>
/// <param name="AgeMs">By the clock of this machine; 0 where the header is ahead of it.</param>
/// <param name="DataRoot">The header's data hash.</param>
/// <param name="Failure"><see cref="DaFailure.None"/> where the head is known; otherwise all other members are zero.</param>
public sealed record DaHead(ulong Height, ulong TimeMs, ulong AgeMs, Hash256 DataRoot, DaFailure Failure)
{
    public bool IsKnown => Failure.IsNone;

    public static DaHead Unknown(DaFailure failure) => new(0, 0, 0, Hash256.Zero, failure);
}
