using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Availability;

/// <summary>
/// The part of a <see cref="ChunkRoot"/>'s tree above blocks of 64 KiB (64 leaves): 32 bytes a block. With it one block can be checked,
/// and a leaf proved, without the rest of the content.
/// </summary>
/// <param name="LengthBytes">Of the content; not zero.</param>
/// <param name="Blocks">The Merkle root of the leaves of each block; as many as <see cref="BlockCount"/> says.</param>
public sealed record ChunkTree(ulong LengthBytes, IReadOnlyList<Hash256> Blocks)
{
    public const int BlockBytes = BlockLeaves * ChunkRoot.LeafBytes;

    private const int BlockLeaves = 64;

    private readonly Hash256[] _blocks = [.. Blocks];
    private Hash256[][]? _layers;

    /// <summary>The chunk root. A tree read from elsewhere is right if this is the root that is known.</summary>
    public Hash256 Root => ChunkRoot.Close(LengthBytes, Sha256Tree.Root(_blocks));

    /// <summary>How many blocks a content of this length has; the last may be shorter.</summary>
    public static ulong BlockCount(ulong lengthBytes) => (lengthBytes / BlockBytes) + (lengthBytes % BlockBytes == 0 ? 0UL : 1UL);

    /// <summary>The root of the leaves of one block.</summary>
    /// <param name="block">1 to 65,536 bytes.</param>
    public static Hash256 BlockRoot(ReadOnlySpan<byte> block)
    {
        Span<Hash256> leaves = stackalloc Hash256[BlockLeaves];
        return Fold(leaves[..Leaves(block, leaves)]);
    }

    /// <summary>Whether this is what lies at the place of a block.</summary>
    public bool Holds(int index, ReadOnlySpan<byte> block) =>
        index >= 0 && index < _blocks.Length && block.Length == BlockLength(index) && BlockRoot(block) == _blocks[index];

    /// <summary>Bytes of a block: 65,536, or what is left for the last.</summary>
    public int BlockLength(int index) => (int)Math.Min(BlockBytes, LengthBytes - ((ulong)index * BlockBytes));

    /// <summary>One leaf with its proof, from the block it lies in.</summary>
    /// <param name="leaf">Below <see cref="ChunkRoot.LeafCount"/>.</param>
    /// <param name="block">The whole block <paramref name="leaf"/> / 64, as <see cref="Holds"/> accepts it.</param>
    public ChunkLeaf Prove(uint leaf, ReadOnlyMemory<byte> block)
    {
        int index = checked((int)(leaf / BlockLeaves)), inside = (int)(leaf % BlockLeaves);
        Span<Hash256> leaves = stackalloc Hash256[BlockLeaves];
        leaves = leaves[..Leaves(block.Span, leaves)];
        int from = inside * ChunkRoot.LeafBytes;
        return new ChunkLeaf(
            leaf, block.Slice(from, Math.Min(ChunkRoot.LeafBytes, block.Length - from)), [.. Sha256Tree.Proof(leaves, inside), .. Sha256Tree.Proof(Layers, index)]);
    }

    /// <summary>One block with its proof, for whoever knows the chunk root only.</summary>
    /// <param name="block">The whole block, as <see cref="Holds"/> accepts it.</param>
    public ChunkBlock Prove(int index, ReadOnlyMemory<byte> block) => new((uint)index, block, Sha256Tree.Proof(Layers, index));

    private Hash256[][] Layers => _layers ??= Sha256Tree.Layers(_blocks);

    private static int Leaves(ReadOnlySpan<byte> block, Span<Hash256> leaves)
    {
        if (block.IsEmpty || block.Length > BlockBytes) throw new ArgumentException($"a block has 1 to {BlockBytes} bytes");
        int whole = block.Length / ChunkRoot.LeafBytes;
        Sha256Tree.Leaves(block[..(whole * ChunkRoot.LeafBytes)], ChunkRoot.LeafBytes, leaves[..whole]);
        if (block.Length % ChunkRoot.LeafBytes == 0) return whole;
        leaves[whole] = Sha256Tree.Leaf(block[(whole * ChunkRoot.LeafBytes)..]);
        return whole + 1;
    }

    private static Hash256 Fold(Span<Hash256> nodes)
    {
        for (; nodes.Length > 1; nodes = nodes[..(nodes.Length - (nodes.Length / 2))]) Sha256Tree.Layer(nodes, nodes[..(nodes.Length - (nodes.Length / 2))]);
        return nodes[0];
    }
}
