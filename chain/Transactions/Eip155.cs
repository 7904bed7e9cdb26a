using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Transactions;

/// <summary>The v of a legacy signature: 27 or 28, or with replay protection 35 + 2 x chain id + parity (EIP-155).</summary>
public static class Eip155
{
    private const ulong Unprotected = 27;
    private const ulong Protected = 35;

    /// <summary>As geth classifies: 0, 1, 27 and 28 carry no chain id, everything else does.</summary>
    public static bool IsProtected(Uint256 v) => !(v.FitsUInt64 && v.ToUInt64() is 0 or 1 or 27 or 28);

    /// <summary>Null where v carries none, or one that does not fit 64 bits.</summary>
    public static ulong? ChainId(Uint256 v)
    {
        if (v < Protected) return null;
        Uint256 chainId = (v - Protected) / 2UL;
        return chainId.FitsUInt64 ? chainId.ToUInt64() : null;
    }

    public static Uint256 V(ulong? chainId, byte parity) =>
        chainId is { } id ? (UInt128)Protected + ((UInt128)id * 2) + parity : (Uint256)(Unprotected + parity);

    /// <summary>False unless v is the one of the two values that <paramref name="chainId"/> (null: unprotected) allows.</summary>
    public static bool TryParity(Uint256 v, ulong? chainId, out byte parity)
    {
        parity = v == V(chainId, 1) ? (byte)1 : (byte)0;
        return v == V(chainId, parity);
    }
}
