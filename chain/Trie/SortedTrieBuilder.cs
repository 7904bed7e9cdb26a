using System.Numerics;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Trie;

/// <summary>The root of a trie whose leaves come one by one in the order of their keys; memory for one path only.</summary>
internal sealed class SortedTrieBuilder(LeafForm form)
{
    private readonly Stack<Open> _open = new();
    private readonly byte[] _key = new byte[32];
    private readonly byte[] _slot = new byte[NodeEncoding.SlotBytes];
    private readonly byte[] _node = new byte[NodeEncoding.BranchBytesMax];
    private byte[]? _payload;

    /// <exception cref="ArgumentException">the key is not above the one before</exception>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload)
    {
        if (_payload != null)
        {
            if (key.SequenceCompareTo(_key) <= 0) throw new ArgumentException("keys must ascend");
            Close(NodeEncoding.CommonPrefix(_key, key, 0));
        }
        key.CopyTo(_key);
        _payload = payload.ToArray();
    }

    public Hash256 Root()
    {
        if (_payload == null) return SortedTrie.EmptyRoot;
        Close(-1);
        return new Hash256(_slot.AsSpan(1));
    }

    /// <summary>Makes references of everything below the split at which the next key leaves the last one; -1 at the end.</summary>
    private void Close(int split)
    {
        Span<byte> value = stackalloc byte[LeafPayload.BytesMax + 80];
        value = value[..LeafPayload.WriteValue(value, _payload, form)];
        int written = NodeEncoding.WriteLeaf(_node, _key, Parent(split) + 1, value);
        Reference(written);
        while (_open.TryPeek(out Open? top) && top.Split > split)
        {
            top.Put(NodeEncoding.Nibble(_key, top.Split), _slot);
            _open.Pop();
            Reference(NodeEncoding.WriteBranch(_node, top.Mask, top.Slots));
            int parent = Parent(split);
            if (top.Split > parent + 1) Reference(NodeEncoding.WriteExtension(_node, _key, parent + 1, top.Split, _slot));
        }
        if (split < 0) return;
        if (!_open.TryPeek(out Open? at) || at.Split < split)
        {
            at = new Open(split);
            _open.Push(at);
        }
        at.Put(NodeEncoding.Nibble(_key, split), _slot);
    }

    /// <summary>The split of the branch that will hold what is being closed.</summary>
    private int Parent(int split) => _open.TryPeek(out Open? top) ? Math.Max(split, top.Split) : split;

    private void Reference(int written)
    {
        ReadOnlySpan<byte> node = _node.AsSpan(0, written);
        NodeEncoding.WriteReference(_slot, node, written < 32 ? default : Keccak.Hash(node));
    }

    private sealed class Open(int split)
    {
        private readonly byte[] _slots = new byte[16 * NodeEncoding.SlotBytes];

        public int Split { get; } = split;

        public ushort Mask { get; private set; }

        public ReadOnlySpan<byte> Slots => _slots;

        public void Put(int nibble, ReadOnlySpan<byte> slot)
        {
            slot.CopyTo(_slots.AsSpan(BitOperations.PopCount(Mask) * NodeEncoding.SlotBytes));
            Mask |= (ushort)(1 << nibble);
        }
    }
}
