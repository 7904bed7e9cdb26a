using System.Globalization;
using Dsdn.Sdk.Errors;

namespace Dsdn.Cli.Commands;

/// <summary>Lengths of time for people: 90s, 15m, 12h, 30d, 2w, 1y, which is 365 days; no unit is seconds.</summary>
internal static class DurationText
{
    private static readonly (char Unit, ulong Seconds)[] Units = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400), ('w', 7 * 86_400), ('y', 365 * 86_400)];

    /// <summary>Whole seconds, more than 0.</summary>
    public static ulong ParseSeconds(string text)
    {
        (char unit, ulong seconds) = Units.FirstOrDefault(unit => text.EndsWith(unit.Unit), (Unit: ' ', Seconds: 1UL));
        string number = unit == ' ' ? text : text[..^1];
        return ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out ulong count) && count > 0 && count <= long.MaxValue / seconds / 1_000
            ? count * seconds
            : throw new DsdnException(ErrorCodes.DurationSyntax, ErrorClass.Usage, text);
    }

    /// <summary>The largest unit of which it is at least two, or a whole one, rounded down.</summary>
    public static string Show(ulong seconds)
    {
        foreach ((char unit, ulong each) in Units.AsEnumerable().Reverse().Where(unit => unit.Unit is not ('w' or 'y')))
            if (seconds >= 2 * each || (seconds >= each && seconds % each == 0)) return (seconds / each).ToString(CultureInfo.InvariantCulture) + " " + unit;
        return seconds.ToString(CultureInfo.InvariantCulture) + " s";
    }
}
