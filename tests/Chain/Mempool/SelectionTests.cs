using Dsdn.Chain.Mempool;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Tests.Transactions;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Mempool;

public sealed class SelectionTests
{
    private readonly PoolFixture _fixture = new();

    [Fact]
    public void HighestEffectiveTipFirstThenEarlierArrival()
    {
        Transaction low = _fixture.Taken(Signed.Transfer(0, 0, tipGwei: 1));
        Transaction high = _fixture.Taken(Signed.Transfer(1, 0, tipGwei: 3));
        Transaction alsoLow = _fixture.Taken(Signed.Transfer(2, 0, tipGwei: 1));
        Transaction capped = _fixture.Taken(Signed.Transfer(3, 0, tipGwei: 3, feeGwei: 3)); // 2 gwei are left above the base fee
        Assert.Equal([high, capped, low, alsoLow], _fixture.InBlockOrder());
    }

    [Fact]
    public void LaterNonceWaitsForTheEarlierHoweverItTips()
    {
        Transaction first = _fixture.Taken(Signed.Transfer(0, 0, tipGwei: 1));
        Transaction second = _fixture.Taken(Signed.Transfer(0, 1, tipGwei: 4));
        Transaction other = _fixture.Taken(Signed.Transfer(1, 0, tipGwei: 2));
        Assert.Equal([other, first, second], _fixture.InBlockOrder());
    }

    [Fact]
    public void TransactionBelowTheBaseFeeHoldsBackItsSuccessors()
    {
        Transaction first = _fixture.Taken(Signed.Transfer(0, 0, feeGwei: 5));
        _fixture.Taken(Signed.Transfer(0, 1, feeGwei: 2));
        _fixture.Taken(Signed.Transfer(0, 2, feeGwei: 5));
        Assert.Equal([first], _fixture.InBlockOrder(baseFee: Amount.Gwei(3)));
    }

    [Fact]
    public void SkippedSenderIsPassedOverForTheRestOfTheBlock()
    {
        _fixture.Taken(Signed.Transfer(0, 0, tipGwei: 3));
        _fixture.Taken(Signed.Transfer(0, 1, tipGwei: 3));
        Transaction other = _fixture.Taken(Signed.Transfer(1, 0, tipGwei: 1));
        PoolSelection selection = _fixture.Pool.Select(PoolFixture.BaseFee);
        Assert.True(selection.TryNext(out _));
        selection.SkipSender();
        Assert.True(selection.TryNext(out Transaction? next));
        Assert.Same(other, next);
        Assert.False(selection.TryNext(out _));
    }

    [Fact]
    public void SelectionEndsWhenThePoolChanges()
    {
        _fixture.Taken(Signed.Transfer(0, 0));
        PoolSelection selection = _fixture.Pool.Select(PoolFixture.BaseFee);
        _fixture.Taken(Signed.Transfer(1, 0));
        Assert.Throws<InvalidOperationException>(() => selection.TryNext(out _));
    }

    [Fact]
    public void CandidatesStopAtTheLimitsOfABlock()
    {
        for (int key = 0; key < 10; key++) _fixture.Taken(Signed.Transfer(key, 0));
        int size = Signed.Transfer(0, 0).Raw.Length;
        Assert.Equal(7, _fixture.Pool.Candidates(PoolFixture.BaseFee, countMax: 7, bytesMax: int.MaxValue).Count);
        Assert.InRange(_fixture.Pool.Candidates(PoolFixture.BaseFee, countMax: 100, bytesMax: 4 * size).Count, 3, 4);
        Assert.Equal(10, _fixture.Pool.Candidates(PoolFixture.BaseFee, countMax: 100, bytesMax: int.MaxValue).Count);
    }
}
