using System.Globalization;
using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Storage;

/// <summary>Many seeds of a network that stores.</summary>
internal sealed class StorageRun(Options options, TextWriter report) : SeedRun<StorageWorld>(options, report, "storage")
{
    private readonly StorageStatistics _statistics = new();

    protected override StorageWorld Make(ulong seed) => new(seed, StorageDoubles.None) { Log = Log };

    protected override void Run(StorageWorld world) => world.Run();

    protected override ulong NowMs(StorageWorld world) => world.Time.NowMs;

    protected override void Add(StorageWorld world) => _statistics.Add(world.Statistics);

    protected override IEnumerable<string> Lines() => _statistics.Lines();

    protected override string Describe(StorageWorld world) => string.Create(CultureInfo.InvariantCulture, $"{world.Coordinator.State.Seq} batches, hash {world.Trace}");
}
