using System.Buffers.Binary;
using System.Numerics;

namespace Dsdn.Chain.Trie;

/// <summary>
/// A node of the tree in memory. What it says never changes; versions share nodes. Beneath <see cref="Branch"/>es lie <see cref="Bucket"/>s,
/// which hold up to <see cref="Bucket.LeavesMax"/> leaves each with the part of the Merkle Patricia trie above them, so that a
/// leaf costs a few dozen bytes instead of objects. A node is also what is written to disk: one page.
/// </summary>
internal abstract class TrieNode
{
    /// <summary>On disk at the place where the last written version has it.</summary>
    public bool IsPersisted { get; set; }

    /// <summary>The last round of eviction in which it was made or loaded.</summary>
    public int Round { get; set; }

    /// <summary>Memory of its content, roughly.</summary>
    public abstract int Bytes { get; }

    /// <summary>Nibbles before the nibble that tells its children apart; 64 for a single leaf.</summary>
    public abstract int Split { get; }

    /// <summary>A copy for another place in the tree.</summary>
    public abstract TrieNode Moved();
}

/// <param name="path">A key below the branch; only its first <paramref name="split"/> nibbles mean anything.</param>
/// <param name="slots">References of the children in <paramref name="mask"/>, lowest nibble first (<see cref="NodeEncoding"/>).</param>
/// <param name="children">16; null where there is none or it is not in memory.</param>
internal sealed class Branch(byte[] path, int split, ushort mask, byte[] slots, TrieNode?[] children) : TrieNode
{
    public byte[] Path { get; } = path;

    public override int Split { get; } = split;

    public ushort Mask { get; } = mask;

    public byte[] Slots { get; } = slots;

    public TrieNode?[] Children { get; } = children;

    public override int Bytes => 300 + Slots.Length;

    public ReadOnlySpan<byte> Slot(int nibble) => Slots.AsSpan(SlotOffset(Mask, nibble), NodeEncoding.SlotBytes);

    public override TrieNode Moved() => new Branch(Path, Split, Mask, Slots, (TrieNode?[])Children.Clone()) { Round = Round };

    public static bool Has(ushort mask, int nibble) => (mask >> nibble & 1) != 0;

    public static int SlotOffset(ushort mask, int nibble) => BitOperations.PopCount((uint)(mask & ((1 << nibble) - 1))) * NodeEncoding.SlotBytes;
}

/// <summary>
/// A few leaves, ascending, with what the trie has above them. A group is the leaves that share the nibble at the split; a single leaf
/// has split 64 and no group. Content: kind u8 | leaves u8 | split u8 | mask u16 BE | slot 33 a group | payload length u8 a leaf |
/// payloads. Keys lie apart, 32 bytes a leaf, because most versions of a bucket share them.
/// </summary>
internal sealed class Bucket(byte[] keys, byte[] content) : TrieNode
{
    public const int LeavesMax = 32;

    public const byte Kind = 1;

    public const int SlotsOffset = 5;

    public byte[] Keys { get; } = keys;

    public byte[] Content { get; } = content;

    public int Count => Content[1];

    public override int Split => Content[2];

    public ushort Mask => BinaryPrimitives.ReadUInt16BigEndian(Content.AsSpan(3));

    public override int Bytes => 88 + Keys.Length + Content.Length;

    public int LengthsOffset => SlotsOffset + (BitOperations.PopCount(Mask) * NodeEncoding.SlotBytes);

    public ReadOnlySpan<byte> Slots => Content.AsSpan(SlotsOffset, BitOperations.PopCount(Mask) * NodeEncoding.SlotBytes);

    public ReadOnlySpan<byte> Key(int leaf) => Keys.AsSpan(32 * leaf, 32);

    public ReadOnlySpan<byte> Payload(int leaf) => Content.AsSpan(PayloadOffset(leaf), Content[LengthsOffset + leaf]);

    public int PayloadOffset(int leaf)
    {
        int lengths = LengthsOffset;
        int at = lengths + Count;
        foreach (byte length in Content.AsSpan(lengths, leaf)) at += length;
        return at;
    }

    /// <summary>Index of the leaf, or -1.</summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        ulong head = BinaryPrimitives.ReadUInt64BigEndian(key);
        int low = 0, high = Count;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            ulong other = BinaryPrimitives.ReadUInt64BigEndian(Keys.AsSpan(32 * middle));
            int order = other != head ? other.CompareTo(head) : Key(middle).SequenceCompareTo(key);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle;
        }
        return -1;
    }

    /// <summary>The leaves [first, end) whose nibble at the split is the given one.</summary>
    public (int First, int End) Group(int nibble)
    {
        int split = Split, count = Count, low = 0, high = count;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (NodeEncoding.Nibble(Key(middle), split) < nibble) low = middle + 1;
            else high = middle;
        }
        int end = low;
        while (end < count && NodeEncoding.Nibble(Key(end), split) == nibble) end++;
        return (low, end);
    }

    public override TrieNode Moved() => new Bucket(Keys, Content) { Round = Round };
}
