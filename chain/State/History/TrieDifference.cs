using System.Numerics;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.State.History;

/// <summary>Walks the old tree where the new one differs and writes what <see cref="TrieHistory"/> keeps.</summary>
internal sealed class TrieDifference(byte trie, ITriePages pages, EntryWriter?[] parts)
{
    public const byte Nothing = 0;

    public const byte Leaves = 1;

    public const byte Fork = 2;

    public void Write(TrieNode? before, TrieNode? after, in Hash256 rootBefore)
    {
        EntryWriter writer = parts[0] ??= new EntryWriter();
        writer.Byte(trie);
        writer.Byte(TrieHistory.RootSplit);
        Span<byte> slot = stackalloc byte[NodeEncoding.SlotBytes];
        NodeEncoding.WriteHash(slot, rootBefore);
        WriteChild(writer, before, slot, 0);
        if (before != null) Compare(before, after);
    }

    private void Compare(TrieNode before, TrieNode? after)
    {
        if (ReferenceEquals(before, after) || before.Split == NodeEncoding.KeyNibbles) return;
        TrieNode? same = FindFork(after, before.Split, Path(before));
        ushort mask = Mask(before), changed = 0;
        for (int nibble = 0; nibble < 16; nibble++)
        {
            if (same == null || !Slot(before, nibble).SequenceEqual(Slot(same, nibble))) changed |= (ushort)(1 << nibble);
        }
        if (changed == 0) return;
        EntryWriter writer = Part(before);
        writer.Byte(trie);
        writer.Byte((byte)before.Split);
        writer.Path(Path(before), before.Split);
        writer.Byte((byte)(changed >> 8));
        writer.Byte((byte)(changed & 0xff));
        for (int nibble = 0; nibble < 16; nibble++)
        {
            if (!Branch.Has(changed, nibble)) continue;
            if (before is Branch branch) WriteChild(writer, Child(branch, nibble), Slot(before, nibble), before.Split + 1);
            else WriteGroup(writer, (Bucket)before, nibble);
        }
        if (before is not Branch parent) return;
        for (int rest = mask & changed; rest != 0; rest &= rest - 1)
        {
            int nibble = BitOperations.TrailingZeroCount(rest);
            if (Child(parent, nibble) is { } child) Compare(child, same is Branch branch ? branch.Children[nibble] : same == null ? after : null);
        }
    }

    /// <summary>The node of the new tree, at or below the given one, that tells children apart at the same place.</summary>
    private TrieNode? FindFork(TrieNode? node, int split, ReadOnlySpan<byte> path)
    {
        while (node is Branch branch && branch.Split < split)
        {
            if (NodeEncoding.CommonPrefix(branch.Path, path, 0) < branch.Split) return null;
            int nibble = NodeEncoding.Nibble(path, branch.Split);
            node = TrieReader.Child(branch, nibble, trie, path, pages);
        }
        return node != null && node.Split == split && NodeEncoding.CommonPrefix(Path(node), path, 0) >= split ? node : null;
    }

    private TrieNode? Child(Branch branch, int nibble)
    {
        if (!Branch.Has(branch.Mask, nibble)) return null;
        byte[] path = (byte[])branch.Path.Clone();
        TrieUpdate.SetNibble(path, branch.Split, nibble);
        return TrieReader.Child(branch, nibble, trie, path, pages);
    }

    private static void WriteChild(EntryWriter writer, TrieNode? node, ReadOnlySpan<byte> slot, int depth)
    {
        switch (node)
        {
            case null:
                writer.Byte(Nothing);
                return;
            case Bucket { Count: 1 } bucket:
                WriteLeaves(writer, bucket, 0, 1);
                return;
            default:
                writer.Byte(Fork);
                writer.Bytes(slot);
                writer.Byte((byte)node.Split);
                writer.Path(Path(node), node.Split);
                writer.Byte(node.Split > depth ? (byte)1 : (byte)0);
                if (node.Split > depth) WriteBranchReference(writer, node);
                return;
        }
    }

    private static void WriteBranchReference(EntryWriter writer, TrieNode node)
    {
        Span<byte> branch = stackalloc byte[NodeEncoding.BranchBytesMax];
        branch = branch[..NodeEncoding.WriteBranch(branch, Mask(node), node is Branch b ? b.Slots : ((Bucket)node).Slots)];
        Span<byte> slot = stackalloc byte[NodeEncoding.SlotBytes];
        NodeEncoding.WriteReference(slot, branch, Keccak.Hash(branch));
        writer.Bytes(slot);
    }

    private static void WriteGroup(EntryWriter writer, Bucket bucket, int nibble)
    {
        (int first, int end) = bucket.Group(nibble);
        if (first == end) writer.Byte(Nothing);
        else WriteLeaves(writer, bucket, first, end);
    }

    private static void WriteLeaves(EntryWriter writer, Bucket bucket, int first, int end)
    {
        writer.Byte(Leaves);
        writer.Byte((byte)(end - first));
        for (int leaf = first; leaf < end; leaf++)
        {
            writer.Bytes(bucket.Key(leaf));
            ReadOnlySpan<byte> payload = bucket.Payload(leaf);
            writer.Byte((byte)payload.Length);
            writer.Bytes(payload);
        }
    }

    private EntryWriter Part(TrieNode fork)
    {
        int part = trie == 0 && fork.Split >= 2 ? 1 + Path(fork)[0] : 0;
        return parts[part] ??= new EntryWriter();
    }

    private static ReadOnlySpan<byte> Path(TrieNode node) => node is Branch branch ? branch.Path : ((Bucket)node).Key(0);

    private static ushort Mask(TrieNode node) => node is Branch branch ? branch.Mask : ((Bucket)node).Mask;

    private static ReadOnlySpan<byte> Slot(TrieNode node, int nibble)
    {
        ushort mask = Mask(node);
        if (!Branch.Has(mask, nibble)) return default;
        ReadOnlySpan<byte> slots = node is Branch branch ? branch.Slots : ((Bucket)node).Slots;
        return slots.Slice(Branch.SlotOffset(mask, nibble), NodeEncoding.SlotBytes);
    }
}
