using Dsdn.Simulator.Storage;

namespace Dsdn.Simulation.Tests;

/// <summary>A few seeds of a network that stores; thousands run by <c>./tests/simulate --scenario storage</c>.</summary>
public sealed class StorageTests
{
    [Theory]
    // 320: a chunk that had no node to go to was not looked at again when the next of its replicas was struck.
    // 2554: a node got a second slot of a chunk whose first it had beside another node.
    [InlineData(1UL)]
    [InlineData(3UL)]
    [InlineData(320UL)]
    // 2289: a chunk whose sources all failed was asked for again at once, for ever, and kept others from being fetched.
    [InlineData(2289UL)]
    [InlineData(2554UL)]
    // 100614: a node said that it has what its disk had just been found to have lost.
    [InlineData(100614UL)]
    // 200259: a chunk was taken from a node's slots while the node wrote it; its acknowledgement counts for nothing then, and its bytes go.
    [InlineData(200259UL)]
    // 101302: a node began to leave and could not give all away.
    [InlineData(101302UL)]
    // 100265: a node that was back, and down as far as the log knew, was one of two that acknowledged a chunk; what it had was struck at once.
    [InlineData(100265UL)]
    public void WhatWasDeclaredIsThereWhenAllIsQuiet(ulong seed) => new StorageWorld(seed, StorageDoubles.None).Run();

    [Fact]
    public void ASeedIsTheSameTwice()
    {
        StorageWorld first = new(5, StorageDoubles.None), second = new(5, StorageDoubles.None);
        first.Run();
        second.Run();
        Assert.Equal(first.Trace.ToString(), second.Trace.ToString());
    }
}
