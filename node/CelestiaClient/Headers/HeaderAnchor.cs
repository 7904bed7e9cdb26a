using Dsdn.Celestia.Headers;
using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient.Headers;

/// <summary>What is kept of a header that was verified: once verified, its hash is enough to know it again.</summary>
internal readonly record struct HeaderAnchor(ulong Height, Hash256 Hash, ulong TimeMs)
{
    public static HeaderAnchor Of(ExtendedHeader header) => new(header.Height, header.Hash, header.Header.Time.UnixMs);
}
