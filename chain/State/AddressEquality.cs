using System.Runtime.InteropServices;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.State;

/// <summary>
/// Equality of addresses for hash tables of the hot path. The hash is seeded by the process: anyone may send to any address, so an
/// unseeded one would let a block full of colliding addresses make every look-up linear.
/// </summary>
public sealed class AddressEquality : IEqualityComparer<Address>
{
    public static readonly AddressEquality Instance = new();

    private AddressEquality()
    {
    }

    public bool Equals(Address x, Address y) => x.Equals(y);

    public int GetHashCode(Address obj)
    {
        ReadOnlySpan<byte> bytes = obj.Span;
#pragma warning disable RS0030 // Differing between processes is the purpose; no result depends on it.
        return HashCode.Combine(
            MemoryMarshal.Read<ulong>(bytes), MemoryMarshal.Read<ulong>(bytes[8..]), MemoryMarshal.Read<uint>(bytes[16..]));
#pragma warning restore RS0030
    }
}
