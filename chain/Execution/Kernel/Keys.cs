using System.Buffers.Binary;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Execution.Kernel;

/// <summary>The key of a table with one row.</summary>
public readonly record struct SingleKey : IKey<SingleKey>
{
    public static int Size => 0;

    public void WriteTo(Span<byte> destination)
    {
    }

    public static SingleKey ReadFrom(ReadOnlySpan<byte> source) => default;
}

/// <summary>A record key: one address.</summary>
public readonly record struct AddressKey(Address Address) : IKey<AddressKey>
{
    public static int Size => Address.Size;

    public void WriteTo(Span<byte> destination) => Address.CopyTo(destination);

    public static AddressKey ReadFrom(ReadOnlySpan<byte> source) => new(new Address(source));
}

/// <summary>A record key: two addresses, ordered by the first.</summary>
public readonly record struct AddressPairKey(Address First, Address Second) : IKey<AddressPairKey>
{
    public static int Size => 2 * Address.Size;

    public void WriteTo(Span<byte> destination)
    {
        First.CopyTo(destination);
        Second.CopyTo(destination[Address.Size..]);
    }

    public static AddressPairKey ReadFrom(ReadOnlySpan<byte> source) =>
        new(new Address(source[..Address.Size]), new Address(source[Address.Size..]));
}

/// <summary>A record key: 32 bytes.</summary>
public readonly record struct HashKey(Hash256 Hash) : IKey<HashKey>
{
    public static int Size => Hash256.Size;

    public void WriteTo(Span<byte> destination) => Hash.CopyTo(destination);

    public static HashKey ReadFrom(ReadOnlySpan<byte> source) => new(new Hash256(source));
}

/// <summary>A record key: a number, big-endian so that iteration is ascending.</summary>
public readonly record struct NumberKey(ulong Number) : IKey<NumberKey>
{
    public static int Size => sizeof(ulong);

    public void WriteTo(Span<byte> destination) => BinaryPrimitives.WriteUInt64BigEndian(destination, Number);

    public static NumberKey ReadFrom(ReadOnlySpan<byte> source) => new(BinaryPrimitives.ReadUInt64BigEndian(source));
}

/// <summary>An address, then a number: rows of an account in order.</summary>
public readonly record struct AddressNumberKey(Address Address, ulong Number) : IKey<AddressNumberKey>
{
    public static int Size => Address.Size + sizeof(ulong);

    public void WriteTo(Span<byte> destination)
    {
        Address.CopyTo(destination);
        BinaryPrimitives.WriteUInt64BigEndian(destination[Address.Size..], Number);
    }

    public static AddressNumberKey ReadFrom(ReadOnlySpan<byte> source) =>
        new(new Address(source[..Address.Size]), BinaryPrimitives.ReadUInt64BigEndian(source[Address.Size..]));
}

/// <summary>An address, then a 32-byte id.</summary>
public readonly record struct AddressHashKey(Address Address, Hash256 Hash) : IKey<AddressHashKey>
{
    public static int Size => Address.Size + Hash256.Size;

    public void WriteTo(Span<byte> destination)
    {
        Address.CopyTo(destination);
        Hash.CopyTo(destination[Address.Size..]);
    }

    public static AddressHashKey ReadFrom(ReadOnlySpan<byte> source) =>
        new(new Address(source[..Address.Size]), new Hash256(source[Address.Size..]));
}
