using System.Globalization;

namespace Dsdn.House.Tests.Determinism.Planted;

/// <summary>One violation of each rule, compiled here so that the scanner can be shown to find it. Never called.</summary>
public static class Offender
{
    private static int _counter;

    private static readonly Dictionary<string, int> Stakes = [];
    private static readonly HashSet<int> Seen = [];

    public static long Half(long x) => (long)(x * 0.5);

    public static decimal Price(decimal x) => x;

    public static long Clock() => DateTime.UtcNow.Ticks;

    public static int Draw() => Random.Shared.Next();

    public static string Read(string path) => File.ReadAllText(path);

    public static int Sum()
    {
        int sum = 0;
        foreach (KeyValuePair<string, int> stake in Stakes) sum += stake.Value;
        return sum;
    }

    public static int First() => Stakes.Values.First();

    public static int[] Copied() => Seen.Where(n => n > 0).ToArray();

    public static IEnumerable<int> HandedOn() => Seen;

    public static IEnumerable<int> Iterated()
    {
        foreach (int n in Seen) yield return n;
    }

    public static Func<long> InLambda() => () => Environment.TickCount64;

    public static string[] Sorted(string[] names) => [.. names.OrderBy(name => name)];

    public static int Compared(string a, string b) => string.Compare(a, b, StringComparison.CurrentCulture);

    public static string Shown(int n) => n.ToString(CultureInfo.CurrentCulture);

    public static void Count() => _counter++;

    [System.Runtime.InteropServices.DllImport("libc")]
    private static extern int getpid();

    public static int Native() => getpid();
}
