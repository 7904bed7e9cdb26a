using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Dsdn.Chain.Primitives;

/// <summary>20 bytes: the last 20 of the Keccak-256 of a secp256k1 public key, or a module's fixed address. Ordered bytewise.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public readonly struct Address : IEquatable<Address>, IComparable<Address>
{
    public const int Size = 20;

    private readonly ulong _a, _b;
    private readonly uint _c;

    public static readonly Address Zero;

    /// <param name="bytes">Exactly 20 bytes.</param>
    public Address(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size) throw new ArgumentException($"an address has {Size} bytes, not {bytes.Length}");
        this = MemoryMarshal.Read<Address>(bytes);
    }

    /// <summary>The address whose big-endian value is <paramref name="number"/>, as the fixed addresses of modules are.</summary>
    public static Address FromNumber(ushort number)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes[18] = (byte)(number >> 8);
        bytes[19] = (byte)(number & 0xff);
        return new Address(bytes);
    }

    [UnscopedRef]
    public ReadOnlySpan<byte> Span => MemoryMarshal.AsBytes(new ReadOnlySpan<Address>(in this));

    public bool IsZero => (_a | _b | _c) == 0;

    public byte[] ToArray() => Span.ToArray();

    public void CopyTo(Span<byte> destination) => Span.CopyTo(destination);

    public bool Equals(Address other) => _a == other._a && _b == other._b && _c == other._c;

    public override bool Equals(object? obj) => obj is Address other && Equals(other);

    /// <summary>In-memory tables only; never the order of anything.</summary>
    public override int GetHashCode() => unchecked((int)(((_a ^ (_b * 0x9E3779B97F4A7C15UL)) >> 32) ^ _c));

    public int CompareTo(Address other) => Span.SequenceCompareTo(other.Span);

    public static bool operator ==(Address left, Address right) => left.Equals(right);
    public static bool operator !=(Address left, Address right) => !left.Equals(right);

    /// <summary>0x and 40 lower-case hexadecimal digits. The checksummed form (EIP-55) is <c>Eip55.Format</c>.</summary>
    public override string ToString() => Hex.Encode(Span);

    public static Address Parse(string text) =>
        TryParse(text, out Address address) ? address : throw new FormatException($"not a 20-byte address: {text}");

    public static bool TryParse(string? text, out Address address)
    {
        address = default;
        if (!Hex.TryDecode(text, out byte[]? bytes) || bytes.Length != Size) return false;
        address = new Address(bytes);
        return true;
    }
}
