using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Execution;

public sealed class TransferTests
{
    private static readonly Address Stranger = Address.Parse("0x00000000000000000000000000000000deadbeef");

    [Fact]
    public void TransferCostsExactly21000AndSplitsItsFee()
    {
        var chain = new TestChain();
        BlockData data = chain.Step(TestChain.Send(0, 0, Stranger, 5));
        Receipt receipt = Assert.Single(data.Receipts);
        Assert.True(receipt.Succeeded);
        Assert.Equal(21_000UL, receipt.GasUsed);
        UInt128 baseFee = data.Block.Header.BaseFeePerGas.BaseUnits;
        Assert.Equal(Amount.Gwei(1).BaseUnits, baseFee); // at its floor
        UInt128 tip = Amount.Gwei(1).BaseUnits;
        Assert.Equal(new Amount(5), chain.Balance(Stranger));
        Assert.Equal(new Amount(tip * 21_000), chain.Balance(TestChain.Coinbase));
        Assert.Equal(new Amount(baseFee * 21_000), chain.Balance(FakeKernel.Pool));
        Assert.Equal(new Amount(Amount.Nusa(1_000).BaseUnits - 5 - ((baseFee + tip) * 21_000)), chain.Balance(TestChain.Account(0)));
        Assert.Equal(1UL, chain.Nonce(TestChain.Account(0)));
    }
}
