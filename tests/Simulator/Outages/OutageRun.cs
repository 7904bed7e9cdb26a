using System.Globalization;
using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Outages;

/// <summary>Many seeds of outages.</summary>
internal sealed class OutageRun(Options options, TextWriter report) : SeedRun<OutageWorld>(options, report, "da-outage")
{
    private readonly OutageStatistics _statistics = new();

    protected override OutageWorld Make(ulong seed) => new(seed, OutageDoubles.None) { Log = Log };

    protected override void Run(OutageWorld world) => world.Run();

    protected override ulong NowMs(OutageWorld world) => world.Time.NowMs;

    protected override void Add(OutageWorld world) => _statistics.Add(world.Statistics);

    protected override IEnumerable<string> Lines() => _statistics.Lines();

    protected override string Describe(OutageWorld world) => string.Create(CultureInfo.InvariantCulture, $"{world.Time.NowMs} ms");
}
