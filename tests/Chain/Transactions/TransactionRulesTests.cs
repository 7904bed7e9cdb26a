using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Transactions;

public sealed class TransactionRulesTests
{
    private static readonly TransactionBounds Bounds = new(Signed.ChainId, 30_000_000);

    [Fact]
    public void PlainTransferNeedsExactly21000Gas()
    {
        Assert.Null(Check(Signed.Draft(0)));
        Assert.Equal("intrinsic gas too low: gas 20999, minimum needed 21000", Check(Signed.Draft(0, gas: 20_999)));
    }

    [Fact]
    public void CalldataFloorAppliesAboveTheIntrinsicCost()
    {
        TransactionDraft hundredBytes = Signed.Draft(0, gas: 24_999) with { Data = Enumerable.Repeat((byte)0xff, 100).ToArray() };
        Assert.Equal("insufficient gas for floor data gas cost: gas 24999, minimum needed 25000", Check(hundredBytes));
        Assert.Null(Check(hundredBytes with { GasLimit = 25_000 }));
    }

    [Fact]
    public void AccessListIsChargedByAddressAndSlot()
    {
        TransactionDraft draft = Signed.Draft(0, gas: 21_000 + 2_400 + 1_900 - 1) with
        {
            AccessList = [new AccessListEntry(Signed.Receiver, [default])],
        };
        Assert.Equal("intrinsic gas too low: gas 25299, minimum needed 25300", Check(draft));
        Assert.Null(Check(draft with { GasLimit = 25_300 }));
    }

    [Fact]
    public void GasCapOfATransactionStandsBelowTheBlockLimit()
    {
        Assert.Null(Check(Signed.Draft(0, gas: 16_777_216)));
        Assert.Equal("transaction gas limit too high (cap: 16777216, tx: 16777217)", Check(Signed.Draft(0, gas: 16_777_217)));
        Assert.Equal("exceeds block gas limit", TransactionRules.Check(Signed.Of(Signed.Draft(0, gas: 1_000_001)), Bounds with { BlockGasMax = 1_000_000 })?.Message);
    }

    [Fact]
    public void TipAboveTheFeeCapIsRefused() =>
        Assert.Equal("max priority fee per gas higher than max fee per gas", Check(Signed.Draft(0, tipGwei: 6, feeGwei: 5)));

    [Fact]
    public void HighestNonceIsRefused() => Assert.Equal("nonce has max value", Check(Signed.Draft(ulong.MaxValue)));

    [Fact]
    public void ContractCreationIsRefusedAfterItsGasWasChecked()
    {
        TransactionDraft creation = Signed.Draft(0, gas: 52_999) with { To = null };
        Assert.Equal("intrinsic gas too low: gas 52999, minimum needed 53000", Check(creation));
        Assert.Equal("contract creation not supported", Check(creation with { GasLimit = 53_000 }));
        Assert.Equal("max initcode size exceeded: code size 49153, limit 49152", Check(creation with { Data = new byte[49_153], GasLimit = 4_000_000 }));
    }

    [Fact]
    public void LegacyWithoutReplayProtectionIsRefusedThoughItHasASender()
    {
        Transaction transaction = Signed.Of(Signed.Draft(0) with { Type = TransactionType.Legacy, ChainId = null });
        Assert.Null(SenderRecovery.Recover(transaction, Signed.ChainId));
        Assert.Equal("only replay-protected (EIP-155) transactions allowed over RPC", TransactionRules.Check(transaction, Bounds)?.Message);
    }

    [Fact]
    public void SystemTransactionFromOutsideIsRefused()
    {
        Transaction system = SystemTransaction.Create(Signed.ChainId, 7, SystemPhase.End);
        Assert.Equal("transaction type not supported", TransactionRules.Check(system, Bounds)?.Message);
        Assert.False(TransactionCodec.TryDecode(system.Raw, out _, out TransactionError? error));
        Assert.Equal("transaction type not supported", error.Message);
    }

    private static string? Check(TransactionDraft draft) => TransactionRules.Check(Signed.Of(draft), Bounds)?.Message;
}
