using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Trie;

/// <summary>
/// Checks a path of nodes of a secure Merkle Patricia trie (Yellow Paper, appendix D; <c>eth_getProof</c>, EIP-1186): inclusion,
/// or exclusion by an empty branch slot, a divergent leaf, a divergent extension, or the empty trie.
/// </summary>
public static class TrieProofVerifier
{
    public const int NodesMax = 2 * Hash256.Size + 1;

    /// <summary>A whole path in compact form (Yellow Paper, appendix C); a node that claims a longer one is none.</summary>
    private const int PackedBytesMax = Hash256.Size + 1;

    /// <summary>Keccak-256 of the RLP of the empty string: the root of a trie without entries.</summary>
    public static readonly Hash256 EmptyRoot = Keccak.Hash([0x80]);

    /// <param name="key">Before hashing: an address or a slot.</param>
    /// <param name="value">The RLP value; empty where absence is proven.</param>
    /// <returns>False where the nodes do not prove anything about the key under this root.</returns>
    public static bool TryVerify(Hash256 root, ReadOnlySpan<byte> key, IReadOnlyList<ReadOnlyMemory<byte>> nodes, out byte[] value)
    {
        value = [];
        if (root == EmptyRoot) return nodes.Count == 0 || (nodes.Count == 1 && nodes[0].Span.SequenceEqual((ReadOnlySpan<byte>)[0x80]));
        if (nodes.Count is 0 or > NodesMax) return false;
        Span<byte> path = stackalloc byte[2 * Hash256.Size];
        ToNibbles(Keccak.Hash(key).Span, path);
        return new Walk(nodes).TryRun(root, path, out value);
    }

    private static void ToNibbles(ReadOnlySpan<byte> bytes, Span<byte> nibbles)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            nibbles[2 * i] = (byte)(bytes[i] >> 4);
            nibbles[(2 * i) + 1] = (byte)(bytes[i] & 0x0f);
        }
    }

    private enum Step { Deeper, Found, Absent, Broken }

    /// <summary>From the root down; every hashed node must be the next of the list, and the list must end where the walk does.</summary>
    private sealed class Walk(IReadOnlyList<ReadOnlyMemory<byte>> nodes)
    {
        public bool TryRun(Hash256 root, ReadOnlySpan<byte> path, out byte[] value)
        {
            value = [];
            byte[] reference = root.ToArray();
            int next = 0;
            while (true)
            {
                ReadOnlySpan<byte> node = reference;
                if (reference.Length == Hash256.Size)
                {
                    if (next >= nodes.Count || Keccak.Hash(nodes[next].Span) != new Hash256(reference)) return false;
                    node = nodes[next++].Span;
                }
                switch (Take(node, ref path, out byte[] result))
                {
                    case Step.Deeper: reference = result; break;
                    case Step.Found: value = result; return next == nodes.Count && result.Length > 0;
                    case Step.Absent: return next == nodes.Count;
                    default: return false;
                }
            }
        }

        /// <param name="result">A reference (32-byte hash, or an inlined node as RLP) or a value.</param>
        private static Step Take(ReadOnlySpan<byte> node, ref ReadOnlySpan<byte> path, out byte[] result)
        {
            result = [];
            var reader = new RlpReader(node);
            if (!reader.TryReadList(out RlpReader items) || !reader.TryEnd() || !items.TryCount(out int count)) return Step.Broken;
            return count switch
            {
                2 => TakeShort(ref items, ref path, out result),
                17 => TakeBranch(ref items, ref path, out result),
                _ => Step.Broken,
            };
        }

        private static Step TakeShort(ref RlpReader items, ref ReadOnlySpan<byte> path, out byte[] result)
        {
            result = [];
            if (!items.TryReadBytes(out ReadOnlySpan<byte> packed) || packed.Length is 0 or > PackedBytesMax || packed[0] >= 0x40) return Step.Broken;
            bool isLeaf = (packed[0] & 0x20) != 0;
            bool isOdd = (packed[0] & 0x10) != 0;
            if (!isOdd && (packed[0] & 0x0f) != 0) return Step.Broken;
            Span<byte> segment = stackalloc byte[2 * packed.Length];
            ToNibbles(packed, segment);
            ReadOnlySpan<byte> key = segment[(isOdd ? 1 : 2)..];
            bool follows = isLeaf ? path.SequenceEqual(key) : path.StartsWith(key);
            if (!follows) return Step.Absent;
            path = path[key.Length..];
            if (!isLeaf) return TryReadReference(ref items, out result) && result.Length > 0 ? Step.Deeper : Step.Broken;
            if (!items.TryReadBytes(out ReadOnlySpan<byte> value)) return Step.Broken;
            result = value.ToArray();
            return Step.Found;
        }

        private static Step TakeBranch(ref RlpReader items, ref ReadOnlySpan<byte> path, out byte[] result)
        {
            result = [];
            if (path.IsEmpty) return Step.Broken; // keys have one length, so no value ever lies in a branch
            for (int i = 0; i <= path[0]; i++)
            {
                if (!TryReadReference(ref items, out result)) return Step.Broken;
            }
            path = path[1..];
            return result.Length == 0 ? Step.Absent : Step.Deeper;
        }

        private static bool TryReadReference(ref RlpReader items, out byte[] reference)
        {
            reference = [];
            if (items.NextIsList)
            {
                if (!items.TryReadEncoded(out ReadOnlySpan<byte> inlined) || inlined.Length >= Hash256.Size) return false;
                reference = inlined.ToArray();
                return true;
            }
            if (!items.TryReadBytes(out ReadOnlySpan<byte> hash) || hash.Length is not (0 or Hash256.Size)) return false;
            reference = hash.ToArray();
            return true;
        }
    }
}
