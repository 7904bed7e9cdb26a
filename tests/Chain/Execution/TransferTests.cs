using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Execution;

public sealed class TransferTests
{
    private static readonly Address Stranger = Address.Parse("0x00000000000000000000000000000000deadbeef");
    private static readonly UInt128 Gwei = Amount.Gwei(1).BaseUnits;

    [Fact]
    public void TransferCostsExactly21000AndSplitsItsFee()
    {
        var chain = new TestChain();
        BlockData data = chain.Step(TestChain.Send(0, 0, Stranger, 5));
        Receipt receipt = Assert.Single(data.Receipts);
        Assert.True(receipt.Succeeded);
        Assert.Equal(21_000UL, receipt.GasUsed);
        Assert.Equal(Gwei, data.Block.Header.BaseFeePerGas.BaseUnits); // at its floor
        Assert.Equal(new Amount(5), chain.Balance(Stranger));
        Assert.Equal(new Amount(Gwei * 21_000), chain.Balance(TestChain.Coinbase));
        Assert.Equal(new Amount(Gwei * 21_000), chain.Balance(FakeKernel.Pool));
        Assert.Equal(new Amount(Amount.Nusa(1_000).BaseUnits - 5 - (2 * Gwei * 21_000)), chain.Balance(TestChain.Account(0)));
        Assert.Equal(1UL, chain.Nonce(TestChain.Account(0)));
    }

    [Fact]
    public void FeeCapBelowBaseFeePlusTipLowersTheTip()
    {
        var chain = new TestChain();
        chain.Step(TestChain.Send(0, 0, Stranger, 0, maxFeeGwei: 2, tipGwei: 2));
        Assert.Equal(new Amount(Gwei * 21_000), chain.Balance(TestChain.Coinbase));
    }

    [Fact]
    public void DataToAnAccountWithoutCodeIsChargedAndAccepted()
    {
        var chain = new TestChain();
        byte[] data = [.. Enumerable.Repeat((byte)0xff, 100)];
        Receipt receipt = chain.Step(TestChain.Send(0, 0, Stranger, 1, data, gas: 30_000)).Receipts[0];
        Assert.True(receipt.Succeeded);
        Assert.Equal(25_000UL, receipt.GasUsed); // the floor of EIP-7623, above 21,000 + 1,600
        Assert.Equal(new Amount(1), chain.Balance(Stranger));
    }

    [Fact]
    public void EmptyTransferCreatesNoAccount()
    {
        var chain = new TestChain();
        chain.Step(TestChain.Send(0, 0, Stranger, 0));
        Assert.False(chain.Head.State.TryGetAccount(Stranger, out _));
    }

    [Fact]
    public void TransferToSelfCostsTheFeeOnly()
    {
        var chain = new TestChain();
        chain.Step(TestChain.Send(0, 0, TestChain.Account(0), Amount.Nusa(900).BaseUnits));
        Assert.Equal(new Amount(Amount.Nusa(1_000).BaseUnits - (2 * Gwei * 21_000)), chain.Balance(TestChain.Account(0)));
    }

    [Fact]
    public void NonceGapIsLeftOutTogetherWithWhatFollows()
    {
        var chain = new TestChain();
        BlockData data = chain.Step(TestChain.Send(0, 1, Stranger, 1), TestChain.Send(0, 0, Stranger, 1), TestChain.Send(1, 0, Stranger, 1));
        Assert.Equal(TestChain.Account(1), Assert.Single(data.Block.Transactions).Sender);
        Assert.Equal(0UL, chain.Nonce(TestChain.Account(0)));
    }

    [Fact]
    public void WhoCannotPayIsLeftOut()
    {
        var chain = new TestChain();
        BlockData data = chain.Step(TestChain.Send(0, 0, Stranger, Amount.Nusa(1_000).BaseUnits), TestChain.Send(1, 0, Stranger, 1));
        Assert.Single(data.Block.Transactions);
        Assert.Equal(Amount.Nusa(1_000), chain.Balance(TestChain.Account(0)));
    }

    [Fact]
    public void RecipientSpendsInTheSameBlockWhatItReceived()
    {
        var chain = new TestChain();
        chain.Step(
            TestChain.Send(0, 0, TestChain.Account(20), Amount.Nusa(5).BaseUnits),
            TestChain.Send(20, 0, Stranger, Amount.Nusa(4).BaseUnits));
        Assert.Equal(Amount.Nusa(4), chain.Balance(Stranger));
    }

    [Fact]
    public void RevertedCallKeepsItsFeeAndNothingElse()
    {
        var chain = new TestChain();
        Receipt receipt = chain.Step(TestChain.Send(0, 0, FakeKernel.Module, 77, [FakeKernel.WriteThenRevert], gas: 100_000)).Receipts[0];
        Assert.False(receipt.Succeeded);
        Assert.Empty(receipt.Logs);
        Assert.Equal(31_016UL, receipt.GasUsed);
        Assert.Equal(Amount.Zero, chain.Balance(FakeKernel.Module));
        Assert.False(chain.Head.State.TryGetRecord(RecordKey.Make(1, 1, [0]), out _));
        Assert.Equal(new Amount(Amount.Nusa(1_000).BaseUnits - (2 * Gwei * 31_016)), chain.Balance(TestChain.Account(0)));
        Assert.Equal(1UL, chain.Nonce(TestChain.Account(0)));
    }

