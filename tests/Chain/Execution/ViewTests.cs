using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Mempool;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Storage;
using Dsdn.Chain.Transactions;
using Dsdn.Chain.View;

namespace Dsdn.Chain.Tests.Execution;

public sealed class ViewTests
{
    [Fact]
    public void ReceiptIsVisibleTogetherWithBalanceNonceAndHead()
    {
        using var store = new MemoryStore();
        var node = new TestNode(store);
        Transaction tx = TestChain.Send(0, 0, TestChain.Account(1), 7);
        SubmitResult submitted = Assert.Single(node.View.Pool.Submit([tx.Raw]));
        Assert.Null(submitted.Rejection);
        Assert.Equal(1UL, node.View.Pool.PendingNonce(TestChain.Account(0)));
        node.Step();
        TransactionLocation? location = node.View.Locate(tx.Hash);
        Assert.Equal(new TransactionLocation(1, 0), location);
        Assert.Equal(1UL, node.View.Head.Number);
        Assert.True(node.View.Head.State.TryGetAccount(TestChain.Account(0), out Account sender));
        Assert.Equal(1UL, sender.Nonce);
        Assert.Equal(0, node.View.Pool.PendingCount);
        Assert.Equal(tx.Hash, node.View.BlockAt(1)?.Block.Transactions[0].Hash);
    }

    [Fact]
    public void PendingBlockFollowsPoolAndHead()
    {
        using var store = new MemoryStore();
        var node = new TestNode(store);
        Assert.Empty(node.View.Pending().Block.Transactions);
        node.View.Pool.Submit([TestChain.Send(0, 0, TestChain.Account(1), 7).Raw]);
        ChainHead pending = node.View.Pending();
        Assert.Equal(1UL, pending.Number);
        Assert.Single(pending.Block.Transactions);
        Assert.Equal(node.View.Head.Block.Hash, pending.Block.Header.ParentHash);
        Assert.Equal(node.View.NextBaseFee, pending.Block.Header.BaseFeePerGas);
        Assert.True(pending.State.TryGetAccount(TestChain.Account(1), out Account receiver));
        Assert.Equal(new Amount(Amount.Nusa(1_000).BaseUnits + 7), receiver.Balance);
        Assert.Same(pending, node.View.Pending());
        node.Step();
        Assert.Empty(node.View.Pending().Block.Transactions);
        Assert.Equal(2UL, node.View.Pending().Number);
    }

    [Fact]
    public void DearPendingBlockIsKeptForAWhileAndACheapOneIsNot()
    {
        using var store = new MemoryStore();
        var node = new TestNode(store) { MsPerLookAtTheClock = 10 }; // making one takes 10 ms by this clock
        Assert.Empty(node.View.Pending().Block.Transactions);
        node.View.Pool.Submit([TestChain.Send(0, 0, TestChain.Account(1), 7).Raw]);
        Assert.Empty(node.View.Pending().Block.Transactions);
        node.NowMs += 1_000;
        Assert.Single(node.View.Pending().Block.Transactions);
        node.MsPerLookAtTheClock = 0;
        node.NowMs += 1_000;
        for (ulong nonce = 1; nonce < 5; nonce++)
        {
            node.View.Pool.Submit([TestChain.Send(0, nonce, TestChain.Account(1), 7).Raw]);
            Assert.Equal((int)nonce + 1, node.View.Pending().Block.Transactions.Count);
        }
    }

    [Fact]
    public void ObserversHearOfPooledTransactionsAndThenOfTheHead()
    {
        using var store = new MemoryStore();
        var node = new TestNode(store);
        var heard = new Listener();
        node.View.Subscribe(heard);
        Transaction tx = TestChain.Send(0, 0, TestChain.Account(1), 7);
        node.View.Pool.Submit([tx.Raw, tx.Raw]);
        node.Step();
        node.View.Unsubscribe(heard);
        node.Step();
        Assert.Equal([$"pooled {tx.Hash}", "head 1"], heard.Told);
    }

