using System.Diagnostics;
using System.Globalization;
using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator;

/// <summary>Runs the whole crash-point matrix and prints how many points it has.</summary>
internal static class MatrixRun
{
    public static int Run(Options options)
    {
        var clock = Stopwatch.StartNew();
        IReadOnlyList<MatrixCase> cases = CrashMatrix.Enumerate();
        int next = -1, broken = 0;
        Thread[] threads = [.. Enumerable.Range(0, options.Jobs).Select(_ => new Thread(Work))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        foreach (var place in cases.GroupBy(static crash => crash.Point.Place).OrderBy(static group => group.Key))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{place.Key}: {place.Select(static crash => (crash.Victim, crash.Point)).Distinct().Count()} points, {place.Count()} crashes"));
        int points = cases.Select(static crash => (crash.Victim, crash.Point)).Distinct().Count();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"crash matrix: {points} points, {cases.Count} crashes of 4 validators (validator {CrashMatrix.Proposer} proposes), {broken} broken, {clock.Elapsed.TotalSeconds:F1} s"));
        return broken == 0 ? 0 : 1;

        void Work()
        {
            for (int i = Interlocked.Increment(ref next); i < cases.Count; i = Interlocked.Increment(ref next))
            {
                try
                {
                    CrashMatrix.Check(cases[i]);
                }
                catch (BrokenInvariant e)
                {
                    Interlocked.Increment(ref broken);
                    Console.WriteLine($"{cases[i]}: BROKEN {e.Message}");
                }
            }
        }
    }
}