    [Fact]
    public void ExhaustedCallPaysItsWholeLimit()
    {
        var chain = new TestChain();
        Receipt receipt = chain.Step(TestChain.Send(0, 0, FakeKernel.Module, 77, [FakeKernel.Exhaust], gas: 100_000)).Receipts[0];
        Assert.False(receipt.Succeeded);
        Assert.Equal(100_000UL, receipt.GasUsed);
        Assert.Equal(new Amount(Gwei * 100_000), chain.Balance(TestChain.Coinbase));
    }

    [Fact]
    public void RefundIsCappedAtAFifth()
    {
        var chain = new TestChain();
        Receipt receipt = chain.Step(TestChain.Send(0, 0, FakeKernel.Module, 0, [FakeKernel.Refund], gas: 100_000)).Receipts[0];
        Assert.Equal(71_016UL - (71_016UL / 5), receipt.GasUsed);
    }

    [Fact]
    public void ValueCarryingCallPaysAModuleWhichPaysBack()
    {
        var chain = new TestChain();
        Receipt receipt = chain.Step(TestChain.Send(0, 0, FakeKernel.Module, 500, [FakeKernel.PayBack], gas: 100_000)).Receipts[0];
        Assert.True(receipt.Succeeded);
        Assert.Equal(Amount.Zero, chain.Balance(FakeKernel.Module));
        Assert.Equal(FakeKernel.Moved, Assert.Single(receipt.Logs).Topics[0]);
    }

    /// <summary>Fees are settled late for speed; nobody may be able to tell.</summary>
    [Fact]
    public void ModuleReadsTheFeesOfEarlierTransactionsOfItsBlock()
    {
        var chain = new TestChain();
        BlockData data = chain.Step(
            TestChain.Send(0, 0, Stranger, 1),
            TestChain.Send(1, 0, Stranger, 1),
            TestChain.Send(2, 0, FakeKernel.Module, 0, [FakeKernel.ReadCoinbase], gas: 60_000));
        ReadOnlySpan<byte> seen = data.Receipts[2].Logs[0].Data.Span;
        Assert.Equal((Uint256)(Gwei * 42_000), Uint256.FromBigEndian(seen[..32]));
        Assert.Equal((Uint256)(Gwei * 42_000), Uint256.FromBigEndian(seen[32..]));
    }

    [Fact]
    public void CoinbaseSpendsTheTipsItEarnedEarlierInTheBlock()
    {
        var chain = new TestChain(coinbase: TestChain.Account(30)); // an empty account whose key we hold
        BlockData data = chain.Step(
            TestChain.Send(0, 0, Stranger, 1, tipGwei: 8),
            TestChain.Send(1, 0, Stranger, 1, tipGwei: 8),
            TestChain.Send(30, 0, Stranger, 0, maxFeeGwei: 2, tipGwei: 1));
        Assert.Equal(3, data.Block.Transactions.Count);
        // It earned 16 gwei a gas, paid 2 for its own and got the tip of that back.
        Assert.Equal(new Amount(Gwei * 21_000 * (16 - 2 + 1)), chain.Balance(TestChain.Account(30)));
    }

    [Fact]
    public void ValueSentToTheFeePoolAddressIsAModuleCall()
    {
        var chain = new TestChain();
        Receipt receipt = chain.Step(TestChain.Send(0, 0, FakeKernel.Pool, 5, gas: 50_000)).Receipts[0];
        Assert.False(receipt.Succeeded); // it has no receive
        Assert.Equal(new Amount(Gwei * receipt.GasUsed), chain.Balance(FakeKernel.Pool));
    }

    [Fact]
    public void BlockGasLimitLeavesTheRestForTheNextBlock()
    {
        var chain = new TestChain(parameters: TestChain.Parameters with { BlockGasMax = 1_000_000, BlockGasTarget = 500_000 });
        Transaction[] many = [.. Enumerable.Range(0, 60).Select(i => TestChain.Send(0, (ulong)i, Stranger, 1))];
        BlockData data = chain.Step(many);
        Assert.Equal(47, data.Block.Transactions.Count);
        Assert.Equal(47 * 21_000UL, data.Block.Header.GasUsed);
        Assert.True(chain.Open.NextBaseFee == Amount.Gwei(1)); // of genesis; the head's is higher now
        BlockData next = chain.Step([.. many.Skip(47)]);
        Assert.Equal(13, next.Block.Transactions.Count);
        Assert.True(next.Block.Header.BaseFeePerGas > data.Block.Header.BaseFeePerGas);
    }

    [Fact]
    public void SpentTimeBudgetClosesTheBlock()
    {
        var chain = new TestChain();
        chain.Wait([.. Enumerable.Range(0, 200).Select(i => TestChain.Send(0, (ulong)i, Stranger, 1))]);
        int asked = 0;
        Block block = chain.Execution.Build(new BuildRequest(0, TestChain.Operator, null, () => ++asked > 2));
        Assert.Equal(128, block.Transactions.Count);
    }
}
