using Dsdn.Simulator.Outages;

namespace Dsdn.Simulation.Tests;

/// <summary>A few seeds of outages of data availability; thousands run by <c>./tests/simulate --scenario da-outage</c>.</summary>
public sealed class OutageTests
{
    // 5: a look-up that failed last kept the router in Emergency for ever. 30, 77: a crash between a pointer and the outbox made a second canonical one.
    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    [InlineData(5UL)]
    [InlineData(30UL)]
    [InlineData(77UL)]
    public void EveryBatchEndsOnCelestiaOnceAndInOrder(ulong seed) => new OutageWorld(seed, OutageDoubles.None).Run();

    public static TheoryData<string> Mutations => [.. OutageMutation.All.Select(static mutation => mutation.Name)];

    [Theory]
    [MemberData(nameof(Mutations))]
    public void ABrokenRuleIsNoticed(string name) => Assert.NotNull(OutageMutation.All.Single(mutation => mutation.Name == name).FindOut(seeds: 60));
}
