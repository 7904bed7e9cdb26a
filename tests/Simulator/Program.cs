using System.Diagnostics;
using System.Globalization;
using Dsdn.Simulator;

if (!TryParse(args, out ulong first, out ulong count))
{
    Console.Error.WriteLine("usage: tests/simulate --seed S [--seeds N]");
    return 2;
}
var clock = Stopwatch.StartNew();
ulong virtualMs = 0;
for (ulong seed = first; seed < first + count; seed++)
{
    try
    {
        SimulationResult result = new Simulation(seed).Run();
        virtualMs += result.VirtualMs;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"seed {seed}: height {result.Height} transactions {result.Transactions} refused {result.Refused} crashes {result.Crashes} block {result.BlockHash} state {result.StateHash}"));
    }
    catch (BrokenInvariant broken)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: BROKEN {broken.Message}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"replay: ./tests/simulate --seed {seed}"));
        return 1;
    }
}
Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"{count} seeds, {virtualMs / 1000.0:F0} virtual seconds in {clock.Elapsed.TotalSeconds:F1} s: {virtualMs / clock.Elapsed.TotalMilliseconds:F0} times real time"));
return 0;

static bool TryParse(string[] args, out ulong first, out ulong count)
{
    (first, count) = (0, 1);
    bool given = false;
    for (int i = 0; i < args.Length; i += 2)
    {
        if (i + 1 >= args.Length || !ulong.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)) return false;
        if (args[i] == "--seed") (first, given) = (number, true);
        else if (args[i] == "--seeds" && number > 0) count = number;
        else return false;
    }
    return given;
}
