using System.Globalization;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.LightClient;

/// <summary>A block that a user trusts, from a source of his own: <c>height:hash</c>.</summary>
public readonly record struct TrustedBlock(ulong Height, Hash256 Hash)
{
    public static bool TryParse(string text, out TrustedBlock trusted)
    {
        trusted = default;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !Hash256.TryParse(text[(colon + 1)..], out Hash256 hash)) return false;
        if (!ulong.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out ulong height) || height == 0) return false;
        trusted = new TrustedBlock(height, hash);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Height}:{Hash}");
}
