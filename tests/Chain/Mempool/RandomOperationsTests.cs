using Dsdn.Chain.Mempool;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Tests.Transactions;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Mempool;

/// <summary>Any sequence of operations keeps the pool's promises; each seed is one sequence.</summary>
public sealed class RandomOperationsTests
{
    private const int Senders = 6;

    private static readonly Dictionary<(int, ulong, ulong), Transaction> Made = [];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void PromisesHoldAfterEveryOperation(int seed)
    {
        var random = new Random(seed);
        PoolOptions options = PoolOptions.Default with { TransactionsMax = 40, PendingPerSenderMax = 8, QueuedPerSenderMax = 6, LifetimeMs = 300 };
        PoolFixture fixture = new(options);
        for (int key = 0; key < Senders; key++) fixture.Fund(Signed.AddressOf(key), Amount.Nusa(1));
        for (int step = 0; step < 1_500; step++)
        {
            fixture.NowMs += 1;
            int key = random.Next(Senders);
            Address address = Signed.AddressOf(key);
            Account account = fixture.AccountOf(address);
            switch (random.Next(20))
            {
                case 0:
                    fixture.Include([.. fixture.InBlockOrder().Take(random.Next(10))]);
                    break;
                case 1:
                    fixture.Change(address, new Amount((UInt128)random.Next(1, 2_000) * 1_000_000_000_000), account.Nonce + (ulong)random.Next(2));
                    break;
                case 2:
                    fixture.Change(address, Amount.Nusa(1), account.Nonce);
                    break;
                case 3:
                    fixture.Pool.Expire(fixture.NowMs);
                    break;
                default:
                    fixture.Add(Make(key, account.Nonce + (ulong)random.Next(10), (ulong)random.Next(1, 5)));
                    break;
            }
            Check(fixture, options);
        }
    }

    private static Transaction Make(int key, ulong nonce, ulong tipGwei)
    {
        lock (Made)
        {
            if (!Made.TryGetValue((key, nonce, tipGwei), out Transaction? made))
                Made.Add((key, nonce, tipGwei), made = Signed.Transfer(key, nonce, tipGwei, feeGwei: 5 * tipGwei));
            return made;
        }
    }

    private static void Check(PoolFixture fixture, PoolOptions options)
    {
        TransactionPool pool = fixture.Pool;
        IReadOnlyList<SenderContent> content = pool.Content();
        Assert.Equal(pool.PendingCount, content.Sum(c => c.Pending.Count));
        Assert.Equal(pool.QueuedCount, content.Sum(c => c.Queued.Count));
        Assert.Equal(pool.Bytes, content.Sum(c => c.Pending.Concat(c.Queued).Sum(t => (long)t.Raw.Length)));
        Assert.True(pool.Count <= options.TransactionsMax);
        foreach (SenderContent sender in content)
        {
            Account account = fixture.AccountOf(sender.Sender);
            Assert.True(sender.Pending.Count + sender.Queued.Count > 0);
            Assert.True(sender.Pending.Count <= options.PendingPerSenderMax && sender.Queued.Count <= options.QueuedPerSenderMax);
            for (int i = 0; i < sender.Pending.Count; i++) Assert.Equal(account.Nonce + (ulong)i, sender.Pending[i].Nonce);
            UInt128 cost = 0;
            foreach (Transaction transaction in sender.Pending) cost += transaction.MaxFeePerGas.ToUInt128() * transaction.GasLimit;
            Assert.True(cost <= account.Balance.BaseUnits);
            ulong previous = account.Nonce + (ulong)sender.Pending.Count;
            foreach (Transaction transaction in sender.Queued)
            {
                Assert.True(transaction.Nonce >= previous);
                previous = transaction.Nonce + 1;
            }
            Assert.All(sender.Pending.Concat(sender.Queued), t => Assert.Same(t, pool.Find(t.Hash)));
        }
        CheckOrder(fixture, content);
    }

    private static void CheckOrder(PoolFixture fixture, IReadOnlyList<SenderContent> content)
    {
        Transaction[] order = fixture.InBlockOrder();
        Assert.Equal(content.Sum(c => c.Pending.Count), order.Length);
        foreach (SenderContent sender in content) Assert.Equal(sender.Pending, order.Where(t => t.Sender == sender.Sender));
    }
}
