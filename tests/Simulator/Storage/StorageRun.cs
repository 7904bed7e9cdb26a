using System.Diagnostics;
using System.Globalization;
using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Storage;

/// <summary>Many seeds of a network that stores, side by side.</summary>
internal sealed class StorageRun(Options options, TextWriter report)
{
    private readonly object _gate = new();
    private readonly StorageStatistics _statistics = new();
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
        report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_done} seeds, {_broken} broken; {_virtualMs / 3_600_000.0:F1} virtual hours, {_done / seconds:F1} seeds/s, {seconds:F1} s"));
        return _broken == 0 ? 0 : 1;
    }

    private void Work(ulong end)
    {
        while (TryTake(end, out ulong seed))
        {
            StorageWorld world = new(seed, StorageDoubles.None) { Log = options.Verbose ? report.WriteLine : null };
            string? broken = Try(world);
            lock (_gate)
            {
                _done++;
                _statistics.Add(world.Statistics);
                _virtualMs += world.Time.NowMs;
                if (broken is null)
                {
                    if (options.Seeds == 1) report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {world.Coordinator.State.Seq} batches, hash {world.Trace}"));
                    continue;
                }
                _broken++;
                report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: BROKEN at {world.Time.NowMs} ms: {broken}\nreplay: ./tests/simulate --scenario storage --seed {seed}"));
            }
        }
    }

    private static string? Try(StorageWorld world)
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