    [Fact]
    public void OldBlocksAreReadBackWithTheirSendersReceiptsAndSets()
    {
        using var store = new MemoryStore();
        var node = new TestNode(store);
        Transaction transfer = TestChain.Send(0, 0, TestChain.Account(1), 7), call = TestChain.Send(1, 0, FakeKernel.Module, 0, [FakeKernel.Write, 4], gas: 90_000);
        node.View.Pool.Submit([transfer.Raw, call.Raw]);
        BlockData executed = Assert.IsType<BlockData>(node.View.BlockAt(node.Step().Header.Number));
        node.Step();

        ChainView view = new TestNode(store).View; // nothing recent in memory
        BlockData data = Assert.IsType<BlockData>(view.BlockAt(1));
        Assert.Equal(executed.Size, data.Size);
        Assert.Equal(executed.Block.Hash, data.Block.Hash);
        Assert.Equal(executed.Block.Transactions.Select(tx => (tx.Hash, tx.Sender, tx.Type)), data.Block.Transactions.Select(tx => (tx.Hash, tx.Sender, tx.Type)));
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(ReceiptCodec.Encode(executed.Receipts[i]), ReceiptCodec.Encode(data.Receipts[i]));
            Assert.Equal(executed.Receipts[i].GasUsed, data.Receipts[i].GasUsed);
            Assert.Equal(executed.FirstLogIndex(i), data.FirstLogIndex(i));
        }
        Assert.Equal(data.Block.Hash, view.BlockByHash(executed.Block.Hash)?.Block.Hash);
        Assert.Null(view.BlockAt(3));
        Assert.Null(view.HeaderAt(3));
        Assert.Equal(1UL, view.CertificateAt(1)?.Height);
        Assert.Null(view.CertificateAt(0));
        for (ulong number = 0; number <= 3; number++) Assert.Equal(TestChain.Operator, Assert.Single(view.ValidatorsAt(number).Validators).Operator);
        Assert.Equal(data.Block.Header.StateRoot, view.HeaderAt(1)?.StateRoot);
        AccountProof proof = view.Prove(1, TestChain.Account(1), []);
        Assert.Equal(new Amount(Amount.Nusa(1_000).BaseUnits + 7 - Cost(executed, 1)), proof.Account.Balance);
    }

    [Fact]
    public void PrunedLogsAreAnErrorAndNeverAnEmptyAnswer()
    {
        using var store = new MemoryStore();
        var node = new TestNode(store);
        for (ulong i = 0; i < 6; i++)
        {
            node.View.Pool.Submit([TestChain.Send(0, i, FakeKernel.Module, 0, [FakeKernel.LogTopics, 1], gas: 60_000).Raw]);
            node.Step();
        }
        new BlockPruner(store, new ChainStore(store), retainedBlocks: 2).PruneSome(100);
        ChainView view = new TestNode(store).View;
        Assert.Equal(5UL, Assert.Throws<HistoryUnavailableException>(() => view.FindLogs(new LogFilter(0, 6, [], []), 10)).Oldest);
        Assert.Equal(2, view.FindLogs(new LogFilter(5, 6, [], []), 10).Count);
        Assert.Null(view.BlockAt(4));
        Assert.NotNull(view.HeaderAt(4));
        var call = new SimulatedCall(TestChain.Account(0), FakeKernel.Module, Uint256.Zero, new byte[] { FakeKernel.ReadCoinbase }, null, null, null, []);
        Assert.Equal(CallStatus.Success, view.Simulate(call, 4).Status); // the state is kept by its own window
    }

    private static UInt128 Cost(BlockData data, int index) => (Amount.Gwei(2).BaseUnits * data.Receipts[index].GasUsed);

    private sealed class Listener : IChainObserver
    {
        public List<string> Told { get; } = [];

        public void OnHead(ChainHead head) => Told.Add($"head {head.Number}");

        public void OnPooled(Transaction transaction) => Told.Add($"pooled {transaction.Hash}");
    }
}
