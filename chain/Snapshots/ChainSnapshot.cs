using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Snapshots;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Storage;

namespace Dsdn.Chain.Snapshots;

/// <summary>A whole chain as a snapshot: state and what of its blocks a node needs to go on.</summary>
public static class ChainSnapshot
{
    /// <summary>Of the version's head. Blocks are read from the store behind it: they do not change once decided.</summary>
    /// <param name="version">A consistent version; take it between blocks and keep it until this returns.</param>
    /// <param name="writeChunk">Takes chunk 0, 1, .. in order; the memory is only lent.</param>
    /// <param name="chunkBytes">Nodes of one network write chunks of one size, or their snapshots are not the same.</param>
    /// <exception cref="StorageException">DSDN-E-SNAPSHOT-BLOCKS: at block 0, or headers that a snapshot needs are not stored here</exception>
    public static SnapshotManifest Export(IKeyValueReader version, ChainStore blocks, Action<int, ReadOnlyMemory<byte>> writeChunk, int chunkBytes = SnapshotManifest.ChunkBytesMax)
    {
        ulong height = StateMeta.ReadHead(version)?.Height ?? throw new StorageException("DSDN-E-STATE-EMPTY: there is no state here");
        BlockPart part = Collect(blocks, height);
        return SnapshotExport.Run(version, height, part.Block.Hash, part.Encode(), writeChunk, chunkBytes);
    }

    /// <summary>
    /// After every chunk was added: checks the blocks from the trusted head, rebuilds the state and, if its root is the head's, makes
    /// both visible in one write. Otherwise nothing is kept.
    /// </summary>
    /// <param name="trusted">The snapshot's head, verified by the light client.</param>
    /// <param name="seeds">The blocks of <see cref="SeedHeights"/>, with those through which they were verified.</param>
    public static SnapshotFault Finish(
        SnapshotImport import, IKeyValueStore store, GenesisBlock genesis, LightBlock trusted, IReadOnlyList<LightBlock> seeds, out string detail)
    {
        var chain = new ChainConstants(genesis.ChainId, genesis.Parameters, genesis.Block.Hash);
        detail = "";
        if (import.Missing.Any()) return SnapshotFault.ChunksMissing;
        if (!BlockPart.TryDecode(import.ReadParts(), BlockBytesMax(genesis.Parameters), out BlockPart? part)) detail = "the block part does not decode";
        List<Receipt> receipts = [];
        if (part is not null) detail = BlockPartRules.Check(part, trusted, chain, out receipts) ?? "";
        foreach (ulong height in SeedHeights(trusted.Height, genesis.Parameters.EpochBlocks))
        {
            if (seeds.All(seed => seed.Height != height)) throw new ArgumentException($"no light block {height}, whose beacon seeds proposers");
        }
        if (part is null || detail.Length > 0 || import.StateRoot != trusted.Header.StateRoot)
        {
            if (detail.Length == 0) detail = "the manifest's state root is not the header's";
            import.Refuse();
            return SnapshotFault.WrongBlocks;
        }
        var data = new BlockData(part.Block, receipts, BlockCodec.EthereumSize(part.Block.Header, part.Block.Transactions));
        SnapshotFault fault = import.Finish(batch => Stage(batch, store, genesis, part, data, trusted, seeds));
        if (fault == SnapshotFault.WrongRoot) detail = "the rows do not give the state root";
        return fault;
    }

    /// <summary>
    /// Headers below those of a snapshot that a node needs all the same, because their beacons seed the proposers of the epoch of
    /// the next block and of the one after it. Descending.
    /// </summary>
    public static IReadOnlyList<ulong> SeedHeights(ulong head, uint epochBlocks)
    {
        ulong[] sources = [EpochSeed.SourceHeight(head + 1 + epochBlocks, epochBlocks), EpochSeed.SourceHeight(head + 1, epochBlocks)];
        return [.. sources.Where(height => height != 0 && height < BlockPartRules.OldestPast(head))];
    }

    /// <summary>An encoded block may be a little larger than the bound on what it carries.</summary>
    private static int BlockBytesMax(ChainParams parameters) => (int)parameters.BlockBytesMax + (1 << 20);

    private static void Stage(
        IWriteBatch batch, IKeyValueStore store, GenesisBlock genesis, BlockPart part, BlockData data, LightBlock head, IReadOnlyList<LightBlock> seeds)
    {
        BlockImport.StageHead(batch, new ChainStore(store), genesis.Block, data, head.Certificate, head.Validators, head.NextValidators);
        foreach (PastHeader past in part.Past) BlockImport.StageHeader(batch, past.Header, past.Consensus, past.Certificate);
        foreach (ValidatorSet set in part.Sets) BlockImport.StageSet(batch, set);
        foreach (LightBlock seed in seeds)
        {
            BlockImport.StageHeader(batch, seed.Header, seed.Consensus, seed.Certificate);
            BlockImport.StageSet(batch, seed.Validators);
            BlockImport.StageSet(batch, seed.NextValidators);
        }
    }

    private static BlockPart Collect(ChainStore blocks, ulong height)
    {
        BlockData data = blocks.ReadBlock(height) ?? throw Missing(height);
        var past = new List<PastHeader>();
        var sets = new SortedDictionary<Hash256, ValidatorSet>();
        Certificate? canonical = data.Block.LastCommit;
        for (ulong below = height - 1; below >= BlockPartRules.OldestPast(height); below--)
        {
            LightBlock light = LightBlock.Read(blocks, below) ?? throw Missing(below);
            past.Add(new PastHeader(light.Header, light.Consensus, canonical ?? light.Certificate));
            sets[light.Consensus.ValidatorsHash] = light.Validators;
            sets[light.Consensus.NextValidatorsHash] = light.NextValidators;
            canonical = blocks.ReadBlock(below)?.Block.LastCommit; // one that came by a snapshot was canonical already
        }
        return new BlockPart(data.Block, [.. data.Receipts.Select(ReceiptCodec.Encode)], past, [.. sets.Values]);
    }

    private static StorageException Missing(ulong height) => new($"DSDN-E-SNAPSHOT-BLOCKS: block {height} is needed and not stored here");
}
