using Dsdn.Chain.Mempool;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Tests.Transactions;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Mempool;

public sealed class NonceQueueTests
{
    private readonly PoolFixture _fixture = new();

    private TransactionPool Pool => _fixture.Pool;

    [Fact]
    public void GapWaitsUntilItIsFilled()
    {
        _fixture.Taken(Signed.Transfer(0, 0));
        Assert.False(_fixture.Add(Signed.Transfer(0, 2)).IsPending);
        Assert.Equal((1, 1), (Pool.PendingCount, Pool.QueuedCount));
        Assert.Equal(1UL, Pool.PendingNonce(Signed.AddressOf(0), 0));
        Assert.True(_fixture.Add(Signed.Transfer(0, 1)).IsPending);
        Assert.Equal((3, 0), (Pool.PendingCount, Pool.QueuedCount));
        Assert.Equal(3UL, Pool.PendingNonce(Signed.AddressOf(0), 0));
        Assert.Equal([0, 1, 2], _fixture.InBlockOrder().Select(t => t.Nonce));
    }

    [Fact]
    public void ContentListsSendersByAddressAndTheirNoncesAscending()
    {
        foreach (int key in new[] { 2, 0, 1 }) foreach (ulong nonce in new ulong[] { 5, 0, 3, 1 }) _fixture.Taken(Signed.Transfer(key, nonce));
        IReadOnlyList<SenderContent> content = Pool.Content();
        Assert.Equal(content.Select(c => c.Sender).Order(), content.Select(c => c.Sender));
        Assert.All(content, c => Assert.Equal("0 1 | 3 5", $"{string.Join(' ', c.Pending.Select(t => t.Nonce))} | {string.Join(' ', c.Queued.Select(t => t.Nonce))}"));
        Assert.Empty(Pool.ContentOf(Signed.Receiver).Pending);
    }

    [Theory]
    [InlineData(900, 4_900, false)] // lower
    [InlineData(1_090, 5_450, false)] // +9 %
    [InlineData(1_090, 7_000, false)] // cap alone
    [InlineData(2_000, 5_400, false)] // tip alone
    [InlineData(1_099, 5_500, false)]
    [InlineData(1_100, 5_500, true)] // +10 % on both
    public void ReplacementNeedsTenPercentOnBothFees(ulong tipMwei, ulong feeMwei, bool taken)
    {
        Transaction old = _fixture.Taken(Signed.Transfer(0, 0));
        Transaction next = Signed.Of(Signed.Draft(0) with { MaxPriorityFeePerGas = tipMwei * 1_000_000, MaxFeePerGas = feeMwei * 1_000_000 });
        if (!taken)
        {
            Assert.Equal("replacement transaction underpriced", _fixture.Refusal(next));
            return;
        }
        Assert.Same(old, _fixture.Add(next).Replaced);
        Assert.Equal([next], _fixture.InBlockOrder());
        Assert.False(Pool.Knows(old.Hash));
        Assert.Equal(1, Pool.Count);
    }

    [Fact]
    public void ReplacementOfAWaitingTransactionKeepsItWaiting()
    {
        _fixture.Taken(Signed.Transfer(0, 3));
        Assert.False(_fixture.Add(Signed.Transfer(0, 3, tipGwei: 2, feeGwei: 6)).IsPending);
        Assert.Equal((0, 1), (Pool.PendingCount, Pool.QueuedCount));
    }

    [Fact]
    public void SenderIsLimitedTo64ExecutableAnd64Waiting()
    {
        for (ulong nonce = 0; nonce < 128; nonce++) Assert.Equal(nonce < 64, _fixture.Add(Signed.Transfer(0, nonce)).IsPending);
        Assert.Equal("account limit exceeded: pooled 128 txs", _fixture.Refusal(Signed.Transfer(0, 128)));
        Assert.Equal(128UL, Pool.PendingNonce(Signed.AddressOf(0), 0));
        Transaction[] block = _fixture.InBlockOrder();
        Assert.Equal(64, block.Length);
        _fixture.Include(block);
        Assert.Equal((64, 0), (Pool.PendingCount, Pool.QueuedCount));
        Assert.Equal(Enumerable.Range(64, 64).Select(n => (ulong)n), _fixture.InBlockOrder().Select(t => t.Nonce));
    }

    [Fact]
    public void BlockMadeElsewhereMakesPooledNoncesStale()
    {
        Transaction[] all = [.. Enumerable.Range(0, 5).Select(n => _fixture.Taken(Signed.Transfer(0, (ulong)n)))];
        _fixture.Taken(Signed.Transfer(0, 7));
        _fixture.Change(Signed.AddressOf(0), Amount.Nusa(1), nonce: 6);
        Assert.Equal((0, 1), (Pool.PendingCount, Pool.QueuedCount));
        Assert.All(all, t => Assert.Null(Pool.Find(t.Hash)));
        _fixture.Change(Signed.AddressOf(0), Amount.Nusa(1), nonce: 7);
        Assert.Equal((1, 0), (Pool.PendingCount, Pool.QueuedCount));
        _fixture.Change(Signed.AddressOf(0), Amount.Nusa(1), nonce: 8);
        Assert.Equal((0, 0L), (Pool.Count, Pool.Bytes));
        Assert.Empty(Pool.Content());
    }

    [Fact]
    public void DrainedAccountKeepsOnlyWhatItCanPay()
    {
        Transaction[] all = [.. Enumerable.Range(0, 4).Select(n => _fixture.Taken(Signed.Transfer(0, (ulong)n, value: n == 1 ? 1_000_000_000_000_000_000UL : 0)))];
        _fixture.Change(Signed.AddressOf(0), new Amount(230_000_000_000_000), nonce: 0); // two plain transfers
        Assert.Equal((1, 2), (Pool.PendingCount, Pool.QueuedCount)); // nonce 1 is dropped, 2 and 3 wait behind the gap
        Assert.False(Pool.Knows(all[1].Hash));
        _fixture.Taken(Signed.Transfer(0, 1));
        Assert.Equal((2, 2), (Pool.PendingCount, Pool.QueuedCount)); // 2 and 3 cannot be paid yet
        _fixture.Change(Signed.AddressOf(0), Amount.Nusa(1), nonce: 0);
        Assert.Equal((4, 0), (Pool.PendingCount, Pool.QueuedCount));
    }

    [Fact]
    public void LifetimeEndsAfterThreeHoursWherever()
    {
        Transaction old = _fixture.Taken(Signed.Transfer(0, 0));
        _fixture.NowMs += 1;
        _fixture.Taken(Signed.Transfer(0, 1));
        _fixture.Taken(Signed.Transfer(1, 4));
        ulong threeHours = 3 * 60 * 60 * 1000;
        Assert.Equal(0, Pool.Expire(_fixture.NowMs - 1 + threeHours));
        Assert.Equal(1, Pool.Expire(_fixture.NowMs + threeHours));
        Assert.False(Pool.Knows(old.Hash));
        Assert.Equal((0, 2), (Pool.PendingCount, Pool.QueuedCount)); // nonce 1 lost its predecessor
        Assert.Equal(2, Pool.Expire(_fixture.NowMs + threeHours + 1));
        Assert.Equal(0, Pool.Count);
    }

    [Fact]
    public void ClockThatStepsBackExpiresNothing()
    {
        _fixture.Taken(Signed.Transfer(0, 0));
        Assert.Equal(0, Pool.Expire(0));
    }
}
