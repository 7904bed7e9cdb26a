using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;
using Dsdn.Node.Validation;

namespace Dsdn.Node.Tests.Validation;

public class RelayedTransactionsTests
{
    private static readonly ReplicaEffect.AddTransactions Some = new(default, []);
    private readonly List<ReplicaEffect.AddTransactions> _begun = [];

    [Fact]
    public void BetweenBlocksNothingWaits()
    {
        var relayed = new RelayedTransactions(_begun.Add);
        relayed.Add(Some, 0);
        relayed.BlockBegins(10);
        relayed.BlockEnds();
        relayed.Add(Some, 20);
        Assert.Equal(2, _begun.Count);
    }

    [Fact]
    public void WhatComesDuringABlockWaitsForItsEnd()
    {
        var relayed = new RelayedTransactions(_begun.Add);
        relayed.BlockBegins(0);
        relayed.Add(Some, 10);
        relayed.Tick(20);
        Assert.Empty(_begun);
        relayed.BlockEnds();
        Assert.Single(_begun);
    }

    [Fact]
    public void ABlockThatNeverEndsHoldsNothingUp()
    {
        var relayed = new RelayedTransactions(_begun.Add);
        relayed.BlockBegins(0);
        relayed.Add(Some, 10);
        relayed.BlockBegins(200); // of the next round
        relayed.Tick(250);
        Assert.Single(_begun);
        relayed.Add(Some, 300);
        Assert.Equal(2, _begun.Count);
    }

    [Fact]
    public void OnlySoManyWait()
    {
        var relayed = new RelayedTransactions(_begun.Add);
        relayed.BlockBegins(0);
        for (int i = 0; i < 300; i++) relayed.Add(Some, 10);
        Assert.Equal(300 - 256, _begun.Count);
    }
}
