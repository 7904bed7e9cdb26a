using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Dsdn.Simulator.Engine;

/// <summary>Many seeds of one scenario, side by side.</summary>
internal abstract class SeedRun<TWorld>(Options options, TextWriter report, string scenario)
{
    private static readonly TimeSpan Progress = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private bool _isStopped;
    private ulong _next, _done, _broken, _virtualMs;

    protected Action<string>? Log => options.Verbose ? report.WriteLine : null;

    /// <summary>The exit code.</summary>
    public int Run(ulong first)
    {
        _next = first;
        var clock = Stopwatch.StartNew();
        // Hours of work are not lost with Ctrl-C: seeds under way are finished, and counted.
        using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var told = new Timer(_ => Tell(), null, Progress, Progress);
        Thread[] threads = [.. Enumerable.Range(0, options.Jobs).Select(_ => new Thread(() => Work(first + options.Seeds)))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        double seconds = clock.Elapsed.TotalSeconds;
        foreach (string line in Lines()) report.WriteLine(line);
        report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_done} seeds, {_broken} broken; {_virtualMs / 3_600_000.0:F1} virtual hours, {_done / seconds:F1} seeds/s, {seconds:F1} s"));
        return _broken == 0 ? 0 : 1;
    }

    protected abstract TWorld Make(ulong seed);

    /// <exception cref="BrokenInvariant"/>
    protected abstract void Run(TWorld world);

    protected abstract ulong NowMs(TWorld world);

    /// <summary>Counts a world that ran; one at a time.</summary>
    protected abstract void Add(TWorld world);

    /// <summary>What was counted.</summary>
    protected abstract IEnumerable<string> Lines();

    /// <summary>Said of a seed that runs alone.</summary>
    protected abstract string Describe(TWorld world);

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        lock (_lock) _isStopped = true;
    }

    private void Tell()
    {
        lock (_lock) Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_done} of {options.Seeds} seeds, {_broken} broken"));
    }

    private void Work(ulong end)
    {
        while (TryTake(end, out ulong seed))
        {
            TWorld world = Make(seed);
            string? broken = Try(world);
            lock (_lock)
            {
                _done++;
                Add(world);
                _virtualMs += NowMs(world);
                if (broken is null)
                {
                    if (options.Seeds == 1) report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {Describe(world)}"));
                    continue;
                }
                _broken++;
                report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: BROKEN at {NowMs(world)} ms: {broken}\nreplay: ./tests/simulate --scenario {scenario} --seed {seed}"));
            }
        }
    }

    private string? Try(TWorld world)
    {
        try
        {
            Run(world);
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
        lock (_lock)
        {
            seed = _next;
            if (_isStopped || _next >= end || (_broken > 0 && !options.Continue)) return false;
            _next++;
            return true;
        }
    }
}
