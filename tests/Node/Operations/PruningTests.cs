using Dsdn.Chain.RocksDb;
using Dsdn.Chain.State;
using Dsdn.Chain.Storage;
using Dsdn.Node.Operations;

namespace Dsdn.Node.Tests.Operations;

public sealed class PruningTests
{
    [Fact]
    public void WhatTheRetentionDoesNotKeepGoesWithItsDiskSpaceAndTheChainGoesOn()
    {
        using var chain = new RecordedChain(blocks: 80, dataBytes: 8_000);
        var retention = new StateOptions { HistoryBlocks = 4, ProofBlocks = 4 };
        Pruned pruned = Pruning.Run(chain.Path, retention, retainedBlocks: 6, default);
        Assert.Equal((74UL, 75UL), (pruned.Blocks, pruned.OldestBody));
        Assert.True(pruned.BytesAfter < pruned.BytesBefore / 2, $"{pruned.BytesBefore} bytes before, {pruned.BytesAfter} after");
        Assert.Equal((76UL, 76UL), (pruned.OldestState, pruned.OldestProof));
        Assert.Equal(0UL, Pruning.Run(chain.Path, retention, retainedBlocks: 6, default).Blocks);

        using RocksDbStore store = RocksDbStore.Open(chain.Chain);
        Assert.True(StateCheck.Run(store).IsSound);
        var blocks = new ChainStore(store);
        Assert.Null(blocks.ReadBlock(74));
        Assert.NotNull(blocks.ReadBlock(75));
        Assert.NotNull(blocks.ReadCertificate(3));
        chain.Continue(store, blocks: 2);
        Assert.Equal(82UL, chain.Head.Header.Number);
    }

    [Fact]
    public void WithAnArchiveNothingGoes()
    {
        using var chain = new RecordedChain(blocks: 3);
        Pruned pruned = Pruning.Run(chain.Path, new StateOptions { HistoryBlocks = ulong.MaxValue, ProofBlocks = ulong.MaxValue }, retainedBlocks: null, default);
        Assert.Equal((0UL, 0UL, 0UL, 0UL), (pruned.Blocks, pruned.OldestState, pruned.OldestProof, pruned.OldestBody));
        using RocksDbStore store = RocksDbStore.Open(chain.Chain);
        Assert.NotNull(new ChainStore(store).ReadBlock(1));
    }
}
