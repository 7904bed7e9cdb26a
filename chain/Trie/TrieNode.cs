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
/// Content: kind u8 | leaves u8 | split u8 | mask u16 BE | slot 33 a group | key 32 a leaf | payload length u8 a leaf | payloads.
/// Leaves ascend; a group is the leaves that share the nibble at the split. A single leaf has split 64 and no group.
/// </summary>
internal sealed class Bucket(byte[] content) : TrieNode
{
    public const int LeavesMax = 32;

    public const byte Kind = 1;

    public const int SlotsOffset = 5;

    public byte[] Content { get; } = content;

    public int Count => Content[1];

    public override int Split => Content[2];

    public ushort Mask => BinaryPrimitives.ReadUInt16BigEndian(Content.AsSpan(3));

    public override int Bytes => 56 + Content.Length;

    public int KeysOffset => SlotsOffset + (BitOperations.PopCount(Mask) * NodeEncoding.SlotBytes);

    public int LengthsOffset => KeysOffset + (32 * Count);

    public ReadOnlySpan<byte> Slots => Content.AsSpan(SlotsOffset, BitOperations.PopCount(Mask) * NodeEncoding.SlotBytes);

    public ReadOnlySpan<byte> Key(int leaf) => Content.AsSpan(KeysOffset + (32 * leaf), 32);

    public ReadOnlySpan<byte> Payload(int leaf)
    {
        int lengths = LengthsOffset;
        int at = lengths + Count;
        for (int i = 0; i < leaf; i++) at += Content[lengths + i];
        return Content.AsSpan(at, Content[lengths + leaf]);
    }

    /// <summary>Index of the leaf, or -1.</summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        int at = KeysOffset;
        ulong head = BinaryPrimitives.ReadUInt64LittleEndian(key);
        for (int leaf = 0, count = Count; leaf < count; leaf++, at += 32)
        {
            if (BinaryPrimitives.ReadUInt64LittleEndian(Content.AsSpan(at)) == head && Content.AsSpan(at, 32).SequenceEqual(key)) return leaf;
        }
        return -1;
    }

    /// <summary>The leaves [first, end) whose nibble at the split is the given one.</summary>
    public (int First, int End) Group(int nibble)
    {
        int split = Split, count = Count, first = 0;
        while (first < count && NodeEncoding.Nibble(Key(first), split) < nibble) first++;
        int end = first;
        while (end < count && NodeEncoding.Nibble(Key(end), split) == nibble) end++;
        return (first, end);
    }

    public override TrieNode Moved() => new Bucket(Content) { Round = Round };
}
