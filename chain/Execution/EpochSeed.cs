using Dsdn.Chain.Primitives;
using Dsdn.Chain.Storage;

namespace Dsdn.Chain.Execution;

/// <summary>
/// What the proposers of an epoch are drawn from (rulings 7): the beacon at the end of the epoch before the last, so that the
/// seed is known an epoch ahead and nobody who still adds to the beacon chooses it; the genesis hash in the first two epochs.
/// Epoch e has the heights e * epochBlocks + 1 to (e + 1) * epochBlocks.
/// </summary>
public sealed class EpochSeed(ChainStore blocks, ChainConstants chain)
{
    private (ulong Height, Hash256 Seed) _last = (0, chain.GenesisHash);

    /// <param name="height">At least 1.</param>
    public static ulong EpochOf(ulong height, uint epochBlocks) => (height - 1) / epochBlocks;

    /// <summary>The height whose beacon seeds the epoch of <paramref name="height"/>; 0: the genesis hash does. What a restored chain must hold.</summary>
    /// <param name="height">At least 1.</param>
    public static ulong SourceHeight(ulong height, uint epochBlocks)
    {
        ulong epoch = EpochOf(height, epochBlocks);
        return epoch < 2 ? 0 : (epoch - 1) * epochBlocks;
    }

    /// <param name="height">At least 1, at most one above the last stored block.</param>
    /// <exception cref="State.Storage.StorageException">the store lacks the header</exception>
    public Hash256 Of(ulong height)
    {
        ulong source = SourceHeight(height, chain.Parameters.EpochBlocks);
        if (source != _last.Height)
        {
            StoredHeader header = blocks.ReadHeader(source) ?? throw new StoreCorruptException($"header {source}, whose beacon seeds the proposers of height {height}");
            _last = (source, header.Header.MixHash);
        }
        return _last.Seed;
    }
}
