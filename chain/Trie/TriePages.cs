using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.Trie;

/// <summary>Pages of a store, each checked against the reference its parent holds. Thread-safe.</summary>
internal sealed class TriePages(IKeyValueReader reader) : ITriePages
{
    private readonly object _gate = new();
    private readonly HashPlan _plan = new();

    /// <exception cref="StateCorruptException">there is no page, or not the one the parent means</exception>
    public TrieNode Load(byte trie, ReadOnlySpan<byte> path, int depth, ReadOnlySpan<byte> slot)
    {
        byte[] key = TriePageKey.Make(trie, path, depth);
        if (!reader.TryGet(ColumnFamily.Trie, key, out PinnedValue page)) throw Corrupt(key, "is missing");
        TrieNode node;
        try
        {
            node = TriePage.Decode(page.Span, path, depth) ?? throw Corrupt(key, "is malformed");
        }
        finally
        {
            page.Dispose();
        }
        if (!Hashes(node, Form(trie), depth, slot)) throw Corrupt(key, "does not hash to what its parent says");
        node.IsPersisted = true;
        return node;
    }

    public static LeafForm Form(byte trie) => trie == 0 ? LeafForm.Account : LeafForm.Word;

    private bool Hashes(TrieNode node, LeafForm form, int depth, ReadOnlySpan<byte> slot)
    {
        byte[] made = new byte[NodeEncoding.SlotBytes];
        lock (_gate)
        {
            var maker = new BucketMaker(new TrieChanges(0), form, _plan, 0);
            if (node is not Bucket bucket)
            {
                maker.Reference(node, depth, -1, made, 0);
                _plan.Run();
                return slot.SequenceEqual(made);
            }
            var copy = new Bucket(bucket.Keys, (byte[])bucket.Content.Clone());
            maker.Reference(copy, depth, maker.Hash(copy, ushort.MaxValue), made, 0);
            _plan.Run();
            return slot.SequenceEqual(made) && copy.Content.AsSpan().SequenceEqual(bucket.Content);
        }
    }

    private static StateCorruptException Corrupt(byte[] key, string what) =>
        new($"trie {key[0]}: the page at nibbles [{string.Concat(key.Skip(1).Select(n => "0123456789abcdef"[n & 15]))}] {what}");
}
