using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Dsdn.Chain.Trie;

/// <summary>Makes buckets, and the branches above them where leaves become too many for one.</summary>
internal sealed class BucketMaker(TrieChanges changes, LeafForm form, HashPlan plan, int round)
{
    private readonly List<LeafSource> _merged = [];

    /// <summary>A bucket (null: none) with the changes [first, end). The level is that of the last job that writes into the new node.</summary>
    public TrieNode? Apply(Bucket? bucket, int depth, int first, int end, out int level, TrieUpdate update)
    {
        TrieNode? made = bucket == null ? null : Overwrite(bucket, first, end, out level);
        level = -1;
        if (made != null)
        {
            level = Hash((Bucket)made, DirtyGroups(bucket!.Split, first, end));
            update.Count(made);
            return made;
        }
        if (!Merge(bucket, first, end)) return bucket;
        return _merged.Count == 0 ? null : Make(0, _merged.Count, depth, bucket, first, end, out level, update);
    }

    /// <summary>Plans the reference of a node as a parent at that depth holds it; the level of the job that writes it.</summary>
    /// <param name="inner">Level of the last job that writes into the node itself, -1 if none.</param>
    public int Reference(TrieNode node, int depth, int inner, byte[] target, int targetOffset)
    {
        byte[] key, slots;
        int keyOffset, slotsOffset;
        ushort mask;
        if (node is Bucket bucket)
        {
            if (bucket.Count == 1)
            {
                int payload = bucket.LengthsOffset + 1;
                plan.Leaf(bucket.Keys, 0, bucket.Content, payload, bucket.Content[payload - 1], depth, form, target, targetOffset);
                return 0;
            }
            (key, keyOffset, slots, slotsOffset, mask) = (bucket.Keys, 0, bucket.Content, Bucket.SlotsOffset, bucket.Mask);
        }
        else
        {
            Branch branch = (Branch)node;
            (key, keyOffset, slots, slotsOffset, mask) = (branch.Path, 0, branch.Slots, 0, branch.Mask);
        }
        return BranchReference(node.Split, mask, slots, slotsOffset, key, keyOffset, depth, inner, target, targetOffset);
    }

    /// <summary>Plans all groups of a bucket that are in the mask.</summary>
    public int Hash(Bucket bucket, ushort groups)
    {
        int level = -1;
        ushort mask = bucket.Mask;
        int split = bucket.Split;
        for (int rest = mask & groups; rest != 0; rest &= rest - 1)
        {
            int nibble = BitOperations.TrailingZeroCount(rest);
            (int from, int until) = bucket.Group(nibble);
            level = Math.Max(level, HashLeaves(bucket, from, until, split + 1, bucket.Content, Bucket.SlotsOffset + Branch.SlotOffset(mask, nibble)));
        }
        return level;
    }

    private int BranchReference(
        int split, ushort mask, byte[] slots, int slotsOffset, byte[] key, int keyOffset, int depth, int inner, byte[] target, int targetOffset)
    {
        if (split == depth)
        {
            plan.Branch(inner + 1, mask, slots, slotsOffset, target, targetOffset);
            return inner + 1;
        }
        (byte[] between, int betweenOffset) = plan.Rent(1);
        plan.Branch(inner + 1, mask, slots, slotsOffset, between, betweenOffset);
        plan.Extension(inner + 2, key, keyOffset, depth, split, between, betweenOffset, target, targetOffset);
        return inner + 2;
    }

    private int HashLeaves(Bucket bucket, int first, int end, int depth, byte[] target, int targetOffset)
    {
        if (end - first == 1)
        {
            byte[] content = bucket.Content;
            plan.Leaf(
                bucket.Keys, 32 * first, content, bucket.PayloadOffset(first), content[bucket.LengthsOffset + first], depth, form, target, targetOffset);
            return 0;
        }
        int split = NodeEncoding.CommonPrefix(bucket.Key(first), bucket.Key(end - 1), depth);
        ushort mask = 0;
        for (int leaf = first; leaf < end; leaf++) mask |= (ushort)(1 << NodeEncoding.Nibble(bucket.Key(leaf), split));
        (byte[] slots, int slotsOffset) = plan.Rent(BitOperations.PopCount(mask));
        int level = -1;
        for (int leaf = first, slot = slotsOffset; leaf < end; slot += NodeEncoding.SlotBytes)
        {
            int nibble = NodeEncoding.Nibble(bucket.Key(leaf), split);
            int until = leaf + 1;
            while (until < end && NodeEncoding.Nibble(bucket.Key(until), split) == nibble) until++;
            level = Math.Max(level, HashLeaves(bucket, leaf, until, split + 1, slots, slot));
            leaf = until;
        }
        return BranchReference(split, mask, slots, slotsOffset, bucket.Keys, 32 * first, depth, level, target, targetOffset);
    }

    /// <summary>The common case: every change replaces a payload by one of the same length. Null where it is not so.</summary>
    private Bucket? Overwrite(Bucket bucket, int first, int end, out int level)
    {
        level = -1;
        byte[]? content = null;
        for (int i = first; i < end; i++)
        {
            (int offset, int length) = changes.Payload(i);
            int leaf = length == 0 ? -1 : bucket.Find(changes.Key(i));
            if (leaf < 0) return null;
            int at = bucket.PayloadOffset(leaf);
            if (bucket.Content[bucket.LengthsOffset + leaf] != length) return null;
            content ??= (byte[])bucket.Content.Clone();
            changes.Payloads.AsSpan(offset, length).CopyTo(content.AsSpan(at));
        }
        return content == null ? null : new Bucket(bucket.Keys, content) { Round = round };
    }

