using System.Diagnostics;
using System.Globalization;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Faults;

namespace Dsdn.Simulator;

/// <summary>Many seeds, each on one thread, several side by side; reports them in their order and adds up what happened.</summary>
internal sealed class SeedRun(Options options, TextWriter report)
{
    private readonly object _gate = new();
    private readonly FaultCounters _faults = new();
    private readonly SortedDictionary<ulong, string> _waiting = [];
    private ulong _next, _reported, _virtualMs, _heights, _broken, _signatures;
    private bool _isOver;

    /// <summary>The exit code.</summary>
    public int Run(ulong first)
    {
        _next = _reported = first;
        var clock = Stopwatch.StartNew();
        Thread[] threads = [.. Enumerable.Range(0, options.Jobs).Select(_ => new Thread(() => Work(first + options.Seeds), maxStackSize: 16 * 1024 * 1024))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        double seconds = clock.Elapsed.TotalSeconds;
        ulong done = _reported - first;
        Console.Error.WriteLine(string.Join(' ', _faults.All.Select(static fault => string.Create(CultureInfo.InvariantCulture, $"{fault.Fault}={fault.Count}"))));
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{done} seeds, {_broken} broken, {_heights} heights, {_signatures} signatures; {done / seconds:F1} seeds/s, {_virtualMs / 1000.0 / seconds:F0} virtual seconds a second, {seconds:F1} s"));
        return _broken == 0 ? 0 : 1;
    }

    private void Work(ulong end)
    {
        while (TryTake(end, out ulong seed)) Done(seed, Try(seed));
    }

    private bool TryTake(ulong end, out ulong seed)
    {
        lock (_gate)
        {
            seed = _next;
            if (_isOver || _next >= end) return false;
            _next++;
            return true;
        }
    }

    private (string Line, SimulationResult? Result) Try(ulong seed)
    {
        try
        {
            SimulationResult result = new Simulation(seed) { Log = options.Verbose ? report.WriteLine : null }.Run();
            return (string.Create(CultureInfo.InvariantCulture,
                $"seed {seed}: height {result.Height} transactions {result.Transactions} signatures {result.Signatures} virtual {result.VirtualMs} ms events {result.Events} block {result.BlockHash} state {result.StateHash} trace {result.Trace}"), result);
        }
        catch (BrokenInvariant broken)
        {
            return (string.Create(CultureInfo.InvariantCulture, $"seed {seed}: BROKEN {broken.Message}\nreplay: ./tests/simulate --seed {seed}"), null);
        }
        catch (Exception error)
        {
            return (string.Create(CultureInfo.InvariantCulture, $"seed {seed}: BROKEN by an exception: {error}\nreplay: ./tests/simulate --seed {seed}"), null);
        }
    }

    private void Done(ulong seed, (string Line, SimulationResult? Result) outcome)
    {
        lock (_gate)
        {
            if (outcome.Result is { } result)
            {
                _faults.Add(result.Faults);
                _virtualMs += result.VirtualMs;
                _heights += result.Height;
                _signatures += (ulong)result.Signatures;
            }
            else
            {
                _broken++;
                _isOver |= !options.Continue;
            }
            _waiting.Add(seed, outcome.Line);
            while (_waiting.Remove(_reported, out string? line))
            {
                report.WriteLine(line);
                _reported++;
            }
        }
    }
}
