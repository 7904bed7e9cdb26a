namespace Dsdn.Chain.Trie;

/// <summary>What stands at a place of a trie, at some height: what proofs are made of.</summary>
internal abstract class TrieSpot
{
    /// <summary>What stands there in a tree; null for nothing.</summary>
    public static TrieSpot? Of(TrieNode? node, byte trie, ITriePages pages) => node switch
    {
        null => null,
        Bucket { Count: 1 } bucket => LeavesSpot.Of(bucket, 0, 1),
        _ => new TreeFork(node, trie, pages),
    };
}

/// <summary>A few leaves, ascending, and nothing else.</summary>
internal sealed class LeavesSpot(KeyValuePair<byte[], byte[]>[] leaves) : TrieSpot
{
    /// <summary>Key and payload.</summary>
    public KeyValuePair<byte[], byte[]>[] Leaves { get; } = leaves;

    public static LeavesSpot Of(Bucket bucket, int first, int end)
    {
        var leaves = new KeyValuePair<byte[], byte[]>[end - first];
        for (int leaf = first; leaf < end; leaf++) leaves[leaf - first] = new(bucket.Key(leaf).ToArray(), bucket.Payload(leaf).ToArray());
        return new LeavesSpot(leaves);
    }
}

/// <summary>A branch of the trie, with the extension above it where its parent stands higher.</summary>
internal abstract class ForkSpot : TrieSpot
{
    public abstract int Split { get; }

    /// <summary>A key below; its first <see cref="Split"/> nibbles lead here.</summary>
    public abstract ReadOnlySpan<byte> Path { get; }

    public abstract ushort Mask { get; }

    public abstract ReadOnlySpan<byte> Slots { get; }

    /// <summary>The reference of the branch itself where it is known without the slots.</summary>
    public virtual byte[]? BranchSlot => null;

    /// <param name="key">Goes through that child.</param>
    public abstract TrieSpot? Child(int nibble, ReadOnlySpan<byte> key);
}

internal sealed class TreeFork(TrieNode node, byte trie, ITriePages pages) : ForkSpot
{
    public override int Split => node.Split;

    public override ReadOnlySpan<byte> Path => node is Branch branch ? branch.Path : ((Bucket)node).Key(0);

    public override ushort Mask => node is Branch branch ? branch.Mask : ((Bucket)node).Mask;

    public override ReadOnlySpan<byte> Slots => node is Branch branch ? branch.Slots : ((Bucket)node).Slots;

    public override TrieSpot? Child(int nibble, ReadOnlySpan<byte> key)
    {
        if (node is Branch branch) return Of(TrieReader.Child(branch, nibble, trie, key, pages), trie, pages);
        Bucket bucket = (Bucket)node;
        (int first, int end) = bucket.Group(nibble);
        return first == end ? null : LeavesSpot.Of(bucket, first, end);
    }
}
