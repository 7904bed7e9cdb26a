using System.Buffers.Binary;
using System.Numerics;

namespace Dsdn.Chain.Trie;

/// <summary>
/// A node as it lies on disk. A bucket: its content with the keys between slots and lengths. A branch: kind u8 = 2 | split u8 | mask u16 BE | path packed, half a byte a
/// nibble | slots.
/// </summary>
internal static class TriePage
{
    private const byte BranchKind = 2;

    private const int BranchHeader = 4;

    public static ReadOnlySpan<byte> Encode(TrieNode node, Span<byte> scratch)
    {
        if (node is Bucket bucket)
        {
            int lengths = bucket.LengthsOffset;
            bucket.Content.AsSpan(0, lengths).CopyTo(scratch);
            bucket.Keys.CopyTo(scratch[lengths..]);
            bucket.Content.AsSpan(lengths).CopyTo(scratch[(lengths + bucket.Keys.Length)..]);
            return scratch[..(bucket.Keys.Length + bucket.Content.Length)];
        }
        Branch branch = (Branch)node;
        int path = (branch.Split + 1) >> 1;
        scratch[0] = BranchKind;
        scratch[1] = (byte)branch.Split;
        BinaryPrimitives.WriteUInt16BigEndian(scratch[2..], branch.Mask);
        branch.Path.AsSpan(0, path).CopyTo(scratch[BranchHeader..]);
        if ((branch.Split & 1) == 1) scratch[BranchHeader + path - 1] &= 0xf0;
        branch.Slots.CopyTo(scratch[(BranchHeader + path)..]);
        return scratch[..(BranchHeader + path + branch.Slots.Length)];
    }

    /// <summary>Room that <see cref="Encode"/> may need.</summary>
    public const int BytesMax = Bucket.SlotsOffset + (16 * NodeEncoding.SlotBytes) + (Bucket.LeavesMax * (33 + LeafPayload.BytesMax));

    /// <summary>Null where the bytes are no page of a node at that place. Hashes are not checked here.</summary>
    public static TrieNode? Decode(ReadOnlySpan<byte> page, ReadOnlySpan<byte> path, int depth) =>
        page.Length < BranchHeader ? null : page[0] == BranchKind ? DecodeBranch(page, path, depth) : DecodeBucket(page, path, depth);

    private static Branch? DecodeBranch(ReadOnlySpan<byte> page, ReadOnlySpan<byte> path, int depth)
    {
        int split = page[1];
        ushort mask = BinaryPrimitives.ReadUInt16BigEndian(page[2..]);
        int pathBytes = (split + 1) >> 1;
        int children = BitOperations.PopCount(mask);
        if (split < depth || split >= NodeEncoding.KeyNibbles || children < 2) return null;
        if (page.Length != BranchHeader + pathBytes + (children * NodeEncoding.SlotBytes)) return null;
        byte[] own = new byte[32];
        page.Slice(BranchHeader, pathBytes).CopyTo(own);
        if (NodeEncoding.CommonPrefix(own, path, 0) < depth) return null;
        byte[] slots = page[(BranchHeader + pathBytes)..].ToArray();
        for (int at = 0; at < slots.Length; at += NodeEncoding.SlotBytes)
            if (!NodeEncoding.IsReference(slots[at])) return null;
        return new Branch(own, split, mask, slots, new TrieNode?[16]);
    }

    private static Bucket? DecodeBucket(ReadOnlySpan<byte> page, ReadOnlySpan<byte> path, int depth)
    {
        if (page[0] != Bucket.Kind || page.Length < Bucket.SlotsOffset) return null;
        int count = page[1], split = page[2];
        ushort mask = BinaryPrimitives.ReadUInt16BigEndian(page[3..]);
        int keys = Bucket.SlotsOffset + (BitOperations.PopCount(mask) * NodeEncoding.SlotBytes), lengths = keys + (32 * count);
        if (count is 0 or > Bucket.LeavesMax || page.Length < lengths + count) return null;
        int payloads = 0;
        foreach (byte length in page.Slice(lengths, count))
        {
            if (length == 0) return null;
            payloads += length;
        }
        if (page.Length != lengths + count + payloads) return null;
        var bucket = new Bucket(page[keys..lengths].ToArray(), [.. page[..keys], .. page[lengths..]]);
        ushort groups = 0;
        int shared = NodeEncoding.KeyNibbles;
        for (int leaf = 0; leaf < count; leaf++)
        {
            if (NodeEncoding.CommonPrefix(bucket.Key(leaf), path, 0) < depth) return null;
            if (leaf > 0 && bucket.Key(leaf - 1).SequenceCompareTo(bucket.Key(leaf)) >= 0) return null;
            shared = Math.Min(shared, NodeEncoding.CommonPrefix(bucket.Key(0), bucket.Key(leaf), 0));
            if (split < NodeEncoding.KeyNibbles) groups |= (ushort)(1 << NodeEncoding.Nibble(bucket.Key(leaf), split));
        }
        return shared == split && groups == mask ? bucket : null;
    }
}
