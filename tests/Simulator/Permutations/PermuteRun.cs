using System.Diagnostics;
using System.Globalization;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Simulator.Permutations;

/// <summary>Many deliveries of the same batches. All must end in the root of the log's author.</summary>
internal static class PermuteRun
{
    private const int Batches = 60;

    /// <summary>Writing a log costs far more than delivering it, so seeds share one.</summary>
    private const ulong SeedsPerLog = 50;

    /// <returns>The exit code.</returns>
    public static int Run(ulong first, ulong seeds, TextWriter report)
    {
        long start = Stopwatch.GetTimestamp();
        CultureInfo culture = CultureInfo.CurrentCulture, strange = StrangeCulture.Make();
        ulong broken = 0, written = ulong.MaxValue;
        SampleLog? log = null;
        for (ulong seed = first; seed < first + seeds; seed++)
        {
            if (log is null || seed / SeedsPerLog != written)
            {
                written = seed / SeedsPerLog;
                log = new SampleScript((int)(written % int.MaxValue)).Run(Batches).Log;
            }
            CultureInfo.CurrentCulture = seed % 2 == 0 ? strange : culture;
            string? wrong = Permutation.Run(log, (int)(seed % int.MaxValue));
            CultureInfo.CurrentCulture = culture;
            if (wrong is null) continue;
            broken++;
            report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"BROKEN {wrong}\nreplay: ./tests/simulate --scenario log-permute --seed {seed}"));
        }
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        report.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seeds} seeds, {broken} broken; logs of {Batches} batches, {seeds / seconds:F1} seeds/s, {seconds:F1} s"));
        return broken == 0 ? 0 : 1;
    }
}
