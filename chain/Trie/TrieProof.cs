using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Trie;

/// <summary>
/// The nodes between the root of a trie and a key's leaf, or the node that shows there is no such leaf, as eth_getProof gives them: those
/// of 32 bytes and more (smaller ones lie inside their parents) and the root.
/// </summary>
internal sealed class TrieProof
{
    private readonly List<ReadOnlyMemory<byte>> _nodes = [];
    private readonly LeafForm _form;

    private TrieProof(LeafForm form) => _form = form;

    public IReadOnlyList<ReadOnlyMemory<byte>> Nodes => _nodes;

    /// <summary>Empty where the key has no leaf.</summary>
    public byte[] Payload { get; private set; } = [];

    public static TrieProof Make(TrieSpot? spot, LeafForm form, ReadOnlySpan<byte> key)
    {
        var proof = new TrieProof(form);
        int depth = 0;
        while (spot is ForkSpot fork)
        {
            if (!proof.AddFork(fork, depth, key)) return proof;
            int nibble = NodeEncoding.Nibble(key, fork.Split);
            spot = Branch.Has(fork.Mask, nibble) ? fork.Child(nibble, key) : null;
            depth = fork.Split + 1;
        }
        if (spot is LeavesSpot leaves) proof.AddLeaves(leaves.Leaves, depth, key);
        return proof;
    }

    /// <summary>The reference of a subtree that is a few leaves.</summary>
    public static void WriteReference(Span<byte> slot, LeavesSpot spot, LeafForm form, int depth)
    {
        byte[] node = SortedTrie.Node(Values(spot.Leaves, form), depth);
        NodeEncoding.WriteReference(slot, node, Keccak.Hash(node));
    }

    /// <summary>False where the key leaves the extension.</summary>
    private bool AddFork(ForkSpot fork, int depth, ReadOnlySpan<byte> key)
    {
        Span<byte> node = stackalloc byte[NodeEncoding.BranchBytesMax];
        bool isOnPath = NodeEncoding.CommonPrefix(fork.Path, key, depth) >= fork.Split;
        byte[]? branch = isOnPath || fork.BranchSlot == null ? node[..NodeEncoding.WriteBranch(node, fork.Mask, fork.Slots)].ToArray() : null;
        if (fork.Split > depth)
        {
            Span<byte> slot = stackalloc byte[NodeEncoding.SlotBytes];
            if (branch == null) fork.BranchSlot.CopyTo(slot);
            else NodeEncoding.WriteReference(slot, branch, Keccak.Hash(branch));
            Add(node[..NodeEncoding.WriteExtension(node, fork.Path, depth, fork.Split, slot)].ToArray());
        }
        if (isOnPath && branch != null) Add(branch);
        return isOnPath;
    }

    private void AddLeaves(KeyValuePair<byte[], byte[]>[] leaves, int depth, ReadOnlySpan<byte> key)
    {
        while (leaves.Length > 0)
        {
            Add(SortedTrie.Node(Values(leaves, _form), depth));
            if (leaves.Length == 1)
            {
                if (key.SequenceEqual(leaves[0].Key)) Payload = leaves[0].Value;
                return;
            }
            int split = NodeEncoding.CommonPrefix(leaves[0].Key, leaves[^1].Key, depth);
            if (split > depth)
            {
                if (NodeEncoding.CommonPrefix(leaves[0].Key, key, depth) < split) return;
                depth = split;
                continue;
            }
            int nibble = NodeEncoding.Nibble(key, depth);
            leaves = Array.FindAll(leaves, leaf => NodeEncoding.Nibble(leaf.Key, split) == nibble);
            depth++;
        }
    }

    private void Add(byte[] node)
    {
        if (_nodes.Count == 0 || node.Length >= 32) _nodes.Add(node);
    }

    private static KeyValuePair<Hash256, byte[]>[] Values(KeyValuePair<byte[], byte[]>[] leaves, LeafForm form)
    {
        var values = new KeyValuePair<Hash256, byte[]>[leaves.Length];
        Span<byte> value = stackalloc byte[LeafPayload.BytesMax + 80];
        for (int i = 0; i < leaves.Length; i++)
            values[i] = new(new Hash256(leaves[i].Key), value[..LeafPayload.WriteValue(value, leaves[i].Value, form)].ToArray());
        return values;
    }
}