    /// <summary>Puts the leaves after the changes in order into the list; false if nothing changed.</summary>
    private bool Merge(Bucket? bucket, int first, int end)
    {
        _merged.Clear();
        bool changed = false;
        int leaf = 0, leaves = bucket?.Count ?? 0;
        int at = bucket == null ? 0 : bucket.LengthsOffset + leaves;
        while (leaf < leaves || first < end)
        {
            int order = leaf == leaves ? 1 : first == end ? -1 : bucket!.Key(leaf).SequenceCompareTo(changes.Key(first));
            if (order <= 0)
            {
                int length = bucket!.Content[bucket.LengthsOffset + leaf];
                if (order < 0) _merged.Add(new LeafSource(bucket.Keys, 32 * leaf, bucket.Content, at, length));
                at += length;
                leaf++;
            }
            if (order >= 0)
            {
                (int offset, int length) = changes.Payload(first);
                if (length > 0) _merged.Add(new LeafSource(changes.Keys, 32 * first, changes.Payloads, offset, length));
                changed |= length > 0 || order == 0;
                first++;
            }
        }
        return changed;
    }

    /// <summary>The subtree of the merged leaves [from, until).</summary>
    /// <param name="old">The bucket they come from: references of groups without change are taken from it.</param>
    private TrieNode Make(int from, int until, int depth, Bucket? old, int first, int end, out int level, TrieUpdate update)
    {
        int split = until - from == 1 ? NodeEncoding.KeyNibbles : NodeEncoding.CommonPrefix(_merged[from].Key, _merged[until - 1].Key, depth);
        if (until - from <= Bucket.LeavesMax)
        {
            Bucket bucket = Fill(from, until, split);
            ushort dirty = ushort.MaxValue;
            if (old != null && old.Split == split && split < NodeEncoding.KeyNibbles)
            {
                dirty = DirtyGroups(split, first, end);
                CopyReferences(old, bucket, dirty);
            }
            level = Hash(bucket, dirty);
            update.Count(bucket);
            return bucket;
        }
        ushort mask = 0;
        for (int i = from; i < until; i++) mask |= (ushort)(1 << NodeEncoding.Nibble(_merged[i].Key, split));
        byte[] slots = new byte[BitOperations.PopCount(mask) * NodeEncoding.SlotBytes];
        var children = new TrieNode?[16];
        byte[] path = _merged[from].Key.ToArray();
        level = -1;
        for (int i = from, slot = 0; i < until; slot += NodeEncoding.SlotBytes)
        {
            int nibble = NodeEncoding.Nibble(_merged[i].Key, split);
            int groupEnd = i + 1;
            while (groupEnd < until && NodeEncoding.Nibble(_merged[groupEnd].Key, split) == nibble) groupEnd++;
            TrieNode child = Make(i, groupEnd, split + 1, null, 0, 0, out int inner, update);
            children[nibble] = child;
            level = Math.Max(level, Reference(child, split + 1, inner, slots, slot));
            i = groupEnd;
        }
        var branch = new Branch(path, split, mask, slots, children) { Round = round };
        update.Count(branch);
        return branch;
    }

    private Bucket Fill(int from, int until, int split)
    {
        int count = until - from, payloads = 0;
        ushort mask = 0;
        foreach (ref readonly LeafSource leaf in CollectionsMarshal.AsSpan(_merged)[from..until])
        {
            payloads += leaf.PayloadLength;
            if (split < NodeEncoding.KeyNibbles) mask |= (ushort)(1 << NodeEncoding.Nibble(leaf.Key, split));
        }
        int lengths = Bucket.SlotsOffset + (BitOperations.PopCount(mask) * NodeEncoding.SlotBytes);
        byte[] keys = new byte[32 * count];
        byte[] content = new byte[lengths + count + payloads];
        content[0] = Bucket.Kind;
        content[1] = (byte)count;
        content[2] = (byte)split;
        BinaryPrimitives.WriteUInt16BigEndian(content.AsSpan(3), mask);
        int key = 0, at = lengths + count;
        foreach (ref readonly LeafSource leaf in CollectionsMarshal.AsSpan(_merged)[from..until])
        {
            leaf.Key.CopyTo(keys.AsSpan(key));
            key += 32;
            content[lengths++] = (byte)leaf.PayloadLength;
            leaf.Payload.CopyTo(content.AsSpan(at));
            at += leaf.PayloadLength;
        }
        return new Bucket(keys, content) { Round = round };
    }

    private static void CopyReferences(Bucket from, Bucket to, ushort except)
    {
        for (int rest = to.Mask & ~except; rest != 0; rest &= rest - 1)
        {
            int nibble = BitOperations.TrailingZeroCount(rest);
            from.Slots.Slice(Branch.SlotOffset(from.Mask, nibble), NodeEncoding.SlotBytes)
                .CopyTo(to.Content.AsSpan(Bucket.SlotsOffset + Branch.SlotOffset(to.Mask, nibble)));
        }
    }

    private ushort DirtyGroups(int split, int first, int end)
    {
        if (split == NodeEncoding.KeyNibbles) return 0;
        ushort dirty = 0;
        for (int i = first; i < end; i++) dirty |= (ushort)(1 << NodeEncoding.Nibble(changes.Key(i), split));
        return dirty;
    }

    private readonly record struct LeafSource(byte[] Keys, int KeyOffset, byte[] Payloads, int PayloadOffset, int PayloadLength)
    {
        public ReadOnlySpan<byte> Key => Keys.AsSpan(KeyOffset, 32);

        public ReadOnlySpan<byte> Payload => Payloads.AsSpan(PayloadOffset, PayloadLength);
    }
}
