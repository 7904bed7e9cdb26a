using System.Globalization;

namespace Dsdn.Cli.Commands.Files;

/// <summary>Sizes for people, in powers of 1,024.</summary>
internal static class ByteText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    public static string Show(long bytes)
    {
        double value = bytes;
        int unit = 0;
        for (; value >= 1_024 && unit < Units.Length - 1; unit++) value /= 1_024;
        return unit == 0 ? $"{bytes} B" : value.ToString(value < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + " " + Units[unit];
    }
}
