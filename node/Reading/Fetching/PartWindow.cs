using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Reading.Locating;

namespace Dsdn.Reading.Fetching;

/// <summary>A window of a copy or shard. Its bytes follow from root and place alone, whatever chunk or node they come from.</summary>
/// <param name="Index">Counted in windows of its size.</param>
internal readonly record struct WindowKey(Hash256 Root, int Index, bool IsBlock = false);

/// <summary>A window, and the chunk it is wanted for: <see cref="ReadOptions.WindowBytes"/>, or one block for who wants little; the last one what is left.</summary>
internal readonly record struct PartWindow(ChunkLocation Chunk, int Shard, int Index, bool IsBlock = false)
{
    public WindowKey Key => new(Chunk.RootOf(Shard), Index, IsBlock);

    public int Offset => Index * SizeBytes;

    public int Bytes => Math.Min(SizeBytes, Chunk.PartBytes - Offset);

    /// <summary>The large window that holds a block.</summary>
    public PartWindow Around => this with { Index = Offset / ReadOptions.WindowBytes, IsBlock = false };

    private int SizeBytes => IsBlock ? ChunkTree.BlockBytes : ReadOptions.WindowBytes;

    public static int CountOf(int partBytes) => (partBytes + ReadOptions.WindowBytes - 1) / ReadOptions.WindowBytes;
}
