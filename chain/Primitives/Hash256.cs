using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Dsdn.Chain.Primitives;

/// <summary>32 bytes: a Keccak-256 or SHA-256 digest, a trie root, a storage word. Ordered bytewise.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Hash256 : IEquatable<Hash256>, IComparable<Hash256>
{
    public const int Size = 32;

    private readonly ulong _a, _b, _c, _d;

    public static readonly Hash256 Zero;

    /// <param name="bytes">Exactly 32 bytes.</param>
    public Hash256(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size) throw new ArgumentException($"a hash has {Size} bytes, not {bytes.Length}");
        this = MemoryMarshal.Read<Hash256>(bytes);
    }

    [UnscopedRef]
    public ReadOnlySpan<byte> Span => MemoryMarshal.AsBytes(new ReadOnlySpan<Hash256>(in this));

    public bool IsZero => (_a | _b | _c | _d) == 0;

    public byte[] ToArray() => Span.ToArray();

    public void CopyTo(Span<byte> destination) => Span.CopyTo(destination);

    public bool Equals(Hash256 other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    public override bool Equals(object? obj) => obj is Hash256 other && Equals(other);

    /// <summary>In-memory tables only; never the order of anything (digests are uniform, so a word of one is enough).</summary>
    public override int GetHashCode() => unchecked((int)(_a ^ (_d >> 32)));

    public int CompareTo(Hash256 other)
    {
        if (_a != other._a) return BigEndian(_a).CompareTo(BigEndian(other._a));
        if (_b != other._b) return BigEndian(_b).CompareTo(BigEndian(other._b));
        if (_c != other._c) return BigEndian(_c).CompareTo(BigEndian(other._c));
        return BigEndian(_d).CompareTo(BigEndian(other._d));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong BigEndian(ulong word) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(word) : word;

    public static bool operator ==(Hash256 left, Hash256 right) => left.Equals(right);
    public static bool operator !=(Hash256 left, Hash256 right) => !left.Equals(right);

    /// <summary>0x and 64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Hex.Encode(Span);

    public static Hash256 Parse(string text) =>
        TryParse(text, out Hash256 hash) ? hash : throw new FormatException($"not a 32-byte hash: {text}");

    public static bool TryParse(string? text, out Hash256 hash)
    {
        hash = default;
        if (!Hex.TryDecode(text, out byte[]? bytes) || bytes.Length != Size) return false;
        hash = new Hash256(bytes);
        return true;
    }
}
