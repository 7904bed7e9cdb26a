using System.Buffers.Binary;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.State.History;

/// <summary>
/// What each height replaced in the trees, small enough to keep for a thousand heights (rulings 22 asks for the replaced node
/// encodings; these are implied). A *fork* is a place where a node of ours tells children apart. Of every fork the changed children
/// are kept as they were before; where a fork ceases to be one, all its children. So at height N a fork's child is what the first
/// height above N that names it says, or else what the newest tree has there. A child is nothing, a few leaves with their payloads, or
/// another fork with its reference.
/// Rows: height u64 BE | part u16 BE -> entries. Part 0 begins with a byte: 1 where the forks of the accounts' tree from the second nibble on
/// lie in parts 1 + first byte of their path. Entry: trie u8 | split u8 (255: the root) | path packed | named children u16 BE | children.
/// Child: 0, nothing; 1 | leaves u8 | (key 32 | length u8 | payload) each; 2 | slot 33 | split u8 | path packed | 1 and the branch's own slot where an
/// extension lies above it, else 0.
/// </summary>
internal static class TrieHistory
{
    public const byte RootSplit = 255;

    private const int WholeBytesMax = 16 << 10;

    public static void Write(IWriteBatch batch, ulong height, TreeVersion before, TreeVersion after, ITriePages pages)
    {
        var parts = new EntryWriter?[257];
        for (int trie = 0; trie < TreeVersion.Trees; trie++)
        {
            if (before.Roots[trie] == after.Roots[trie]) continue;
            var difference = new TrieDifference((byte)trie, pages, parts);
            difference.Write(before.Nodes[trie], after.Nodes[trie], before.Roots[trie]);
        }
        int bytes = 0;
        foreach (EntryWriter? part in parts) bytes += part?.Length ?? 0;
        bool isWhole = bytes <= WholeBytesMax;
        var first = new EntryWriter();
        first.Byte(isWhole ? (byte)0 : (byte)1);
        for (int part = 0; part < parts.Length; part++)
        {
            if (parts[part] is not { } entries) continue;
            if (isWhole || part == 0) first.Bytes(entries.Written);
            else batch.Put(ColumnFamily.ProofHistory, Key(height, part), entries.Written);
        }
        batch.Put(ColumnFamily.ProofHistory, Key(height, 0), first.Written);
    }

    /// <summary>Deletes what heights above <paramref name="from"/> up to <paramref name="to"/> tell of those below them.</summary>
    public static void Prune(IWriteBatch batch, ulong from, ulong to) =>
        batch.DeleteRange(ColumnFamily.ProofHistory, Key(from + 1, 0), Key(to + 1, 0));

    /// <summary>All entries of a height that may concern the key, part by part.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Parts(IKeyValueReader reader, ulong height, byte trie, byte firstByteOfKey)
    {
        byte[] whole = reader.Get(ColumnFamily.ProofHistory, Key(height, 0))
            ?? throw new StateCorruptException($"the trie's history of height {height} is missing");
        if (whole.Length == 0) throw new StateCorruptException($"the trie's history of height {height} is malformed");
        yield return whole.AsMemory(1);
        if (whole[0] == 0 || trie != 0) yield break;
        if (reader.Get(ColumnFamily.ProofHistory, Key(height, 1 + firstByteOfKey)) is { } part) yield return part;
    }

    private static byte[] Key(ulong height, int part)
    {
        byte[] key = new byte[10];
        BinaryPrimitives.WriteUInt64BigEndian(key, height);
        BinaryPrimitives.WriteUInt16BigEndian(key.AsSpan(8), (ushort)part);
        return key;
    }
}
