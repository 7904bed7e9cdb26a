using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Shares;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Nmt;

/// <summary>
/// The hashing of the namespaced Merkle tree, a layer at a time over nodes that lie one after another (90 bytes each):
/// leaf = ns | ns | H(0x00 | ns | share); node = left.min | max | H(0x01 | left | right), where max is right.max, or left.max
/// if the right one is all parity ("ignore max namespace").
/// </summary>
public static class NmtHash
{
    /// <summary>Messages a batch: what they are made of stays in the first cache.</summary>
    private const int BatchMax = 64;

    private const byte LeafPrefix = 0x00, NodePrefix = 0x01;

    /// <summary>The leaves of shares that are all of one namespace (their own, or parity).</summary>
    /// <param name="shares">512 bytes each.</param>
    /// <param name="nodes">90 bytes each, out.</param>
    public static void Leaves(Namespace name, ReadOnlySpan<byte> shares, Span<byte> nodes)
    {
        Span<byte> prefix = stackalloc byte[1 + Namespace.Size];
        prefix[0] = LeafPrefix;
        name.CopyTo(prefix[1..]);
        Span<Hash256> digests = stackalloc Hash256[BatchMax];
        for (int left = Count(shares, nodes); left > 0;)
        {
            int count = Math.Min(BatchMax, left);
            Sha256Batch.Hash(prefix, shares[..(count * ShareFormat.Bytes)], ShareFormat.Bytes, digests[..count]);
            for (int i = 0; i < count; i++) PlaceLeaf(prefix[1..], digests[i], nodes[(i * NmtNode.Size)..]);
            shares = shares[(count * ShareFormat.Bytes)..];
            nodes = nodes[(count * NmtNode.Size)..];
            left -= count;
        }
    }

    /// <summary>The leaves of shares of the original square: each under the namespace it begins with.</summary>
    public static void OwnLeaves(ReadOnlySpan<byte> shares, Span<byte> nodes)
    {
        const int PrefixBytes = 1 + Namespace.Size;
        Span<byte> prefixes = stackalloc byte[BatchMax * PrefixBytes];
        Span<Hash256> digests = stackalloc Hash256[BatchMax];
        for (int left = Count(shares, nodes); left > 0;)
        {
            int count = Math.Min(BatchMax, left);
            for (int i = 0; i < count; i++)
            {
                prefixes[i * PrefixBytes] = LeafPrefix;
                shares.Slice(i * ShareFormat.Bytes, Namespace.Size).CopyTo(prefixes[((i * PrefixBytes) + 1)..]);
            }
            Sha256Batch.HashEach(prefixes[..(count * PrefixBytes)], PrefixBytes, shares[..(count * ShareFormat.Bytes)], ShareFormat.Bytes, digests[..count]);
            for (int i = 0; i < count; i++) PlaceLeaf(prefixes.Slice((i * PrefixBytes) + 1, Namespace.Size), digests[i], nodes[(i * NmtNode.Size)..]);
            shares = shares[(count * ShareFormat.Bytes)..];
            nodes = nodes[(count * NmtNode.Size)..];
            left -= count;
        }
    }

    /// <summary>One layer up; a last node without a neighbour goes up as it is. May be done in place.</summary>
    /// <param name="parents">Half of the nodes, rounded up.</param>
    /// <returns>False where namespaces are not in order.</returns>
    public static bool Layer(ReadOnlySpan<byte> nodes, Span<byte> parents) => Layer(nodes, parents, Namespace.Size);

    /// <summary>The root over nodes, which it overwrites.</summary>
    /// <param name="nodes">One or more, 90 bytes each.</param>
    /// <returns>False where namespaces are not in order.</returns>
    public static bool TryRoot(Span<byte> nodes, out NmtNode root)
    {
        root = default;
        for (int count = nodes.Length / NmtNode.Size; count > 1; count -= count / 2)
            if (!Layer(nodes[..(count * NmtNode.Size)], nodes[..((count - (count / 2)) * NmtNode.Size)])) return false;
        root = new NmtNode(nodes[..NmtNode.Size]);
        return root.Min <= root.Max;
    }

    /// <summary>Whether the node above two has been computed; it has not where their namespaces are not in order.</summary>
    public static bool TryNode(in NmtNode left, in NmtNode right, out NmtNode parent)
    {
        Span<byte> pair = stackalloc byte[2 * NmtNode.Size];
        left.CopyTo(pair);
        right.CopyTo(pair[NmtNode.Size..]);
        bool isOrdered = Layer(pair, pair[..NmtNode.Size], Namespace.Size);
        parent = new NmtNode(pair[..NmtNode.Size]);
        return isOrdered;
    }

    /// <param name="namespaceBytes">29 in Celestia.</param>
    internal static bool Layer(ReadOnlySpan<byte> nodes, Span<byte> parents, int namespaceBytes)
    {
        int size = (2 * namespaceBytes) + Hash256.Size, count = nodes.Length / size, pairs = count / 2;
        if (nodes.Length != count * size || parents.Length != (count - pairs) * size) throw new ArgumentException("a parent for every two nodes is needed");
        Span<Hash256> digests = stackalloc Hash256[BatchMax];
        bool isOrdered = true;
        for (int from = 0; from < pairs; from += BatchMax)
        {
            int batch = Math.Min(BatchMax, pairs - from);
            Sha256Batch.Hash([NodePrefix], nodes.Slice(2 * from * size, 2 * batch * size), 2 * size, digests[..batch]);
            for (int i = 0; i < batch; i++)
                isOrdered &= Join(nodes.Slice(2 * (from + i) * size, 2 * size), parents.Slice((from + i) * size, size), digests[i], namespaceBytes);
        }
        if (count % 2 == 1) nodes[^size..].CopyTo(parents[^size..]);
        return isOrdered;
    }

    private static bool Join(ReadOnlySpan<byte> pair, Span<byte> parent, in Hash256 digest, int name)
    {
        ReadOnlySpan<byte> left = pair[..(pair.Length / 2)], right = pair[(pair.Length / 2)..];
        bool isOrdered = left[..name].SequenceCompareTo(left[name..(2 * name)]) <= 0
            && left[name..(2 * name)].SequenceCompareTo(right[..name]) <= 0
            && right[..name].SequenceCompareTo(right[name..(2 * name)]) <= 0;
        bool isParity = !right[..name].ContainsAnyExcept((byte)0xff);
        // The parent may lie where the pair does: its lowest namespace is the left one's and does not move what is read next.
        ReadOnlySpan<byte> max = isParity ? left[name..(2 * name)] : right[name..(2 * name)];
        left[..name].CopyTo(parent);
        max.CopyTo(parent[name..]);
        digest.CopyTo(parent[(2 * name)..]);
        return isOrdered;
    }

    private static void PlaceLeaf(ReadOnlySpan<byte> name, in Hash256 digest, Span<byte> node)
    {
        name.CopyTo(node);
        name.CopyTo(node[NmtNode.MaxAt..]);
        digest.CopyTo(node[NmtNode.DigestAt..]);
    }

    private static int Count(ReadOnlySpan<byte> shares, Span<byte> nodes)
    {
        int count = shares.Length / ShareFormat.Bytes;
        if (shares.Length != count * ShareFormat.Bytes || nodes.Length != count * NmtNode.Size) throw new ArgumentException("a node for every share is needed");
        return count;
    }
}
