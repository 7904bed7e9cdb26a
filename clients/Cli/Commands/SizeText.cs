using System.Globalization;
using Dsdn.Sdk.Errors;

namespace Dsdn.Cli.Commands;

/// <summary>Numbers of bytes for people: 10GiB, 1.5TB, 4096. Units with an i are powers of 1,024, those without of 1,000; no unit is bytes.</summary>
internal static class SizeText
{
    private static readonly (string Unit, ulong Bytes)[] Units = [
        ("KiB", 1UL << 10), ("MiB", 1UL << 20), ("GiB", 1UL << 30), ("TiB", 1UL << 40), ("PiB", 1UL << 50),
        ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("PB", 1_000_000_000_000_000), ("B", 1)];

    /// <summary>Rounded down to a byte; more than 0.</summary>
    public static ulong Parse(string text)
    {
        (string unit, ulong bytes) = Units.FirstOrDefault(unit => text.EndsWith(unit.Unit, StringComparison.OrdinalIgnoreCase), (Unit: "", Bytes: 1UL));
        string number = text[..^unit.Length].Trim();
        bool isNumber = decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal count) && count >= 0;
        return isNumber && count <= long.MaxValue / (decimal)bytes && decimal.Floor(count * bytes) is >= 1 and var whole
            ? (ulong)whole
            : throw new DsdnException(ErrorCodes.SizeSyntax, ErrorClass.Usage, text);
    }

    /// <summary>The largest binary unit of which it is at least one, with at most two decimals.</summary>
    public static string Show(UInt128 bytes)
    {
        (string unit, ulong size) = Units.Where(unit => unit.Unit.Length == 3 && bytes >= unit.Bytes).OrderBy(unit => unit.Bytes).LastOrDefault((Unit: "B", Bytes: 1UL));
        return ((decimal)bytes / size).ToString("0.##", CultureInfo.InvariantCulture) + " " + unit;
    }
}
