using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Trie;

/// <summary>The trie as the Yellow Paper defines it (appendix D), recursive and slow: the reference for the fast one.</summary>
public static class NaiveTrie
{
    public static Hash256 OrderedRoot(IReadOnlyList<byte[]> items)
    {
        List<(int[] Path, byte[] Value)> leaves = [];
        for (int i = 0; i < items.Count; i++)
        {
            RlpWriter key = new([]);
            key.Write((ulong)i);
            leaves.Add(([.. key.ToArray().SelectMany(b => new[] { b >> 4, b & 15 })], items[i]));
            key.Dispose();
        }
        return leaves.Count == 0 ? Keccak.Hash([0x80]) : Keccak.Hash(Node(leaves, 0));
    }

    private static byte[] Node(List<(int[] Path, byte[] Value)> leaves, int depth)
    {
        if (leaves.Count == 0) return [0x80];
        RlpWriter writer = new([]);
        int list = writer.BeginList();
        int[] first = leaves[0].Path;
        int shared = depth;
        while (leaves.All(leaf => leaf.Path.Length > shared && leaf.Path[shared] == first[shared])) shared++;
        if (leaves.Count == 1)
        {
            writer.Write(HexPrefix(first[depth..], isLeaf: true));
            writer.Write(leaves[0].Value);
        }
        else if (shared > depth)
        {
            writer.Write(HexPrefix(first[depth..shared], isLeaf: false));
            WriteReference(ref writer, Node(leaves, shared));
        }
        else
        {
            for (int nibble = 0; nibble < 16; nibble++)
                WriteReference(ref writer, Node([.. leaves.Where(leaf => leaf.Path[depth] == nibble)], depth + 1));
            writer.Write([]);
        }
        writer.EndList(list);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    private static void WriteReference(ref RlpWriter writer, byte[] node)
    {
        if (node.Length < 32) writer.WriteEncoded(node);
        else writer.Write(Keccak.Hash(node));
    }

    private static byte[] HexPrefix(int[] nibbles, bool isLeaf)
    {
        int flag = isLeaf ? 2 : 0;
        int[] padded = nibbles.Length % 2 == 1 ? [flag + 1, .. nibbles] : [flag, 0, .. nibbles];
        return [.. padded.Chunk(2).Select(pair => (byte)((pair[0] << 4) | pair[1]))];
    }
}
