using System.Buffers;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Trie;

/// <summary>
/// The root of the Merkle Patricia trie whose keys are rlp(0), rlp(1), ... (Yellow Paper, 4.3.2: transactions and receipts
/// roots). The trie is laid out first and then hashed level by level from the deepest, all nodes of a level at once.
/// </summary>
public static class OrderedTrie
{
    /// <summary>keccak256(rlp("")).</summary>
    public static readonly Hash256 EmptyRoot = Hash256.Parse("0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");

    private const int BranchBytesMax = 3 + (16 * 33) + 1;
    private const int ExtensionBytesMax = 1 + 7 + 33;
    private const int LeafOverheadBytesMax = 5 + 7 + 5;
    private const int ReceiptBytesUsual = 320;

    public static Hash256 TransactionsRoot(IReadOnlyList<Transaction> transactions)
    {
        int bytes = 0;
        for (int i = 0; i < transactions.Count; i++) bytes += transactions[i].Raw.Length;
        byte[] packed = ArrayPool<byte>.Shared.Rent(bytes);
        int[] offsets = ArrayPool<int>.Shared.Rent(transactions.Count + 1);
        offsets[0] = 0;
        for (int i = 0; i < transactions.Count; i++)
        {
            ReadOnlySpan<byte> raw = transactions[i].Raw.Span;
            raw.CopyTo(packed.AsSpan(offsets[i]));
            offsets[i + 1] = offsets[i] + raw.Length;
        }
        Hash256 root = Root(packed, offsets.AsSpan(0, transactions.Count + 1));
        ArrayPool<int>.Shared.Return(offsets);
        ArrayPool<byte>.Shared.Return(packed);
        return root;
    }

    public static Hash256 ReceiptsRoot(IReadOnlyList<Receipt> receipts)
    {
        int[] offsets = ArrayPool<int>.Shared.Rent(receipts.Count + 1);
        offsets[0] = 0;
        byte[] scratch = ArrayPool<byte>.Shared.Rent(receipts.Count * ReceiptBytesUsual);
        var writer = new RlpWriter(scratch);
        for (int i = 0; i < receipts.Count; i++)
        {
            ReceiptCodec.Write(ref writer, receipts[i]);
            offsets[i + 1] = writer.Length;
        }
        Hash256 root = Root(writer.Written, offsets.AsSpan(0, receipts.Count + 1));
        writer.Dispose();
        ArrayPool<byte>.Shared.Return(scratch);
        ArrayPool<int>.Shared.Return(offsets);
        return root;
    }

    /// <summary>Item i is <c>packed[offsets[i]..offsets[i + 1]]</c>; none is empty.</summary>
    /// <param name="offsets">n + 1 ascending positions.</param>
    public static Hash256 Root(ReadOnlySpan<byte> packed, ReadOnlySpan<int> offsets)
    {
        int count = offsets.Length - 1;
        if (count < 0) throw new ArgumentException("one more offset than items is needed");
        if (count == 0) return EmptyRoot;
        var layout = new OrderedTrieLayout(count);
        using var references = new NodeReferences(layout.NodeCount);
        for (int level = layout.LevelCount - 1; level >= 0; level--) HashLevel(layout, level, references, packed, offsets);
        return references.RootHash;
    }

    private static void HashLevel(
        OrderedTrieLayout layout, int level, NodeReferences references, ReadOnlySpan<byte> packed, ReadOnlySpan<int> offsets)
    {
        ReadOnlySpan<int> nodes = layout.Level(level);
        int[] ends = ArrayPool<int>.Shared.Rent(nodes.Length + 1);
        Hash256[] digests = ArrayPool<Hash256>.Shared.Rent(nodes.Length);
        byte[] scratch = ArrayPool<byte>.Shared.Rent(BytesMax(layout, nodes, offsets));
        var writer = new RlpWriter(scratch);
        ends[0] = 0;
        for (int i = 0; i < nodes.Length; i++)
        {
            WriteNode(ref writer, layout, nodes[i], references, packed, offsets);
            ends[i + 1] = writer.Length;
        }
        KeccakBatch.Hash(writer.Written, ends.AsSpan(0, nodes.Length + 1), digests);
        for (int i = 0; i < nodes.Length; i++) references.Set(nodes[i], writer.Written[ends[i]..ends[i + 1]], digests[i]);
        writer.Dispose();
        ArrayPool<byte>.Shared.Return(scratch);
        ArrayPool<Hash256>.Shared.Return(digests);
        ArrayPool<int>.Shared.Return(ends);
    }

    /// <summary>Room for the encodings of these nodes, so that they are written once and never moved.</summary>
    private static int BytesMax(OrderedTrieLayout layout, ReadOnlySpan<int> nodes, ReadOnlySpan<int> offsets)
    {
        int bytes = 0;
        foreach (int node in nodes)
        {
            ref readonly OrderedTrieLayout.Node shape = ref layout.At(node);
            bytes += shape.Kind switch
            {
                OrderedTrieLayout.NodeKind.Branch => BranchBytesMax,
                OrderedTrieLayout.NodeKind.Extension => ExtensionBytesMax,
                _ => LeafOverheadBytesMax + offsets[shape.Item + 1] - offsets[shape.Item],
            };
        }
        return bytes;
    }

    private static void WriteNode(
        ref RlpWriter writer, OrderedTrieLayout layout, int node, NodeReferences references, ReadOnlySpan<byte> packed, ReadOnlySpan<int> offsets)
    {
        ref readonly OrderedTrieLayout.Node shape = ref layout.At(node);
        if (shape.Kind == OrderedTrieLayout.NodeKind.Branch)
        {
            ReadOnlySpan<int> children = layout.Children(shape);
            int length = 1; // the value of a branch is always empty: no key is another's prefix
            foreach (int child in children) length += child < 0 ? 1 : references.Length(child);
            writer.WriteListHeader(length);
            foreach (int child in children) writer.WriteEncoded(child < 0 ? [0x80] : references.Of(child));
            writer.WriteEncoded([0x80]);
            return;
        }
        bool isLeaf = shape.Kind == OrderedTrieLayout.NodeKind.Leaf;
        Span<byte> path = stackalloc byte[OrderedTrieKey.NibblesMax];
        path = path[..OrderedTrieKey.WritePath(path, shape.Item, shape.PathStart, shape.PathLength, isLeaf)];
        if (isLeaf)
        {
            ReadOnlySpan<byte> value = packed[offsets[shape.Item]..offsets[shape.Item + 1]];
            writer.WriteListHeader(RlpLength.Of(path) + RlpLength.Of(value));
            writer.Write(path);
            writer.Write(value);
            return;
        }
        writer.WriteListHeader(RlpLength.Of(path) + references.Length(shape.Child));
        writer.Write(path);
        writer.WriteEncoded(references.Of(shape.Child));
    }
}
