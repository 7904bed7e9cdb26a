using System.Globalization;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;

namespace Dsdn.Sdk.Money;

/// <summary>
/// Amounts as people write them, exactly: digits with an optional fraction and an optional unit. Units are <c>nusa</c> (10^18
/// base units, the default), <c>gwei</c> (10^9) and <c>wei</c> (1). Digits may be grouped by underscores. No sign, no exponent,
/// and the comma is refused because it means two different things in English and Indonesian.
/// </summary>
public static class NusaText
{
    public const int TextCharsMax = 80;

    private static readonly (string Name, int Decimals)[] Units = [("nusa", 18), ("gwei", 9), ("wei", 0)];

    /// <exception cref="DsdnException">with an amount code</exception>
    public static Amount Parse(string text) => TryParse(text, out Amount amount, out ClientError? error) ? amount : throw new DsdnException(error);

    public static bool TryParse(string text, out Amount amount, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out ClientError? error)
    {
        amount = default;
        error = null;
        string trimmed = text.Trim();
        if (trimmed.Length == 0 || trimmed.Length > TextCharsMax) return Fail(ErrorCodes.AmountSyntax, text, out error);
        int end = 0;
        while (end < trimmed.Length && (char.IsAsciiDigit(trimmed[end]) || trimmed[end] is '.' or '_')) end++;
        string unit = trimmed[end..].Trim();
        int decimals = DecimalsOf(unit);
        if (end == 0) return Fail(ErrorCodes.AmountSyntax, text, out error);
        if (decimals < 0) return Fail(unit[0] is ',' or '-' or '+' or '.' ? ErrorCodes.AmountSyntax : ErrorCodes.AmountUnit, unit[0] is ',' ? text : unit, out error);
        return TryScale(trimmed[..end], decimals, text, out amount, out error);
    }

    /// <summary>The shortest exact decimal in NUSA, without the unit: <c>1.5</c>.</summary>
    public static string Decimal(Amount amount) => Decimal(amount.BaseUnits, 18);

    /// <summary>With the unit: <c>1.5 NUSA</c>.</summary>
    public static string Show(Amount amount) => Decimal(amount) + " NUSA";

    /// <summary>A price of gas: <c>1.25 gwei</c>.</summary>
    public static string ShowGasPrice(Amount perGas) => Decimal(perGas.BaseUnits, 9) + " gwei";

    private static bool TryScale(string digits, int decimals, string text, out Amount amount, out ClientError? error)
    {
        amount = default;
        error = null;
        string[] parts = digits.Split('.');
        if (parts.Length > 2 || !IsGrouped(parts[0]) || (parts.Length == 2 && !IsGrouped(parts[1]))) return Fail(ErrorCodes.AmountSyntax, text, out error);
        string whole = parts[0].Replace("_", "", StringComparison.Ordinal);
        string fraction = parts.Length == 2 ? parts[1].Replace("_", "", StringComparison.Ordinal).TrimEnd('0') : "";
        if (fraction.Length > decimals) return Fail(ErrorCodes.AmountDecimals, decimals.ToString(CultureInfo.InvariantCulture), out error);
        string scaled = whole + fraction.PadRight(decimals, '0');
        if (!UInt128.TryParse(scaled, NumberStyles.None, CultureInfo.InvariantCulture, out UInt128 units)) return Fail(ErrorCodes.AmountRange, text, out error);
        amount = new Amount(units);
        return true;
    }

    private static bool IsGrouped(string digits) =>
        digits.Length > 0 && digits[0] != '_' && digits[^1] != '_' && !digits.Contains("__", StringComparison.Ordinal);

    private static int DecimalsOf(string unit)
    {
        if (unit.Length == 0) return 18;
        foreach ((string name, int decimals) in Units)
        {
            if (string.Equals(name, unit, StringComparison.OrdinalIgnoreCase)) return decimals;
        }
        return -1;
    }

    private static string Decimal(UInt128 units, int decimals)
    {
        string digits = units.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        string fraction = digits[^decimals..].TrimEnd('0');
        string whole = digits[..^decimals];
        return fraction.Length == 0 ? whole : $"{whole}.{fraction}";
    }

    private static bool Fail(string code, string argument, out ClientError error)
    {
        error = ClientError.Of(code, ErrorClass.Usage, argument);
        return false;
    }
}
