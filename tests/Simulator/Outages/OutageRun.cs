using System.Diagnostics;
using System.Globalization;
using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Outages;

/// <summary>Many seeds of outages, side by side.</summary>
internal sealed class OutageRun(Options options, TextWriter report)
{
    private readonly object _gate = new();
    private readonly OutageStatistics _statistics = new();
    private ulong _next, _done, _broken, _virtualMs;

    /// <summary>The exit code.</summary>
    public int Run(ulong first)
    {
        _next = first;
        var clock = Stopwatch.StartNew();
        Thread[] threads = [.. Enumerable.Range(0, options.Jobs).Select(_ => new Thread(() => Work(first + options.Seeds)))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        double seconds = clock.Elapsed.TotalSeconds;
        foreach (string line in _statistics.Lines()) report.WriteLine(line);
        report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_done} seeds, {_broken} broken; {_virtualMs / 3_600_000.0:F0} virtual hours, {_done / seconds:F1} seeds/s, {seconds:F1} s"));
        return _broken == 0 ? 0 : 1;
    }

    private void Work(ulong end)
    {
        while (TryTake(end, out ulong seed))
        {
            var world = new OutageWorld(seed, OutageDoubles.None) { Log = options.Verbose ? report.WriteLine : null };
            string? broken = Try(world);
            lock (_gate)
            {
                _done++;
                _statistics.Add(world.Statistics);
                _virtualMs += world.Time.NowMs;
                if (broken is null) continue;
                _broken++;
                report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: BROKEN {broken}\nreplay: ./tests/simulate --scenario da-outage --seed {seed}"));
            }
        }
    }

    private static string? Try(OutageWorld world)
    {
        try
        {
            world.Run();
            return null;
        }
        catch (BrokenInvariant broken)
        {
            return broken.Message;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return $"by an exception: {error}";
        }
    }

    private bool TryTake(ulong end, out ulong seed)
    {
        lock (_gate)
        {
            seed = _next;
            if (_next >= end || (_broken > 0 && !options.Continue)) return false;
            _next++;
            return true;
        }
    }
}
