using Dsdn.Chain.Mempool;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Tests.Transactions;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Mempool;

public sealed class AdmissionTests
{
    private readonly PoolFixture _fixture = new();

    [Fact]
    public void SameTransactionTwiceIsAlreadyKnown()
    {
        Transaction first = _fixture.Taken(Signed.Transfer(0, 0));
        Assert.Equal("already known", _fixture.Refusal(first));
        Assert.True(_fixture.Pool.Knows(first.Hash));
    }

    [Fact]
    public void NonceBelowTheAccountsIsTooLow()
    {
        _fixture.Fund(Signed.AddressOf(0), Amount.Nusa(1), nonce: 11);
        Assert.Equal("nonce too low: next nonce 11, tx nonce 1", _fixture.Refusal(Signed.Transfer(0, 1)));
    }

    [Fact]
    public void UnfundedSenderIsToldHowMuchIsMissing()
    {
        _fixture.Fund(Signed.AddressOf(0), Amount.Zero);
        Assert.Equal(
            "insufficient funds for gas * price + value: balance 0, tx cost 105000000000000, overshot 105000000000000",
            _fixture.Refusal(Signed.Transfer(0, 0)));
    }

    [Fact]
    public void ExactBalanceIsEnoughAndOneUnitLessIsNot()
    {
        TransactionDraft draft = Signed.Draft(0);
        _fixture.Fund(Signed.AddressOf(0), new Amount(105_000_000_000_006));
        Assert.Equal(
            "insufficient funds for gas * price + value: balance 105000000000006, tx cost 105000000000007, overshot 1",
            _fixture.Refusal(Signed.Of(draft with { Value = 7UL })));
        _fixture.Taken(Signed.Of(draft with { Value = 6UL }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void CostsBeyondTheWidthOfAmountsAreInsufficientFunds(bool inTheFee)
    {
        TransactionDraft draft = inTheFee
            ? Signed.Draft(0) with { MaxFeePerGas = Uint256.MaxValue, MaxPriorityFeePerGas = 1UL }
            : Signed.Draft(0) with { Value = Uint256.MaxValue };
        Assert.StartsWith("insufficient funds for gas * price + value: balance 10000000000000000000000, tx cost ", _fixture.Refusal(Signed.Of(draft)), StringComparison.Ordinal);
    }

    [Fact]
    public void OverdraftOverSeveralTransactionsNamesWhatIsQueued()
    {
        _fixture.Fund(Signed.AddressOf(0), Amount.Nusa(10));
        TransactionDraft draft = Signed.Draft(0) with { Value = Amount.Nusa(6).BaseUnits };
        _fixture.Taken(Signed.Of(draft));
        Assert.Equal(
            "insufficient funds for gas * price + value: balance 10000000000000000000, queued cost 6000105000000000000, tx cost 6000105000000000000, overshot 2000210000000000000",
            _fixture.Refusal(Signed.Of(draft with { Nonce = 1 })));
    }

    [Fact]
    public void ReplacementThatOverdrawsNamesTheBump()
    {
        _fixture.Fund(Signed.AddressOf(0), Amount.Nusa(1));
        _fixture.Taken(Signed.Transfer(0, 0));
        TransactionDraft dearer = Signed.Draft(0, tipGwei: 2, feeGwei: 10) with { Value = Amount.Nusa(1).BaseUnits };
        Assert.StartsWith("insufficient funds for gas * price + value: balance 1000000000000000000, tx cost", _fixture.Refusal(Signed.Of(dearer)), StringComparison.Ordinal);
        _fixture.Taken(Signed.Transfer(0, 1, value: 999_700_000_000_000_000));
        Assert.StartsWith(
            "insufficient funds for gas * price + value: balance 1000000000000000000, queued cost 999910000000000000, tx bumped 105000000000000, overshot 15000000000000",
            _fixture.Refusal(Signed.Transfer(0, 0, tipGwei: 2, feeGwei: 10)), StringComparison.Ordinal);
    }

    [Fact]
    public void FeeAboveTheConfiguredCapIsRefusedUnlessSwitchedOff()
    {
        TransactionDraft dear = Signed.Draft(0, feeGwei: 100_000);
        Assert.Equal("tx fee (2.10 ether) exceeds the configured cap (1.00 ether)", _fixture.Refusal(Signed.Of(dear)));
        new PoolFixture(PoolOptions.Default with { TransactionFeeMax = Amount.Zero }).Taken(Signed.Of(dear));
    }

    [Fact]
    public void TipBelowThisNodesMinimumIsRefused()
    {
        Assert.Null(_fixture.Add(Signed.Transfer(0, 0, tipGwei: 0)).Rejection);
        PoolFixture strict = new(PoolOptions.Default with { PriorityFeeMin = new Amount(1) });
        Assert.Equal("transaction gas price below minimum: gas tip cap 0, minimum needed 1", strict.Refusal(Signed.Transfer(0, 0, tipGwei: 0)));
    }

    [Fact]
    public void RulesOfTheChainAreThePoolsToo()
    {
        Assert.Equal("intrinsic gas too low: gas 20999, minimum needed 21000", _fixture.Refusal(Signed.Of(Signed.Draft(0, gas: 20_999))));
        Assert.Equal("contract creation not supported", _fixture.Refusal(Signed.Of(Signed.Draft(0, gas: 60_000) with { To = null })));
        Assert.Equal(-32000, _fixture.Add(Signed.Of(Signed.Draft(0, gas: 1))).Rejection?.RpcCode);
    }

    [Fact]
    public void FeeCapBelowTheBaseFeeWaitsInThePool()
    {
        _fixture.Taken(Signed.Of(Signed.Draft(0) with { MaxFeePerGas = 1UL, MaxPriorityFeePerGas = 1UL }));
        Assert.Empty(_fixture.InBlockOrder());
        Assert.Single(_fixture.InBlockOrder(baseFee: new Amount(1)));
    }
}
