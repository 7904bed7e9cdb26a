using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Availability;

/// <summary>One leaf of a <see cref="ChunkRoot"/> and what leads from it to the root.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Content">1,024 bytes; the last leaf may be shorter.</param>
/// <param name="Siblings">From the leaf up: the audit path of RFC 6962, 2.1.1.</param>
public sealed record ChunkLeaf(uint Index, ReadOnlyMemory<byte> Content, IReadOnlyList<Hash256> Siblings)
{
    /// <summary>Of contents up to 2^32 leaves.</summary>
    private const int SiblingsMax = 32;

    /// <summary>Whether this is what lies at its place in the content of that length and root.</summary>
    public bool IsIn(in Hash256 chunkRoot, ulong lengthBytes)
    {
        ulong count = ChunkRoot.LeafCount(lengthBytes);
        if (Index >= count || (ulong)Content.Length != Math.Min(ChunkRoot.LeafBytes, lengthBytes - ((ulong)Index * ChunkRoot.LeafBytes))) return false;
        return Sha256Tree.TryRoot(Sha256Tree.Leaf(Content.Span), Index, (long)count, [.. Siblings], out Hash256 root) && ChunkRoot.Close(lengthBytes, root) == chunkRoot;
    }

    /// <summary>index u32 | u32 length, content | count u8 of siblings 32 each.</summary>
    public void Write(LogWriter writer)
    {
        writer.U32(Index).Prefixed(Content.Span).U8(checked((byte)Siblings.Count));
        foreach (Hash256 sibling in Siblings) writer.Hash(sibling);
    }

    /// <summary>A slice of the input; faults are the reader's.</summary>
    public static ChunkLeaf Read(ref LogReader reader)
    {
        uint index = reader.U32();
        ReadOnlyMemory<byte> content = reader.Prefixed(ChunkRoot.LeafBytes);
        byte count = reader.U8(SiblingsMax);
        Hash256[] siblings = new Hash256[count];
        for (int i = 0; i < siblings.Length; i++) siblings[i] = reader.Hash();
        return new ChunkLeaf(index, content, siblings);
    }
}
