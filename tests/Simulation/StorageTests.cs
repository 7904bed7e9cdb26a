using Dsdn.Simulator.Storage;

namespace Dsdn.Simulation.Tests;

/// <summary>A few seeds of a network that stores; thousands run by <c>./tests/simulate --scenario storage</c>.</summary>
public sealed class StorageTests
{
    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    public void WhatWasDeclaredIsThereWhenAllIsQuiet(ulong seed) => new StorageWorld(seed, StorageDoubles.None).Run();

    [Fact]
    public void ASeedIsTheSameTwice()
    {
        StorageWorld first = new(5, StorageDoubles.None), second = new(5, StorageDoubles.None);
        first.Run();
        second.Run();
        Assert.Equal(first.Trace.ToString(), second.Trace.ToString());
    }

    public static TheoryData<string> Mutations => [.. StorageMutation.All.Select(static mutation => mutation.Name)];

    [Theory]
    [MemberData(nameof(Mutations))]
    public void ABrokenRuleIsNoticed(string name) => Assert.NotNull(StorageMutation.All.Single(mutation => mutation.Name == name).FindOut(seeds: 12));
}
