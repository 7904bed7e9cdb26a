using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Availability;

/// <summary>A block of 64 KiB and what leads from it to the <see cref="ChunkRoot"/>: a range can be read and checked without the rest of the chunk.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Content">65,536 bytes; the last block may be shorter.</param>
/// <param name="Siblings">From the root of the block's leaves up: the audit path of RFC 6962, 2.1.1, above the blocks.</param>
public sealed record ChunkBlock(uint Index, ReadOnlyMemory<byte> Content, IReadOnlyList<Hash256> Siblings)
{
    /// <summary>Of contents up to 2^32 bytes.</summary>
    public const int SiblingsMax = 16;

    /// <summary>Whether this is what lies at its place in the content of that length and root.</summary>
    public bool IsIn(in Hash256 chunkRoot, ulong lengthBytes)
    {
        ulong count = ChunkTree.BlockCount(lengthBytes);
        if (Index >= count || Siblings.Count > SiblingsMax || (ulong)Content.Length != Math.Min(ChunkTree.BlockBytes, lengthBytes - ((ulong)Index * ChunkTree.BlockBytes))) return false;
        return Sha256Tree.TryRoot(ChunkTree.BlockRoot(Content.Span), Index, (long)count, [.. Siblings], out Hash256 root) && ChunkRoot.Close(lengthBytes, root) == chunkRoot;
    }
}
