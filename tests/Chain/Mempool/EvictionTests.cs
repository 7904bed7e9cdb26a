using Dsdn.Chain.Mempool;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Tests.Transactions;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Mempool;

public sealed class EvictionTests
{
    private static PoolFixture Small(int transactionsMax) => new(PoolOptions.Default with { TransactionsMax = transactionsMax });

    [Fact]
    public void FullPoolGivesUpTheCheapestForADearer()
    {
        PoolFixture fixture = Small(3);
        fixture.Taken(Signed.Transfer(0, 0, tipGwei: 2));
        Transaction cheapest = fixture.Taken(Signed.Transfer(1, 0, tipGwei: 1));
        fixture.Taken(Signed.Transfer(2, 0, tipGwei: 3));
        Assert.Equal("transaction underpriced", fixture.Refusal(Signed.Transfer(3, 0, tipGwei: 1)));
        Transaction dearer = fixture.Taken(Signed.Transfer(3, 0, tipGwei: 2));
        Assert.False(fixture.Pool.Knows(cheapest.Hash));
        Assert.True(fixture.Pool.Knows(dearer.Hash));
        Assert.Equal(3, fixture.Pool.Count);
    }

    [Fact]
    public void AmongEquallyCheapTheLatestGoes()
    {
        PoolFixture fixture = Small(2);
        Transaction earlier = fixture.Taken(Signed.Transfer(0, 0, tipGwei: 1));
        Transaction later = fixture.Taken(Signed.Transfer(1, 0, tipGwei: 1));
        fixture.Taken(Signed.Transfer(2, 0, tipGwei: 2));
        Assert.Equal((true, false), (fixture.Pool.Knows(earlier.Hash), fixture.Pool.Knows(later.Hash)));
    }

    [Fact]
    public void SuccessorsOfTheEvictedWaitBehindTheGap()
    {
        PoolFixture fixture = Small(4);
        fixture.Taken(Signed.Transfer(0, 0, tipGwei: 2));
        fixture.Taken(Signed.Transfer(0, 1, tipGwei: 1));
        fixture.Taken(Signed.Transfer(0, 2, tipGwei: 3));
        fixture.Taken(Signed.Transfer(1, 0, tipGwei: 3));
        fixture.Taken(Signed.Transfer(2, 0, tipGwei: 4));
        Assert.Equal((3, 1), (fixture.Pool.PendingCount, fixture.Pool.QueuedCount));
        Assert.Equal([2], fixture.Pool.ContentOf(Signed.AddressOf(0)).Queued.Select(t => t.Nonce));
    }

    [Fact]
    public void NonceGapFloodDisplacesNothingExecutable()
    {
        PoolFixture fixture = Small(3);
        for (int key = 0; key < 3; key++) fixture.Taken(Signed.Transfer(key, 0, tipGwei: 1));
        for (ulong nonce = 1; nonce < 5; nonce++)
            Assert.Equal("future transaction tries to replace pending", fixture.Refusal(Signed.Transfer(9, nonce, tipGwei: 4)));
    }

    [Fact]
    public void SenderCannotDisplaceItsOwnEarlierNonce()
    {
        PoolFixture fixture = Small(2);
        fixture.Taken(Signed.Transfer(0, 0, tipGwei: 1));
        fixture.Taken(Signed.Transfer(1, 0, tipGwei: 2));
        Assert.Equal("transaction underpriced", fixture.Refusal(Signed.Transfer(0, 1, tipGwei: 4)));
        Assert.Equal(2, fixture.InBlockOrder().Length);
    }

    [Fact]
    public void ReplacementNeedsNoRoom()
    {
        PoolFixture fixture = Small(1);
        fixture.Taken(Signed.Transfer(0, 0));
        fixture.Taken(Signed.Transfer(0, 0, tipGwei: 2, feeGwei: 6));
        Assert.Equal(1, fixture.Pool.Count);
    }

    [Fact]
    public void BytesAreLimitedAsWellAsCount()
    {
        TransactionDraft large = Signed.Draft(0, gas: 1_200_000) with { Data = new byte[50_000] };
        PoolFixture fixture = new(PoolOptions.Default with { BytesMax = 160_000 });
        for (int key = 0; key < 3; key++) fixture.Taken(Signed.Of(large, key));
        Assert.Equal("transaction underpriced", fixture.Refusal(Signed.Of(large, 3)));
        fixture.Taken(Signed.Of(large with { MaxPriorityFeePerGas = Amount.Gwei(2).BaseUnits }, 3));
        Assert.Equal(3, fixture.Pool.Count);
        Assert.InRange(fixture.Pool.Bytes, 150_000, 160_000);
    }

    [Fact]
    public void WhatCannotPayTheNewBaseFeeGoesFirst()
    {
        PoolFixture fixture = Small(2);
        Transaction poor = fixture.Taken(Signed.Transfer(0, 0, tipGwei: 4, feeGwei: 5));
        fixture.Taken(Signed.Transfer(1, 0, tipGwei: 1, feeGwei: 50));
        fixture.Pool.OnBlock([], Amount.Gwei(20));
        fixture.Taken(Signed.Transfer(2, 0, tipGwei: 1, feeGwei: 40));
        Assert.False(fixture.Pool.Knows(poor.Hash));
    }
}
