using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Trie;

/// <summary>Verifies proofs from the root down with a reader of RLP of its own.</summary>
internal static class ReferenceVerifier
{
    /// <summary>The proven value, null where absence is proven; throws where the proof proves nothing or holds nodes that are not needed.</summary>
    public static byte[]? Verify(Hash256 root, byte[] key, IReadOnlyList<ReadOnlyMemory<byte>> proof)
    {
        if (proof.Count == 0)
        {
            Assert.Equal(Keccak.Hash([0x80]), root);
            return null;
        }
        byte[] path = ReferenceTrie.Nibbles(key);
        int at = 0, used = 0;
        byte[] expected = root.ToArray();
        byte[] node = Next();
        while (true)
        {
            List<byte[]> items = Items(node);
            if (items.Count == 17)
            {
                if (at == path.Length) return Done(Value(items[16]));
                byte[] child = items[path[at++]];
                if (child is [0x80]) return Done(null);
                node = Follow(child);
                continue;
            }
            Assert.Equal(2, items.Count);
            byte[] nibbles = ReferenceTrie.Nibbles(Value(items[0]));
            bool isLeaf = nibbles[0] >= 2;
            byte[] part = nibbles[0] % 2 == 1 ? nibbles[1..] : nibbles[2..];
            bool fits = path.AsSpan(at).StartsWith(part);
            at += part.Length;
            if (isLeaf) return Done(fits && at == path.Length ? Value(items[1]) : null);
            if (!fits) return Done(null);
            node = Follow(items[1]);
        }

        byte[] Follow(byte[] reference)
        {
            if (reference[0] >= 0xc0) return reference;
            expected = Value(reference);
            Assert.Equal(32, expected.Length);
            return Next();
        }

        byte[] Next()
        {
            byte[] next = proof[used++].ToArray();
            Assert.Equal(expected, Keccak.Hash(next).ToArray());
            return next;
        }

        byte[]? Done(byte[]? value)
        {
            Assert.Equal(proof.Count, used);
            return value;
        }
    }

    public static List<byte[]> Items(byte[] list)
    {
        (int start, int length) = Extent(list, 0);
        Assert.True(list[0] >= 0xc0);
        Assert.Equal(list.Length, start + length);
        var items = new List<byte[]>();
        for (int i = start; i < list.Length;)
        {
            (int itemStart, int itemLength) = Extent(list, i);
            items.Add(list[i..(itemStart + itemLength)]);
            i = itemStart + itemLength;
        }
        return items;
    }

    public static byte[] Value(byte[] item)
    {
        (int start, int length) = Extent(item, 0);
        return item[start..(start + length)];
    }

    private static (int Start, int Length) Extent(byte[] bytes, int at)
    {
        byte first = bytes[at];
        if (first < 0x80) return (at, 1);
        int offset = first >= 0xc0 ? 0xc0 : 0x80;
        if (first - offset < 56) return (at + 1, first - offset);
        int size = first - offset - 55, length = 0;
        for (int i = 0; i < size; i++) length = (length << 8) | bytes[at + 1 + i];
        return (at + 1 + size, length);
    }
}
