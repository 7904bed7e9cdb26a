using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Storage;

namespace Dsdn.Chain.Tests.Execution;

public sealed class ReplayTests
{
    [Fact]
    public void HonestStoreReplaysWithoutDifference()
    {
        (MemoryStore store, TestChain chain) = Recorded();
        using var scratch = new MemoryStore();
        var heights = new List<ulong>();
        Assert.Null(ChainReplay.FromGenesis(chain.Open.Services, chain.Genesis, scratch, heights.Add));
        Assert.Equal([1, 2, 3, 4, 5, 6], heights);
        Assert.Equal(StoreDump.Of(store), StoreDump.Of(scratch));
        Assert.Null(ChainReplay.FromHeight(chain.Open.Services, 4));
    }

    [Fact]
    public void OneFlippedRecordIsNamedByModuleTableAndKey()
    {
        (MemoryStore store, TestChain chain) = Recorded();
        Change(store, batch => batch.Put(ColumnFamily.Records, RecordKey.Make(1, 1, [2]), [7]));
        using var scratch = new MemoryStore();
        ReplayDivergence? divergence = ChainReplay.FromGenesis(chain.Open.Services, chain.Genesis, scratch);
        Assert.Equal((6UL, "DSDN-E-REPLAY-STATE"), (divergence?.Height, divergence?.Code));
        Assert.StartsWith("module 1 table 1 key 0x02: stored 0x07, replayed 0x", divergence?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void ChangedSenderReceiptsAndIndexAreFound()
    {
        foreach ((string code, Action<MemoryStore, TestChain> harm) in new (string, Action<MemoryStore, TestChain>)[]
        {
            ("DSDN-E-REPLAY-RECEIPTS", (store, _) => Change(store, batch => batch.Put(ColumnFamily.Receipts, StoreKeys.OfHeight(3), Flip(store.Get(ColumnFamily.Receipts, StoreKeys.OfHeight(3)))))),
            ("DSDN-E-REPLAY-SENDER", (store, _) => Change(store, batch => batch.Put(ColumnFamily.Bodies, StoreKeys.OfHeight(3), OtherSender(store.Get(ColumnFamily.Bodies, StoreKeys.OfHeight(3)))))),
            ("DSDN-E-REPLAY-INDEX", (store, chain) => Change(store, batch => batch.Delete(ColumnFamily.TransactionIndex, chain.Open.Services.Blocks.ReadBlock(3)!.Block.Transactions[0].Hash.Span))),
            ("DSDN-E-REPLAY-CERTIFICATE", (store, _) => Change(store, batch => batch.Delete(ColumnFamily.Headers, StoreKeys.Certificate(3)))),
            ("DSDN-E-REPLAY-BODY", (store, _) => Change(store, batch => batch.Delete(ColumnFamily.Bodies, StoreKeys.OfHeight(3)))),
        })
        {
            (MemoryStore store, TestChain chain) = Recorded();
            harm(store, chain);
            using var scratch = new MemoryStore();
            ReplayDivergence? divergence = ChainReplay.FromGenesis(chain.Open.Services, chain.Genesis, scratch);
            Assert.Equal((code, 3UL), (divergence?.Code, divergence?.Height));
        }
    }

    [Fact]
    public void PrunedBodiesGoTogetherWithTheirIndexesAndHeadersStay()
    {
        (MemoryStore store, TestChain chain) = Recorded();
        ChainStore blocks = chain.Open.Services.Blocks;
        Hash256 old = blocks.ReadBlock(2)!.Block.Transactions[0].Hash;
        var pruner = new BlockPruner(store, blocks, retainedBlocks: 2);
        Assert.Equal(3, pruner.PruneSome(3));
        Assert.Equal(1, pruner.PruneSome(3));
        Assert.Equal(0, pruner.PruneSome(3));
        Assert.Equal(5UL, blocks.OldestBody);
        Assert.Null(blocks.ReadBlock(4));
        Assert.NotNull(blocks.ReadBlock(5));
        Assert.NotNull(blocks.ReadHeader(2));
        Assert.NotNull(blocks.ReadCertificate(2));
        Assert.Null(blocks.Locate(old));
        Assert.DoesNotContain(blocks.CandidateBlocks(new LogFilter(1, 4, [], [[], [new Hash256(FakeKernel.Pad([2]))]])), block => block == 2);
        _ = new TestChain(store); // still opens
    }

    private static (MemoryStore Store, TestChain Chain) Recorded()
    {
        var store = new MemoryStore();
        var chain = new TestChain(store, configure: kernel => kernel.EndWrites = h => h % 2 == 0);
        for (ulong i = 0; i < 6; i++)
        {
            chain.Step(
                TestChain.Send(0, i, TestChain.Account(1), 5 + i),
                TestChain.Send(1, i, FakeKernel.Module, i, [i % 3 == 0 ? FakeKernel.PayBack : FakeKernel.Write, (byte)i], gas: 90_000));
        }
        return (store, chain);
    }

    private static void Change(MemoryStore store, Action<IWriteBatch> change)
    {
        using IWriteBatch batch = store.CreateBatch();
        change(batch);
        store.Write(batch, sync: true);
    }

    private static byte[] Flip(byte[]? record)
    {
        Assert.NotNull(record);
        record[^1] ^= 1; // the last byte of the last log's data
        return record;
    }

    private static byte[] OtherSender(byte[]? record)
    {
        Assert.NotNull(record);
        int at = record.AsSpan().IndexOf(TestChain.Account(0).Span);
        TestChain.Account(5).CopyTo(record.AsSpan(at));
        return record;
    }
}
