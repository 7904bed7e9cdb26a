using Dsdn.Chain.Log.Availability;
using Dsdn.Reading.Locating;

namespace Dsdn.Reading.Fetching;

/// <summary>A piece of a chunk that lies in one window.</summary>
/// <param name="Inside">Where it begins in the window.</param>
internal readonly record struct ChunkPiece(PartWindow Window, int Inside, int Bytes)
{
    /// <summary>The piece that begins at an offset of the chunk and ends before another one, or with its window. Data shards lie one after another; parity holds no bytes of the chunk.</summary>
    /// <param name="isBlock">In windows of one block.</param>
    public static ChunkPiece At(ChunkLocation chunk, long offset, long end, bool isBlock)
    {
        int shard = (int)(offset / chunk.PartBytes), within = (int)(offset % chunk.PartBytes);
        var window = new PartWindow(chunk, shard, within / (isBlock ? ChunkTree.BlockBytes : ReadOptions.WindowBytes), isBlock);
        int inside = within - window.Offset;
        return new ChunkPiece(window, inside, (int)Math.Min(window.Bytes - inside, end - offset));
    }
}
