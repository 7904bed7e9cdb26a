using System.Globalization;
using Dsdn.CelestiaClient;

namespace Dsdn.Host;

/// <summary>Amounts of utia for people.</summary>
internal static class TiaText
{
    /// <summary>"1.25 TIA": six decimals at most, none cut off.</summary>
    public static string Show(UInt128 utia)
    {
        string fraction = (utia % DaBalance.UtiaPerTia).ToString("D6", CultureInfo.InvariantCulture).TrimEnd('0');
        string whole = (utia / DaBalance.UtiaPerTia).ToString(CultureInfo.InvariantCulture);
        return fraction.Length == 0 ? $"{whole} TIA" : $"{whole}.{fraction} TIA";
    }
}
