using Dsdn.Log.State;
using Dsdn.Log.Storing;
using Dsdn.Storage;

namespace Dsdn.StorageNode.Tests.Storing;

/// <summary>Times of three projects that have to fit together.</summary>
public sealed class StagingTests
{
    [Fact]
    public void WhatIsStagedOutlivesItsReservationAndTheLagOfItsNode() =>
        Assert.True((ulong)new StorageOptions().StagedMs > LogRules.ReservedMs + new StoringOptions().StaleMs);
}
