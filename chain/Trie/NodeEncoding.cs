using System.Buffers.Binary;
using System.Numerics;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Trie;

/// <summary>
/// RLP of the nodes of a Merkle Patricia trie (Ethereum Yellow Paper, appendix D) with 32-byte keys. A *reference* to a node, as its
/// parent holds it, takes a slot of 33 bytes: 0xa0 and the node's Keccak-256, or, where the node's RLP is shorter than 32 bytes, that
/// RLP itself, zero-padded. Both begin with their RLP prefix, so a slot tells its own length.
/// </summary>
internal static class NodeEncoding
{
    public const int SlotBytes = 33;

    public const byte HashPrefix = 0xa0;

    public const int KeyNibbles = 64;

    public const byte EmptyString = 0x80;

    /// <summary>A branch of 16 hashes and no value, the largest node but for leaves with large values.</summary>
    public const int BranchBytesMax = 3 + (16 * SlotBytes) + 1;

    public static int Nibble(ReadOnlySpan<byte> key, int index) => (index & 1) == 0 ? key[index >> 1] >> 4 : key[index >> 1] & 0x0f;

    /// <summary>Whether a slot can begin with this byte.</summary>
    public static bool IsReference(byte first) => first == HashPrefix || first is >= 0xc1 and < 0xc0 + 31;

    /// <summary>Bytes of the slot that belong to the RLP of the parent.</summary>
    public static int ReferenceLength(ReadOnlySpan<byte> slot) => slot[0] == HashPrefix ? SlotBytes : slot[0] - 0xc0 + 1;

    public static int CommonPrefix(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int from)
    {
        int nibble = from;
        if ((nibble & 1) == 1 && nibble < KeyNibbles)
        {
            if (Nibble(left, nibble) != Nibble(right, nibble)) return nibble;
            nibble++;
        }
        int at = nibble >> 1;
        at += left[at..].CommonPrefixLength(right[at..]);
        return at == left.Length ? KeyNibbles : (left[at] >> 4) == (right[at] >> 4) ? (2 * at) + 1 : 2 * at;
    }

    public static int ListHeaderLength(int payload) => payload < 56 ? 1 : payload < 256 ? 2 : payload < 65_536 ? 3 : 4;

    /// <summary>Header of a list (offset 0xc0) or string (offset 0x80) with a payload of that length.</summary>
    public static int WriteHeader(Span<byte> to, int payload, byte offset)
    {
        unchecked
        {
            if (payload < 56)
            {
                to[0] = (byte)(offset + payload);
                return 1;
            }
            if (payload < 256)
            {
                to[0] = (byte)(offset + 56);
                to[1] = (byte)payload;
                return 2;
            }
            if (payload < 65_536)
            {
                to[0] = (byte)(offset + 57);
                to[1] = (byte)(payload >> 8);
                to[2] = (byte)payload;
                return 3;
            }
            to[0] = (byte)(offset + 58);
            to[1] = (byte)(payload >> 16);
            to[2] = (byte)(payload >> 8);
            to[3] = (byte)payload;
            return 4;
        }
    }

    /// <summary>Length of the RLP string of these bytes.</summary>
    public static int StringLength(ReadOnlySpan<byte> bytes) =>
        bytes.Length == 1 && bytes[0] < 0x80 ? 1 : ListHeaderLength(bytes.Length) + bytes.Length;

