using System.Globalization;

namespace Dsdn.Log.Tests.Kit;

/// <summary>
/// Numbers as Turkish writes them and stranger: programs run in invariant mode, where no named culture can be loaded, so its effects are set by hand.
/// </summary>
internal static class StrangeCulture
{
    public static CultureInfo Make()
    {
        CultureInfo culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        culture.NumberFormat.NegativeSign = "~";
        culture.DateTimeFormat.DateSeparator = "!";
        return culture;
    }
}
