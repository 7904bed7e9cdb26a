using Dsdn.Chain.Primitives;

namespace Dsdn.Reading.Locating;

/// <summary>Says where chunks lie: by asking one that follows the log, or from a log of one's own.</summary>
public interface IChunkLocator
{
    /// <param name="minSeq">The batch that the answer must know at least.</param>
    /// <returns>One a chunk, in their order, all after the same batch.</returns>
    /// <exception cref="ReadFailedException">Nobody answers, or all are behind.</exception>
    Task<IReadOnlyList<ChunkLookup>> LocateAsync(IReadOnlyList<Hash256> ids, ulong minSeq, CancellationToken cancel);
}

public static class ChunkLocators
{
    public static async Task<ChunkLookup> LocateAsync(this IChunkLocator locator, Hash256 id, ulong minSeq, CancellationToken cancel) => (await locator.LocateAsync([id], minSeq, cancel))[0];
}
