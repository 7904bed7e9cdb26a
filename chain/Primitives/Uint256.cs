using System.Buffers.Binary;
using System.Numerics;

namespace Dsdn.Chain.Primitives;

/// <summary>
/// An unsigned 256-bit integer: the ABI word, the trie value and the intermediate of money arithmetic. Operators are
/// checked; the wrapping forms are named. There is no conversion to <see cref="Amount"/> that could truncate.
/// </summary>
public readonly struct Uint256 : IEquatable<Uint256>, IComparable<Uint256>
{
    public const int Size = 32;

    private readonly ulong _u0, _u1, _u2, _u3; // little-endian limbs

    public static readonly Uint256 Zero;
    public static readonly Uint256 One = new(1, 0, 0, 0);
    public static readonly Uint256 MaxValue = new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    /// <summary>Little-endian limbs.</summary>
    public Uint256(ulong u0, ulong u1, ulong u2, ulong u3) => (_u0, _u1, _u2, _u3) = (u0, u1, u2, u3);

    public bool IsZero => (_u0 | _u1 | _u2 | _u3) == 0;

    public bool FitsUInt64 => (_u1 | _u2 | _u3) == 0;

    public bool FitsUInt128 => (_u2 | _u3) == 0;

    public static implicit operator Uint256(ulong value) => new(value, 0, 0, 0);
    public static implicit operator Uint256(UInt128 value) => new((ulong)(value & ulong.MaxValue), (ulong)(value >> 64), 0, 0);

    /// <exception cref="OverflowException">above 2^64-1</exception>
    public ulong ToUInt64() => FitsUInt64 ? _u0 : throw new OverflowException("value above 64 bits");

    /// <exception cref="OverflowException">above 2^128-1</exception>
    public UInt128 ToUInt128() => FitsUInt128 ? new UInt128(_u1, _u0) : throw new OverflowException("value above 128 bits");

    public BigInteger ToBigInteger()
    {
        Span<byte> bytes = stackalloc byte[Size];
        WriteBigEndian(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    /// <exception cref="OverflowException">negative or above 2^256-1</exception>
    public static Uint256 FromBigInteger(BigInteger value)
    {
        if (value.Sign < 0) throw new OverflowException("negative");
        Span<byte> bytes = stackalloc byte[Size];
        bytes.Clear();
        int length = value.GetByteCount(isUnsigned: true);
        if (length > Size) throw new OverflowException("value above 256 bits");
        value.TryWriteBytes(bytes[(Size - length)..], out _, isUnsigned: true, isBigEndian: true);
        return FromBigEndian(bytes);
    }

    /// <param name="bytes">At most 32 bytes, most significant first.</param>
    public static Uint256 FromBigEndian(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Size) throw new OverflowException("value above 256 bits");
        Span<byte> word = stackalloc byte[Size];
        word.Clear();
        bytes.CopyTo(word[(Size - bytes.Length)..]);
        return new Uint256(
            BinaryPrimitives.ReadUInt64BigEndian(word[24..]),
            BinaryPrimitives.ReadUInt64BigEndian(word[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(word[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(word));
    }

    /// <param name="destination">At least 32 bytes; the first 32 are written.</param>
    public void WriteBigEndian(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _u3);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _u2);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _u1);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _u0);
    }

    /// <summary>Bytes of the value without leading zeros: 0 for zero, at most 32.</summary>
    public int ByteLength
    {
        get
        {
            if (_u3 != 0) return 32 - (BitOperations.LeadingZeroCount(_u3) / 8);
            if (_u2 != 0) return 24 - (BitOperations.LeadingZeroCount(_u2) / 8);
            if (_u1 != 0) return 16 - (BitOperations.LeadingZeroCount(_u1) / 8);
            return 8 - (BitOperations.LeadingZeroCount(_u0) / 8);
        }
    }

    /// <exception cref="OverflowException">the sum is above 2^256-1</exception>
    public static Uint256 operator +(Uint256 left, Uint256 right) =>
        AddWithCarry(left, right, out Uint256 sum) ? throw new OverflowException("sum above 256 bits") : sum;

    /// <exception cref="OverflowException">the difference is negative</exception>
    public static Uint256 operator -(Uint256 left, Uint256 right) =>
        SubtractWithBorrow(left, right, out Uint256 difference) ? throw new OverflowException("negative difference") : difference;

    /// <exception cref="OverflowException">the product is above 2^256-1</exception>
    public static Uint256 operator *(Uint256 left, Uint256 right)
    {
        if (left.FitsUInt128 && right.FitsUInt128) return Multiply(left.ToUInt128(), right.ToUInt128());
        return FromBigInteger(left.ToBigInteger() * right.ToBigInteger());
    }

    public static Uint256 operator /(Uint256 left, Uint256 right) => DivRem(left, right, out _);

    public static Uint256 operator %(Uint256 left, Uint256 right)
    {
        DivRem(left, right, out Uint256 remainder);
        return remainder;
    }

    /// <summary>The full product of two 128-bit values.</summary>
    public static Uint256 Multiply(UInt128 left, UInt128 right)
    {
        unchecked
        {
            ulong a0 = (ulong)left, a1 = (ulong)(left >> 64), b0 = (ulong)right, b1 = (ulong)(right >> 64);
            ulong high00 = Math.BigMul(a0, b0, out ulong low00);
            ulong high01 = Math.BigMul(a0, b1, out ulong low01);
            ulong high10 = Math.BigMul(a1, b0, out ulong low10);
            ulong high11 = Math.BigMul(a1, b1, out ulong low11);
            UInt128 middle = (UInt128)high00 + low01 + low10;
            UInt128 upper = (UInt128)high01 + high10 + low11 + (ulong)(middle >> 64);
            return new Uint256(low00, (ulong)middle, (ulong)upper, high11 + (ulong)(upper >> 64));
        }
    }

    /// <exception cref="DivideByZeroException">the divisor is zero</exception>
    public static Uint256 DivRem(Uint256 dividend, Uint256 divisor, out Uint256 remainder)
    {
        if (divisor.IsZero) throw new DivideByZeroException();
        if (dividend < divisor)
        {
            remainder = dividend;
            return Zero;
        }
        if (dividend.FitsUInt128)
        {
            (UInt128 quotient, UInt128 rest) = UInt128.DivRem(dividend.ToUInt128(), divisor.ToUInt128());
            remainder = rest;
            return quotient;
        }
        BigInteger wide = BigInteger.DivRem(dividend.ToBigInteger(), divisor.ToBigInteger(), out BigInteger left);
        remainder = FromBigInteger(left);
        return FromBigInteger(wide);
    }

    /// <summary>True when the sum wrapped around 2^256.</summary>
    public static bool AddWithCarry(Uint256 left, Uint256 right, out Uint256 sum)
    {
        unchecked
        {
            UInt128 s = (UInt128)left._u0 + right._u0;
            ulong r0 = (ulong)s;
            s = (UInt128)left._u1 + right._u1 + (ulong)(s >> 64);
            ulong r1 = (ulong)s;
            s = (UInt128)left._u2 + right._u2 + (ulong)(s >> 64);
            ulong r2 = (ulong)s;
            s = (UInt128)left._u3 + right._u3 + (ulong)(s >> 64);
            sum = new Uint256(r0, r1, r2, (ulong)s);
            return s >> 64 != UInt128.Zero;
        }
    }

    /// <summary>True when the difference wrapped below zero.</summary>
    public static bool SubtractWithBorrow(Uint256 left, Uint256 right, out Uint256 difference)
    {
        unchecked
        {
            ulong r0 = left._u0 - right._u0;
            ulong borrow = left._u0 < right._u0 ? 1UL : 0;
            ulong r1 = left._u1 - right._u1 - borrow;
            borrow = left._u1 < right._u1 || (left._u1 == right._u1 && borrow == 1) ? 1UL : 0;
            ulong r2 = left._u2 - right._u2 - borrow;
            borrow = left._u2 < right._u2 || (left._u2 == right._u2 && borrow == 1) ? 1UL : 0;
            ulong r3 = left._u3 - right._u3 - borrow;
            borrow = left._u3 < right._u3 || (left._u3 == right._u3 && borrow == 1) ? 1UL : 0;
            difference = new Uint256(r0, r1, r2, r3);
            return borrow == 1;
        }
    }

    public int CompareTo(Uint256 other)
    {
        if (_u3 != other._u3) return _u3.CompareTo(other._u3);
        if (_u2 != other._u2) return _u2.CompareTo(other._u2);
        if (_u1 != other._u1) return _u1.CompareTo(other._u1);
        return _u0.CompareTo(other._u0);
    }

    public static bool operator <(Uint256 left, Uint256 right) => left.CompareTo(right) < 0;
    public static bool operator >(Uint256 left, Uint256 right) => left.CompareTo(right) > 0;
    public static bool operator <=(Uint256 left, Uint256 right) => left.CompareTo(right) <= 0;
    public static bool operator >=(Uint256 left, Uint256 right) => left.CompareTo(right) >= 0;
    public static bool operator ==(Uint256 left, Uint256 right) => left.Equals(right);
    public static bool operator !=(Uint256 left, Uint256 right) => !left.Equals(right);

    public bool Equals(Uint256 other) => _u0 == other._u0 && _u1 == other._u1 && _u2 == other._u2 && _u3 == other._u3;
    public override bool Equals(object? obj) => obj is Uint256 other && Equals(other);
    public override int GetHashCode() => unchecked((int)(_u0 ^ (_u0 >> 32) ^ (_u1 * 31) ^ (_u2 * 17) ^ _u3));

    /// <summary>The decimal number.</summary>
    public override string ToString() => ToBigInteger().ToString(System.Globalization.CultureInfo.InvariantCulture);
}
