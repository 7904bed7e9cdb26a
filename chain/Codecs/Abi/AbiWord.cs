using System.Numerics;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Codecs.Abi;

/// <summary>What a 32-byte word may hold for each value type.</summary>
public static class AbiWord
{
    /// <summary>True when padding (zeros, or the sign of an intN) is clean and a bool is 0 or 1.</summary>
    public static bool Fits(AbiType type, Uint256 word) => type.Kind switch
    {
        AbiKind.UInt => word.ByteLength * 8 <= type.Size,
        AbiKind.Address => word.ByteLength <= 20,
        AbiKind.Bool => word <= Uint256.One,
        AbiKind.FixedBytes => HasZeroTail(word, type.Size),
        AbiKind.Int => IsSignExtended(word, type.Size),
        _ => false,
    };

    /// <summary>An intN word as a number.</summary>
    public static BigInteger ToSigned(Uint256 word)
    {
        BigInteger value = word.ToBigInteger();
        return value >> 255 == 0 ? value : value - (BigInteger.One << 256);
    }

    /// <exception cref="OverflowException">outside of intN</exception>
    public static Uint256 FromSigned(BigInteger value, int bits)
    {
        BigInteger limit = BigInteger.One << (bits - 1);
        if (value < -limit || value >= limit) throw new OverflowException($"outside of int{bits}");
        return Uint256.FromBigInteger(value.Sign < 0 ? value + (BigInteger.One << 256) : value);
    }

    private static bool HasZeroTail(Uint256 word, int length)
    {
        Span<byte> bytes = stackalloc byte[Uint256.Size];
        word.WriteBigEndian(bytes);
        return bytes[length..].IndexOfAnyExcept((byte)0) < 0;
    }

    private static bool IsSignExtended(Uint256 word, int bits)
    {
        Span<byte> bytes = stackalloc byte[Uint256.Size];
        word.WriteBigEndian(bytes);
        int first = Uint256.Size - (bits / 8);
        byte sign = (bytes[first] & 0x80) == 0 ? (byte)0 : (byte)0xff;
        return bytes[..first].IndexOfAnyExcept(sign) < 0;
    }
}
