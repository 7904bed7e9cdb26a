using System.Numerics;

namespace Dsdn.Chain.Trie;

/// <summary>
/// One pass over a tree with sorted changes: makes the new nodes and plans their hashing; the old tree stays as it is. Nodes are complete
/// once the plan has run.
/// </summary>
internal sealed class TrieUpdate(byte trie, LeafForm form, TrieChanges changes, ITriePages pages, HashPlan plan, int round)
{
    private readonly BucketMaker _maker = new(changes, form, plan, round);

    /// <summary>Bytes of new nodes less those of nodes they replace that were never written to disk.</summary>
    public long UnwrittenBytes { get; private set; }

    /// <summary>Places, as page keys, that hold no node any more.</summary>
    public List<byte[]> Vacated { get; } = [];

    /// <summary>The tree after the changes (null: empty); the plan will write its root reference into the slot.</summary>
    public TrieNode? Apply(TrieNode? root, byte[] rootSlot)
    {
        if (changes.Count == 0) return root;
        TrieNode? next = Apply(root, 0, 0, changes.Count, out int level);
        if (next == null) Vacate(changes.Key(0), 0);
        else if (!ReferenceEquals(next, root)) _maker.Reference(next, 0, level, rootSlot, 0);
        return next;
    }

    private TrieNode? Apply(TrieNode? node, int depth, int first, int end, out int level)
    {
        TrieNode? next = node is Branch branch ? ApplyToBranch(branch, depth, first, end, out level)
            : _maker.Apply((Bucket?)node, depth, first, end, out level, this);
        if (!ReferenceEquals(next, node) && node is { IsPersisted: false }) UnwrittenBytes -= node.Bytes;
        return next;
    }

    private TrieNode? ApplyToBranch(Branch branch, int depth, int first, int end, out int level)
    {
        int split = branch.Split;
        if (split == depth) return ApplyToChildren(branch.Path, split, branch.Mask, branch.Children, branch, 0, depth, first, end, out level);
        int shared = Math.Min(
            NodeEncoding.CommonPrefix(branch.Path, changes.Key(first), depth), NodeEncoding.CommonPrefix(branch.Path, changes.Key(end - 1), depth));
        if (shared >= split) return ApplyToChildren(branch.Path, split, branch.Mask, branch.Children, branch, 0, depth, first, end, out level);

        // A change leaves the extension: the branch becomes a child of a shorter one.
        int nibble = NodeEncoding.Nibble(branch.Path, shared);
        var children = new TrieNode?[16];
        children[nibble] = branch.Moved();
        ushort mask = (ushort)(1 << nibble);
        return ApplyToChildren(branch.Path, shared, mask, children, null, mask, depth, first, end, out level);
    }

    /// <param name="old">The branch that stands here; null where a new one is being put in.</param>
    /// <param name="changed">Children whose references must be made in any case.</param>
    private TrieNode? ApplyToChildren(
        byte[] path, int split, ushort mask, TrieNode?[] before, Branch? old, ushort changed, int depth, int first, int end, out int level)
    {
        level = -1;
        TrieNode?[]? children = null;
        Span<sbyte> levels = stackalloc sbyte[16];
        levels.Fill(-1);
        ushort nextMask = mask;
        while (first < end)
        {
            int nibble = NodeEncoding.Nibble(changes.Key(first), split);
            int groupEnd = first + 1;
            while (groupEnd < end && NodeEncoding.Nibble(changes.Key(groupEnd), split) == nibble) groupEnd++;
            TrieNode? child = null;
            if (Branch.Has(mask, nibble)) child = before[nibble] ?? (before[nibble] = Load(old, changes.Key(first), nibble));
            TrieNode? next = Apply(child, split + 1, first, groupEnd, out int childLevel);
            first = groupEnd;
            if (ReferenceEquals(next, child)) continue;
            children ??= (TrieNode?[])before.Clone();
            children[nibble] = next;
            levels[nibble] = checked((sbyte)childLevel);
            unchecked
            {
                changed |= (ushort)(1 << nibble);
                if (next == null) nextMask &= (ushort)~(1 << nibble);
                else nextMask |= (ushort)(1 << nibble);
            }
            if (next == null) Vacate(changes.Key(groupEnd - 1), split + 1);
        }
        if (children == null && old != null) return old;
        children ??= before;
        if (nextMask == 0) return null;
        if (BitOperations.IsPow2(nextMask)) return OnlyChild(path, split, BitOperations.TrailingZeroCount(nextMask), children, old, levels, out level);

        byte[] slots = new byte[BitOperations.PopCount(nextMask) * NodeEncoding.SlotBytes];
        for (int rest = nextMask, to = 0; rest != 0; rest &= rest - 1, to += NodeEncoding.SlotBytes)
        {
            int nibble = BitOperations.TrailingZeroCount(rest);
            if (Branch.Has(changed, nibble) && children[nibble] is { } child)
                level = Math.Max(level, _maker.Reference(child, split + 1, levels[nibble], slots, to));
            else
                old?.Slot(nibble).CopyTo(slots.AsSpan(to));
        }
        var made = new Branch(path, split, nextMask, slots, children) { Round = round };
        UnwrittenBytes += made.Bytes;
        return made;
    }

    /// <summary>A branch with one child left is no branch: the child takes its place.</summary>
    private TrieNode OnlyChild(byte[] path, int split, int nibble, TrieNode?[] children, Branch? old, ReadOnlySpan<sbyte> levels, out int level)
    {
        Span<byte> place = stackalloc byte[32];
        path.CopyTo(place);
        SetNibble(place, split, nibble);
        TrieNode child = children[nibble] ?? Load(old, place, nibble);
        level = levels[nibble];
        Vacate(place, split + 1);
        if (!child.IsPersisted) return child;
        TrieNode moved = child.Moved();
        UnwrittenBytes += moved.Bytes;
        return moved;
    }

    private TrieNode Load(Branch? branch, ReadOnlySpan<byte> key, int nibble)
    {
        if (branch == null) throw new InvalidOperationException("a child of a branch that was never written is not in memory");
        TrieNode node = pages.Load(trie, key, branch.Split + 1, branch.Slot(nibble));
        node.Round = round;
        return node;
    }

    private void Vacate(ReadOnlySpan<byte> key, int depth) => Vacated.Add(TriePageKey.Make(trie, key, depth));

    internal void Count(TrieNode made) => UnwrittenBytes += made.Bytes;

    internal static void SetNibble(Span<byte> key, int index, int nibble)
    {
        ref byte at = ref key[index >> 1];
        at = (byte)((index & 1) == 0 ? (nibble << 4) | (at & 0x0f) : (at & 0xf0) | nibble);
    }
}
