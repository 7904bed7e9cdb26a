using System.Globalization;
using Dsdn.Sdk.Errors;

namespace Dsdn.Cli.Commands;

/// <summary>A percentage of at most two decimals, <c>12.5</c> or <c>12.5%</c>, as basis points.</summary>
internal static class BasisPoints
{
    private const ulong Max = 10_000;

    public static string Show(ulong bps) =>
        (bps / 100).ToString(CultureInfo.InvariantCulture) + (bps % 100 == 0 ? "" : "." + (bps % 100).ToString("00", CultureInfo.InvariantCulture).TrimEnd('0')) + " %";

    public static ulong Parse(string text)
    {
        string digits = text.Trim().TrimEnd('%').TrimEnd();
        string[] parts = digits.Split('.');
        string fraction = parts.Length == 2 ? parts[1].PadRight(2, '0') : "00";
        bool fits = parts.Length <= 2 && parts[0].Length is > 0 and <= 3 && fraction.Length == 2 && (parts.Length == 1 || parts[1].Length > 0);
        return fits && ulong.TryParse(parts[0] + fraction, NumberStyles.None, CultureInfo.InvariantCulture, out ulong bps) && bps <= Max
            ? bps
            : throw new DsdnException(ErrorCodes.OptionValue, ErrorClass.Usage, "--commission", "12.5%", text);
    }
}
