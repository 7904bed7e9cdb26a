using System.Globalization;

namespace Dsdn.Grpc.Wire;

/// <summary>The header <c>grpc-timeout</c>: one to eight digits and a unit of H, M, S, m, u, n.</summary>
internal static class GrpcTimeout
{
    private const long ValueMax = 99_999_999;
    private const int NanosecondsPerTick = 100;

    /// <summary>A timer cannot wait longer (about 49 days); it is also the longest time that means anything here.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1L);

    public static bool TryParse(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9 || text.AsSpan(0, text.Length - 1).ContainsAnyExceptInRange('0', '9')) return false;
        long value = long.Parse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture);
        long? ticks = text[^1] switch
        {
            'H' => value * TimeSpan.TicksPerHour,
            'M' => value * TimeSpan.TicksPerMinute,
            'S' => value * TimeSpan.TicksPerSecond,
            'm' => value * TimeSpan.TicksPerMillisecond,
            'u' => value * TimeSpan.TicksPerMicrosecond,
            'n' => (value + NanosecondsPerTick - 1) / NanosecondsPerTick,
            _ => null,
        };
        if (ticks is not { } count) return false;
        timeout = TimeSpan.FromTicks(Math.Min(count, Longest.Ticks));
        return true;
    }

    /// <summary>Rounded up to the finest unit that eight digits hold.</summary>
    public static string Format(TimeSpan timeout)
    {
        long ticks = Math.Max(timeout.Ticks, 0);
        foreach ((long unit, char name) in (ReadOnlySpan<(long, char)>)
            [(TimeSpan.TicksPerMicrosecond, 'u'), (TimeSpan.TicksPerMillisecond, 'm'), (TimeSpan.TicksPerSecond, 'S'), (TimeSpan.TicksPerMinute, 'M')])
        {
            long value = (ticks / unit) + (ticks % unit == 0 ? 0 : 1);
            if (value <= ValueMax) return value.ToString(CultureInfo.InvariantCulture) + name;
        }
        return Math.Min((ticks / TimeSpan.TicksPerHour) + 1, ValueMax).ToString(CultureInfo.InvariantCulture) + 'H';
    }

    public static TimeSpan Bounded(TimeSpan timeout) => timeout > Longest ? Longest : timeout < TimeSpan.Zero ? TimeSpan.Zero : timeout;
}
