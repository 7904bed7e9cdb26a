using Dsdn.Simulator.Storage;

namespace Dsdn.Simulation.Tests;

/// <summary>Beside the seeds, not behind them.</summary>
public sealed class StorageMutationTests
{
    public static TheoryData<string> Mutations => [.. StorageMutation.All.Select(static mutation => mutation.Name)];

    [Theory]
    [MemberData(nameof(Mutations))]
    public void ABrokenRuleIsNoticed(string name) => Assert.NotNull(StorageMutation.All.Where(mutation => mutation.Name == name).Select(static mutation => mutation.Notices(mutation.Seed)).Single());
}
