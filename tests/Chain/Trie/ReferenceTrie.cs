using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Trie;

/// <summary>A Merkle Patricia trie as the Yellow Paper defines it, recomputed from all pairs each time; keys of any length.</summary>
internal static class ReferenceTrie
{
    public static Hash256 Root(IEnumerable<KeyValuePair<byte[], byte[]>> pairs)
    {
        var items = pairs.Select(p => (Nibbles(p.Key), p.Value)).ToList();
        return Keccak.Hash(items.Count == 0 ? [0x80] : Node(items));
    }

    private static byte[] Node(List<(byte[] Path, byte[] Value)> items)
    {
        if (items.Count == 1) return List(String(HexPrefix(items[0].Path, true)), String(items[0].Value));
        int shared = 0;
        while (items.All(i => i.Path.Length > shared && i.Path[shared] == items[0].Path[shared])) shared++;
        if (shared > 0)
            return List(String(HexPrefix(items[0].Path[..shared], false)), Reference([.. items.Select(i => (i.Path[shared..], i.Value))]));
        var parts = new byte[17][];
        for (int nibble = 0; nibble < 16; nibble++)
        {
            var below = items.Where(i => i.Path.Length > 0 && i.Path[0] == nibble).Select(i => (i.Path[1..], i.Value)).ToList();
            parts[nibble] = below.Count == 0 ? String([]) : Reference(below);
        }
        parts[16] = String(items.Where(i => i.Path.Length == 0).Select(i => i.Value).SingleOrDefault([]));
        return List(parts);
    }

    private static byte[] Reference(List<(byte[] Path, byte[] Value)> items)
    {
        byte[] node = Node(items);
        return node.Length < 32 ? node : String(Keccak.Hash(node).ToArray());
    }

    public static byte[] Nibbles(byte[] key) => [.. key.SelectMany(b => new[] { (byte)(b >> 4), (byte)(b & 15) })];

    private static byte[] HexPrefix(byte[] nibbles, bool isLeaf)
    {
        int flag = isLeaf ? 2 : 0;
        List<byte> all = nibbles.Length % 2 == 1 ? [(byte)(flag + 1), .. nibbles] : [(byte)flag, 0, .. nibbles];
        return [.. all.Chunk(2).Select(pair => (byte)((pair[0] << 4) | pair[1]))];
    }

    public static byte[] String(byte[] bytes) => bytes.Length == 1 && bytes[0] < 0x80 ? bytes : [.. Header(bytes.Length, 0x80), .. bytes];

    private static byte[] List(params byte[][] items)
    {
        byte[] payload = [.. items.SelectMany(i => i)];
        return [.. Header(payload.Length, 0xc0), .. payload];
    }

    private static byte[] Header(int length, int offset) =>
        length < 56 ? [(byte)(offset + length)]
        : length < 256 ? [(byte)(offset + 56), (byte)length]
        : [(byte)(offset + 57), (byte)(length >> 8), (byte)length];
}
