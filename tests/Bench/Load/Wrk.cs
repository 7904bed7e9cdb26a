using System.Diagnostics;
using System.Globalization;

namespace Dsdn.Bench.Load;

/// <param name="Errors">Broken connections, HTTP errors and time-outs.</param>
public sealed record WrkResult(double RequestsPerSecond, long Errors, double P50Ms, double P99Ms);

/// <summary>Debian's wrk against one server: 32 connections from one thread, the same bodies in turn for every server.</summary>
public static class Wrk
{
    public static WrkResult Run(int port, IEnumerable<string> bodies, int seconds)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(file, bodies);
            var info = new ProcessStartInfo("wrk") { RedirectStandardOutput = true, RedirectStandardError = true };
            string script = Path.Combine(AppContext.BaseDirectory, "Load", "post.lua");
            foreach (string argument in (string[])["-t1", "-c32", $"-d{seconds}s", "-s", script, $"http://127.0.0.1:{port}/", "--", file]) info.ArgumentList.Add(argument);
            using Process process = Process.Start(info) ?? throw new InvalidOperationException("wrk did not start");
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            string line = text.Split('\n').FirstOrDefault(static candidate => candidate.StartsWith("wrk-result ", StringComparison.Ordinal))
                ?? throw new InvalidOperationException($"wrk failed: {text} {process.StandardError.ReadToEnd()}");
            double[] numbers = [.. line.Split(' ').Skip(1).Select(static number => double.Parse(number, CultureInfo.InvariantCulture))];
            return new WrkResult(numbers[0] / (numbers[1] / 1e6), (long)numbers[2], numbers[3] / 1000, numbers[4] / 1000);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
