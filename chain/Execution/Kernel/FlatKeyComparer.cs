using System.Buffers.Binary;

namespace Dsdn.Chain.Execution.Kernel;

/// <summary>Equality of byte arrays, for look-up tables that are never enumerated.</summary>
internal sealed class FlatKeyComparer : IEqualityComparer<byte[]>
{
    public static readonly FlatKeyComparer Instance = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] key)
    {
        ulong hash = (ulong)key.Length;
        ReadOnlySpan<byte> rest = key;
        unchecked
        {
            while (rest.Length >= 8)
            {
                hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(rest)) * 0x9E3779B97F4A7C15;
                hash ^= hash >> 29;
                rest = rest[8..];
            }
            foreach (byte last in rest) hash = (hash ^ last) * 0x100000001B3;
            return (int)(hash ^ (hash >> 32));
        }
    }
}
