using Dsdn.Chain.Primitives;
using Dsdn.Reading.Locating;

namespace Dsdn.Reading.Fetching;

/// <summary>A window of a copy or shard: <see cref="ReadOptions.WindowBytes"/>, the last one what is left. Its bytes follow from root and index alone, whatever chunk or node they come from.</summary>
internal readonly record struct WindowKey(Hash256 Root, int Index);

/// <summary>A window, and the chunk it is wanted for.</summary>
internal readonly record struct PartWindow(ChunkLocation Chunk, int Shard, int Index)
{
    public WindowKey Key => new(Chunk.RootOf(Shard), Index);

    public int Offset => Index * ReadOptions.WindowBytes;

    public int Bytes => Math.Min(ReadOptions.WindowBytes, Chunk.PartBytes - Offset);

    public static int CountOf(int partBytes) => (partBytes + ReadOptions.WindowBytes - 1) / ReadOptions.WindowBytes;
}
