using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Storage;

namespace Dsdn.Chain.Tests.Execution;

public sealed class EpochSeedTests
{
    private static readonly ChainParams ShortEpochs = TestChain.Parameters with { EpochBlocks = 3 };

    [Theory]
    [InlineData(1, 0)] // epoch 0
    [InlineData(3, 0)]
    [InlineData(4, 0)] // epoch 1
    [InlineData(6, 0)]
    [InlineData(7, 3)] // epoch 2: the end of epoch 0
    [InlineData(9, 3)]
    [InlineData(10, 6)]
    public void AnEpochIsSeededByTheEndOfTheEpochBeforeTheLast(ulong height, ulong source) => Assert.Equal(source, EpochSeed.SourceHeight(height, 3));

    [Fact]
    public void EpochsOfOneBlockAreSeededTwoBlocksBack()
    {
        Assert.Equal(0UL, EpochSeed.SourceHeight(2, 1));
        Assert.Equal(1UL, EpochSeed.SourceHeight(3, 1));
        Assert.Equal(ulong.MaxValue - 2, EpochSeed.SourceHeight(ulong.MaxValue, 1));
    }

    [Fact]
    public void TheFirstTwoEpochsTakeTheGenesisHashAndLaterOnesTheBeacon()
    {
        var chain = new TestChain(parameters: ShortEpochs);
        for (ulong height = 1; height <= 12; height++)
        {
            Hash256 expected = height <= 6 ? chain.Genesis.Block.Hash : chain.Open.Services.Blocks.ReadHeader(EpochSeed.SourceHeight(height, 3))?.Header.MixHash ?? default;
            Assert.Equal(expected, chain.Execution.ProposerSeed);
            chain.Step();
        }
        Assert.NotEqual(chain.Genesis.Block.Hash, chain.Execution.ProposerSeed);
    }

    [Fact]
    public void AReopenedChainHasTheSameSeed()
    {
        using var store = new MemoryStore();
        var chain = new TestChain(store, parameters: ShortEpochs);
        for (int i = 0; i < 8; i++) chain.Step();
        Assert.Equal(chain.Execution.ProposerSeed, new TestChain(store, parameters: ShortEpochs).Execution.ProposerSeed);
    }

    [Fact]
    public void AStoreWithoutTheHeaderSaysSo()
    {
        using var store = new MemoryStore();
        var chain = new TestChain(store, parameters: ShortEpochs);
        for (int i = 0; i < 6; i++) chain.Step();
        using (IWriteBatch batch = store.CreateBatch())
        {
            batch.Delete(ColumnFamily.Headers, StoreKeys.Header(3));
            store.Write(batch, sync: true);
        }
        Assert.Throws<StoreCorruptException>(() => new TestChain(store, parameters: ShortEpochs).Execution.ProposerSeed);
    }
}
