using System.Buffers.Binary;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Storage;

/// <summary>
/// entry | section u64 BE, where an entry is 0x00 (a block with any log), 0x01 | address, or 0x02 + position | topic.
/// No entry is the prefix of another: the first byte fixes the length.
/// </summary>
internal static class LogIndexKey
{
    private const byte AnyLogKind = 0x00;
    private const byte AddressKind = 0x01;
    private const byte TopicKind = 0x02;

    public static readonly byte[] AnyLog = [AnyLogKind];

    public static byte[] Of(in Address address)
    {
        byte[] entry = new byte[1 + Address.Size];
        entry[0] = AddressKind;
        address.CopyTo(entry.AsSpan(1));
        return entry;
    }

    public static byte[] Of(int position, in Hash256 topic)
    {
        byte[] entry = new byte[1 + Hash256.Size];
        entry[0] = (byte)(TopicKind + position);
        topic.CopyTo(entry.AsSpan(1));
        return entry;
    }

    public static byte[] WithSection(ReadOnlySpan<byte> entry, ulong section)
    {
        byte[] key = new byte[entry.Length + sizeof(ulong)];
        entry.CopyTo(key);
        BinaryPrimitives.WriteUInt64BigEndian(key.AsSpan(entry.Length), section);
        return key;
    }

    public static ulong Section(ReadOnlySpan<byte> key) => BinaryPrimitives.ReadUInt64BigEndian(key[^sizeof(ulong)..]);
}
