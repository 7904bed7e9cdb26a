using System.Globalization;
using System.Text.Json.Nodes;
using Dsdn.Cli.Display;

namespace Dsdn.Cli.Commands;

/// <summary>Times of the chain for people, in UTC; programs get the milliseconds.</summary>
internal static class TimeText
{
    private const ulong MsMax = 253_402_300_799_999; // the end of year 9999

    public static Cell Cell(ulong unixMs) => new(JsonValue.Create(unixMs), Show(unixMs));

    public static string Show(ulong unixMs) => unixMs > MsMax
        ? unixMs.ToString(CultureInfo.InvariantCulture)
        : DateTimeOffset.FromUnixTimeMilliseconds((long)unixMs).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