    public static int WriteString(Span<byte> to, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 1 && bytes[0] < 0x80)
        {
            to[0] = bytes[0];
            return 1;
        }
        int header = WriteHeader(to, bytes.Length, 0x80);
        bytes.CopyTo(to[header..]);
        return header + bytes.Length;
    }

    /// <summary>An integer as an RLP string without leading zeros.</summary>
    public static int WriteInteger(Span<byte> to, UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        int first = bytes.IndexOfAnyExcept((byte)0);
        return WriteString(to, first < 0 ? default : bytes[first..]);
    }

    /// <summary>Bytes of the hex-prefix form of a path of that many nibbles.</summary>
    public static int PathBytes(int nibbles) => (nibbles >> 1) + 1;

    /// <summary>The nibbles from (inclusive) to (exclusive) of a key as an RLP string in hex-prefix form.</summary>
    public static int WritePath(Span<byte> to, ReadOnlySpan<byte> key, int from, int until, bool isLeaf)
    {
        int nibbles = until - from;
        int length = PathBytes(nibbles);
        int flag = isLeaf ? 0x20 : 0x00;
        int at = 0;
        if (length > 1) to[at++] = (byte)(0x80 + length);
        if ((nibbles & 1) == 1) to[at++] = (byte)(flag | 0x10 | Nibble(key, from++));
        else to[at++] = (byte)flag;
        if ((from & 1) == 0)
        {
            key[(from >> 1)..(until >> 1)].CopyTo(to[at..]);
            return at + ((until - from) >> 1);
        }
        for (; from < until; from += 2) to[at++] = (byte)((Nibble(key, from) << 4) | Nibble(key, from + 1));
        return at;
    }

    /// <summary>A leaf below the first <paramref name="depth"/> nibbles of its key.</summary>
    /// <param name="value">The value itself; it becomes an RLP string.</param>
    public static int WriteLeaf(Span<byte> to, ReadOnlySpan<byte> key, int depth, ReadOnlySpan<byte> value)
    {
        int pathBytes = PathBytes(KeyNibbles - depth);
        int payload = (pathBytes == 1 ? 1 : pathBytes + 1) + StringLength(value);
        int at = WriteHeader(to, payload, 0xc0);
        at += WritePath(to[at..], key, depth, KeyNibbles, isLeaf: true);
        return at + WriteString(to[at..], value);
    }

    public static int WriteExtension(Span<byte> to, ReadOnlySpan<byte> key, int from, int until, ReadOnlySpan<byte> slot)
    {
        int pathBytes = PathBytes(until - from);
        int reference = ReferenceLength(slot);
        int payload = (pathBytes == 1 ? 1 : pathBytes + 1) + reference;
        int at = WriteHeader(to, payload, 0xc0);
        at += WritePath(to[at..], key, from, until, isLeaf: false);
        slot[..reference].CopyTo(to[at..]);
        return at + reference;
    }

    /// <summary>A branch without a value.</summary>
    /// <param name="slots">Begins with one slot for each set bit of the mask, lowest nibble first.</param>
    public static int WriteBranch(Span<byte> to, ushort mask, ReadOnlySpan<byte> slots)
    {
        slots = slots[..(BitOperations.PopCount(mask) * SlotBytes)];
        int payload = 17;
        for (int at = 0; at < slots.Length; at += SlotBytes) payload += ReferenceLength(slots[at..]) - 1;
        int written = WriteHeader(to, payload, 0xc0);
        to = to[..(written + payload)];
        int slot = 0;
        for (int nibble = 0; nibble < 16; nibble++)
        {
            if ((mask >> nibble & 1) == 0)
            {
                to[written++] = EmptyString;
            }
            else if (slots[slot] == HashPrefix)
            {
                slots.Slice(slot, SlotBytes).CopyTo(to[written..]);
                written += SlotBytes;
                slot += SlotBytes;
            }
            else
            {
                int reference = ReferenceLength(slots[slot..]);
                slots.Slice(slot, reference).CopyTo(to[written..]);
                written += reference;
                slot += SlotBytes;
            }
        }
        to[written++] = EmptyString;
        return written;
    }

    /// <summary>Makes the slot of a node from its RLP.</summary>
    public static void WriteReference(Span<byte> slot, ReadOnlySpan<byte> node, in Hash256 hash)
    {
        if (node.Length < 32)
        {
            node.CopyTo(slot);
            slot[node.Length..SlotBytes].Clear();
            return;
        }
        WriteHash(slot, hash);
    }

    public static void WriteHash(Span<byte> slot, in Hash256 hash)
    {
        slot[0] = HashPrefix;
        hash.CopyTo(slot[1..]);
    }
}
