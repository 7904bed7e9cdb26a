using Dsdn.Celestia.Rpc;

namespace Dsdn.Celestia.Tests.Rpc;

public sealed class CallErrorTests
{
    [Theory]
    [InlineData("blob: not found", CallFault.NotFound, CallAction.GiveUp)]
    [InlineData("header: given height is from the future: networkHeight: 10, requestedHeight: 12", CallFault.FutureHeight, CallAction.Wait)]
    [InlineData("header: syncing in progress: localHeadHeight: 10, requestedHeight: 12", CallFault.Syncing, CallAction.AskElsewhere)]
    [InlineData("requested header (5) is below Tail (9)", CallFault.Pruned, CallAction.AskElsewhere)]
    [InlineData("share: timestamp outside sampling window", CallFault.Pruned, CallAction.AskElsewhere)]
    [InlineData("height is equal to 0", CallFault.BadHeight, CallAction.GiveUp)]
    [InlineData("header: not found", CallFault.BadHeight, CallAction.GiveUp)]
    [InlineData("incomplete blob with the namespace 00", CallFault.IncompleteNamespace, CallAction.AskElsewhere)]
    [InlineData("node is running without state access. run with --core.ip <CORE NODE IP> to resolve", CallFault.NoStateAccess, CallAction.Operator)]
    [InlineData("account for signer celestia1abc not found", CallFault.NoAccount, CallAction.Operator)]
    [InlineData("broadcast tx error: hash AB error: account sequence mismatch, expected 5, got 4: incorrect account sequence code: 32", CallFault.SequenceMismatch, CallAction.Retry)]
    [InlineData("broadcast tx error: hash AB error: odd code: 32", CallFault.SequenceMismatch, CallAction.Retry)]
    [InlineData("insufficient gas price 1 < 2", CallFault.PriceTooLow, CallAction.RaisePrice)]
    [InlineData("insufficient fees; got: 1utia required: 2utia: insufficient fee", CallFault.PriceTooLow, CallAction.RaisePrice)]
    [InlineData("state: estimated gas price exceeds max gas price in tx config", CallFault.PriceTooHigh, CallAction.Operator)]
    [InlineData("spendable balance 1utia is smaller than 2utia: insufficient funds", CallFault.InsufficientFunds, CallAction.Operator)]
    [InlineData("broadcast tx error: hash AB error: no code: 5", CallFault.InsufficientFunds, CallAction.Operator)]
    [InlineData("tx already in mempool", CallFault.InMempool, CallAction.Wait)]
    [InlineData("mempool is full: number of txs 5000", CallFault.MempoolFull, CallAction.Wait)]
    [InlineData("transaction size exceeds maximum allowed limit", CallFault.TooLarge, CallAction.Split)]
    [InlineData("blob(s) too large", CallFault.TooLarge, CallAction.Split)]
    [InlineData("blob: over size limit", CallFault.TooLarge, CallAction.Split)]
    [InlineData("tx with hash AB was rejected by the node with execution code: 11140 and log: bad", CallFault.InvalidSigner, CallAction.GiveUp)]
    [InlineData("tx with hash AB was rejected by the node with execution code: 99 and log: bad", CallFault.Rejected, CallAction.GiveUp)]
    [InlineData("timed out waiting for tx to be included in a block", CallFault.UnknownOutcome, CallAction.LookBeforeRetry)]
    [InlineData("eviction poll timeout: transaction AB was evicted", CallFault.UnknownOutcome, CallAction.LookBeforeRetry)]
    [InlineData("rpc error: code = DeadlineExceeded desc = context deadline exceeded", CallFault.UnknownOutcome, CallAction.LookBeforeRetry)]
    [InlineData("missing permission to invoke 'Submit' (need 'write')", CallFault.Forbidden, CallAction.Operator)]
    [InlineData("something nobody foresaw", CallFault.Other, CallAction.Retry)]
    [InlineData("", CallFault.Other, CallAction.Retry)]
    public void TextsAreClassified(string message, CallFault fault, CallAction action)
    {
        CallError error = new(CallErrors.Classify(1, message), 1, message);
        Assert.Equal((fault, action), (error.Fault, error.Action));
    }

    [Fact]
    public void WhatAServerOfTheDialectSaysIsUnderstood()
    {
        (string, CallFault)[] said =
        [
            (ErrorText.Future(1, 2), CallFault.FutureHeight), (ErrorText.Behind(1, 2), CallFault.Syncing), (ErrorText.Pruned(1, 2), CallFault.Pruned),
            (ErrorText.Sequence(1, 2), CallFault.SequenceMismatch), (ErrorText.Broadcast("AB", 20, "mempool is full"), CallFault.MempoolFull),
            (ErrorText.Evicted("AB"), CallFault.UnknownOutcome), (ErrorText.NoAccount("celestia1"), CallFault.NoAccount), (ErrorText.Incomplete("00"), CallFault.IncompleteNamespace),
        ];
        Assert.All(said, one => Assert.Equal(one.Item2, CallErrors.Classify(1, one.Item1)));
    }

    [Fact]
    public void EveryFaultHasACodeOfItsOwn()
    {
        CallFault[] all = Enum.GetValues<CallFault>();
        Assert.Equal(all.Length, all.Select(CallErrors.CodeOf).Distinct().Count());
        DaFault[] faults = Enum.GetValues<DaFault>();
        Assert.Equal(faults.Length, faults.Select(fault => new DaVerdict(fault, "").Code).Distinct().Count());
    }
}
