using Dsdn.Chain.State.Flat;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.State.History;

/// <summary>The tries of a past height, put together from <see cref="TrieHistory"/> and a newer tree.</summary>
internal sealed class PastShape(IKeyValueReader reader, HeadView newer, ulong height, ITriePages pages) : ITrieShape
{
    public TrieSpot? Root(byte trie, ReadOnlySpan<byte> key)
    {
        var changes = new PastChanges(trie, key.ToArray());
        for (ulong later = height + 1; later <= newer.Height; later++)
            foreach (ReadOnlyMemory<byte> part in TrieHistory.Parts(reader, later, trie, key[0])) changes.Read(part.Span);
        TrieNode? now = newer.Version.Nodes[trie];
        return changes.Child(TrieHistory.RootSplit, 0) is { } root ? Spot(root, 0) : TrieSpot.Of(now, trie, pages);

        TrieSpot? Spot(PastChild child, int depth) =>
            child.Leaves is { } leaves ? leaves.Length == 0 ? null : new LeavesSpot(leaves) : new PastFork(child, changes, Spot, Fork(child.Split));

        // The fork as it stands in the newer tree; not there any more only where all its children are named.
        TreeFork? Fork(int split)
        {
            TrieNode? node = now;
            while (node is Branch branch && branch.Split < split)
                node = TrieReader.Child(branch, NodeEncoding.Nibble(changes.Key, branch.Split), trie, changes.Key, pages);
            return node?.Split == split ? new TreeFork(node, trie, pages) : null;
        }
    }
}

/// <summary>A child of a fork before some height: leaves (none: nothing), or a fork with its reference.</summary>
/// <param name="BranchSlot">The reference of the branch below the extension, where there is an extension.</param>
internal sealed record PastChild(KeyValuePair<byte[], byte[]>[]? Leaves, byte[] Slot, int Split, byte[] Path, byte[]? BranchSlot);

internal sealed class PastFork : ForkSpot
{
    private readonly PastChild?[] _past = new PastChild?[16];
    private readonly PastChild _self;
    private readonly Func<PastChild, int, TrieSpot?> _spot;
    private readonly TreeFork? _now;
    private readonly byte[] _slots;

    public PastFork(PastChild self, PastChanges changes, Func<PastChild, int, TrieSpot?> spot, TreeFork? now)
    {
        (_self, _spot) = (self, spot);
        _slots = [];
        // Off the way to the key only the extension is of use, and its end is known.
        if (NodeEncoding.CommonPrefix(self.Path, changes.Key, 0) < self.Split) return;
        _now = now != null && NodeEncoding.CommonPrefix(now.Path, self.Path, 0) >= self.Split ? now : null;
        LeafForm form = TriePages.Form(changes.Trie);
        var slots = new List<byte>();
        for (int nibble = 0; nibble < 16; nibble++)
        {
            byte[] slot = new byte[NodeEncoding.SlotBytes];
            _past[nibble] = changes.Child(self.Split, nibble);
            if (_past[nibble] is not { } past)
            {
                if (_now == null) throw new StateCorruptException($"trie {changes.Trie}: the history of a fork at nibble {self.Split} is incomplete");
                if (!Branch.Has(_now.Mask, nibble)) continue;
                _now.Slots.Slice(Branch.SlotOffset(_now.Mask, nibble), NodeEncoding.SlotBytes).CopyTo(slot);
            }
            else if (past.Leaves is { } leaves)
            {
                if (leaves.Length == 0) continue;
                TrieProof.WriteReference(slot, new LeavesSpot(leaves), form, self.Split + 1);
            }
            else
            {
                past.Slot.CopyTo(slot, 0);
            }
            Mask |= (ushort)(1 << nibble);
            slots.AddRange(slot);
        }
        _slots = [.. slots];
    }

    public override int Split => _self.Split;

    public override ReadOnlySpan<byte> Path => _self.Path;

    public override ushort Mask { get; }

    public override ReadOnlySpan<byte> Slots => _slots;

    public override byte[]? BranchSlot => _self.BranchSlot;

    public override TrieSpot? Child(int nibble, ReadOnlySpan<byte> key) =>
        _past[nibble] is { } past ? _spot(past, Split + 1) : _now?.Child(nibble, key);
}

/// <summary>What heights after the wanted one replaced on the way to a key; the first that names a child counts.</summary>
internal sealed class PastChanges(byte trie, byte[] key)
{
    private readonly Dictionary<(int Split, int Nibble), PastChild> _children = [];

    public byte Trie => trie;

    public byte[] Key => key;

    public PastChild? Child(int split, int nibble) => _children.GetValueOrDefault((split, nibble));

    /// <exception cref="StateCorruptException">the entries are malformed</exception>
    public void Read(ReadOnlySpan<byte> part)
    {
        var entries = new EntryReader(part);
        while (!entries.IsAtEnd)
        {
            byte ofTrie = entries.Byte();
            int split = entries.Byte();
            if (split == TrieHistory.RootSplit)
            {
                Keep(ofTrie == trie, split, 0, ReadChild(ref entries));
                continue;
            }
            byte[] path = entries.Path(split);
            bool isOnPath = ofTrie == trie && NodeEncoding.CommonPrefix(path, key, 0) >= split;
            ushort named = (ushort)((entries.Byte() << 8) | entries.Byte());
            for (int nibble = 0; nibble < 16; nibble++)
                if (Branch.Has(named, nibble)) Keep(isOnPath, split, nibble, ReadChild(ref entries));
        }
    }

    private void Keep(bool matters, int split, int nibble, PastChild child)
    {
        if (matters) _children.TryAdd((split, nibble), child);
    }

    private static PastChild ReadChild(ref EntryReader entries)
    {
        switch (entries.Byte())
        {
            case TrieDifference.Nothing:
                return new PastChild([], [], 0, [], null);
            case TrieDifference.Leaves:
                var leaves = new KeyValuePair<byte[], byte[]>[entries.Byte()];
                for (int i = 0; i < leaves.Length; i++)
                {
                    byte[] leafKey = entries.Bytes(32).ToArray();
                    leaves[i] = new(leafKey, entries.Bytes(entries.Byte()).ToArray());
                }
                return new PastChild(leaves, [], 0, [], null);
            case TrieDifference.Fork:
                byte[] slot = entries.Bytes(NodeEncoding.SlotBytes).ToArray();
                int split = entries.Byte();
                byte[] path = entries.Path(split);
                return new PastChild(null, slot, split, path, entries.Byte() == 0 ? null : entries.Bytes(NodeEncoding.SlotBytes).ToArray());
            default:
                throw EntryReader.Malformed;
        }
    }
}

internal ref struct EntryReader(ReadOnlySpan<byte> rest)
{
    private ReadOnlySpan<byte> _rest = rest;

    public static StateCorruptException Malformed => new("the trie's history is malformed");

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public byte Byte() => Bytes(1)[0];

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > _rest.Length) throw Malformed;
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    /// <summary>A key of 32 bytes that begins with the path.</summary>
    public byte[] Path(int nibbles)
    {
        if (nibbles >= NodeEncoding.KeyNibbles) throw Malformed;
        byte[] path = new byte[32];
        Bytes((nibbles + 1) >> 1).CopyTo(path);
        return path;
    }
}
