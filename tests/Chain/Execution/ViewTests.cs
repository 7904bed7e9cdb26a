using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Mempool;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
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
}
