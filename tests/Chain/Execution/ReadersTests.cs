using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.RocksDb;
using Dsdn.Chain.State;
using Dsdn.Chain.Tests.RocksDb;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Execution;

/// <summary>The consistency contract under readers on other threads while blocks commit as fast as they can.</summary>
public sealed class ReadersTests
{
    private const int Blocks = 60;

    [Fact]
    public async Task OnceAReceiptIsVisibleEverythingAgrees()
    {
        using var directory = new TempDirectory();
        using RocksDbStore store = RocksDbStore.Open(directory.Path);
        var node = new TestNode(store);
        Transaction[] transactions = [.. Enumerable.Range(0, Blocks).Select(i => TestChain.Send(0, (ulong)i, FakeKernel.Module, 0, [FakeKernel.LogTopics, (byte)(i + 1)], gas: 60_000))];
        using var done = new CancellationTokenSource();
        Task<int>[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() => Watch(node, transactions, done.Token)))];
        foreach (Transaction tx in transactions)
        {
            Assert.Null(node.View.Pool.Submit([tx.Raw])[0].Rejection);
            node.Step();
        }
        await done.CancelAsync();
        Assert.All(await Task.WhenAll(readers), seen => Assert.Equal(Blocks, seen));
    }

    /// <summary>Follows the transactions one by one; returns how many were seen.</summary>
    private static int Watch(TestNode node, Transaction[] transactions, CancellationToken done)
    {
        for (int i = 0; i < transactions.Length; i++)
        {
            TransactionLocation? location;
            bool last = false;
            while ((location = node.View.Locate(transactions[i].Hash)) is null)
            {
                if (last) return i;
                last = done.IsCancellationRequested; // one look after the end
            }
            ChainHead head = node.View.Head;
            Assert.True(head.Number >= location.BlockNumber);
            BlockData? data = node.View.BlockAt(location.BlockNumber);
            Assert.NotNull(data);
            Assert.Equal(transactions[i].Hash, data.Block.Transactions[(int)location.Index].Hash);
            Assert.True(head.State.TryGetAccount(TestChain.Account(0), out Account sender));
            Assert.True(sender.Nonce >= transactions[i].Nonce + 1);
            Assert.True(node.View.Pool.PendingNonce(TestChain.Account(0)) >= transactions[i].Nonce + 1);
            Assert.Equal(head.Number, sender.Nonce); // one transaction a block: the head's state is the head's
            var filter = new LogFilter(location.BlockNumber, location.BlockNumber, [], [[new Hash256(FakeKernel.Pad([(byte)(i + 1)]))]]);
            Assert.Equal(transactions[i].Hash, Assert.Single(node.View.FindLogs(filter, 10)).TransactionHash);
            ChainHead pending = node.View.Pending();
            Assert.True(pending.Number > location.BlockNumber);
            Assert.True(pending.State.TryGetAccount(TestChain.Account(0), out Account later) && later.Nonce >= sender.Nonce);
        }
        return transactions.Length;
    }

    [Fact]
    public async Task BatchesSubmittedByManyThreadsEnterOnce()
    {
        using var directory = new TempDirectory();
        using RocksDbStore store = RocksDbStore.Open(directory.Path);
        var node = new TestNode(store);
        ReadOnlyMemory<byte>[] raw = [.. Enumerable.Range(0, 8).SelectMany(from => Enumerable.Range(0, 40).Select(n => TestChain.Send(from, (ulong)n, TestChain.Account(9), 1).Raw))];
        IReadOnlyList<SubmitResult>[] results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => node.View.Pool.Submit(raw))));
        Assert.Equal(raw.Length, results.Sum(batch => batch.Count(result => result.Rejection is null)));
        Assert.All(results.SelectMany(batch => batch).Where(result => result.Rejection is not null), result => Assert.Equal("already known", result.Rejection?.Message));
        Assert.Equal(raw.Length, node.View.Pool.PendingCount);
        Assert.Equal(raw.Length, node.Step().Transactions.Count);
        Assert.Equal(0, node.View.Pool.PendingCount);
    }
}
