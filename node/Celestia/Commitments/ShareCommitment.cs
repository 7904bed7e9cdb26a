using System.Buffers;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Shares;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Commitments;

/// <summary>
/// What a PayForBlobs transaction commits to: the RFC 6962 root over the roots of the blob's namespaced subtrees. It depends on
/// namespace, share version, signer and data only.
/// </summary>
public static class ShareCommitment
{
    /// <summary>Shares written and hashed at a time: they stay in the second cache.</summary>
    private const int ChunkShares = 128;

    public static Hash256 Of(Blob blob) => OfRoots(SubtreeRoots(blob));

    /// <summary>The roots of the blob's subtrees, 90 bytes each.</summary>
    public static byte[] SubtreeRoots(Blob blob)
    {
        int count = blob.ShareCount;
        byte[] leaves = new byte[count * NmtNode.Size];
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkShares * ShareFormat.Bytes);
        for (int from = 0; from < count; from += ChunkShares)
        {
            int taken = Math.Min(ChunkShares, count - from);
            Span<byte> shares = chunk.AsSpan(0, taken * ShareFormat.Bytes);
            BlobWriter.Write(blob, from, shares);
            NmtHash.Leaves(blob.Namespace, shares, leaves.AsSpan(from * NmtNode.Size, taken * NmtNode.Size));
        }
        ArrayPool<byte>.Shared.Return(chunk);
        return SubtreeRoots(leaves);
    }

    /// <summary>The commitment of a blob whose shares have these leaves, which are overwritten.</summary>
    /// <param name="leaves">90 bytes each, all of one namespace.</param>
    public static Hash256 OfLeaves(Span<byte> leaves) => OfRoots(SubtreeRoots(leaves));

    /// <summary>The commitment over subtree roots.</summary>
    /// <param name="roots">90 bytes each.</param>
    public static Hash256 OfRoots(ReadOnlySpan<byte> roots)
    {
        Hash256[] hashes = new Hash256[roots.Length / NmtNode.Size];
        Sha256Tree.Leaves(roots, NmtNode.Size, hashes);
        return Sha256Tree.Root(hashes);
    }

    /// <summary>
    /// All subtrees of a width grow layer by layer together. On a layer, the last node has no neighbour where the rest beyond the
    /// full subtrees has that power of two: there it is a root.
    /// </summary>
    private static byte[] SubtreeRoots(Span<byte> leaves)
    {
        int count = leaves.Length / NmtNode.Size, width = SubtreeWidth.Of(count);
        byte[] roots = new byte[SubtreeWidth.MountainCount(count, width) * NmtNode.Size];
        int end = roots.Length;
        for (int level = 0; 1 << level < width; level++)
        {
            if ((count & 1) == 1)
            {
                count--;
                end -= NmtNode.Size;
                leaves.Slice(count * NmtNode.Size, NmtNode.Size).CopyTo(roots.AsSpan(end));
            }
            NmtHash.Layer(leaves[..(count * NmtNode.Size)], leaves[..(count / 2 * NmtNode.Size)]);
            count /= 2;
        }
        leaves[..(count * NmtNode.Size)].CopyTo(roots);
        return roots;
    }
}
