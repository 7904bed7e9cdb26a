using System.Globalization;

namespace Dsdn.Celestia.Fees;

/// <summary>A price of gas in billionths of a utia. As text it is the decimal fraction of a utia that nodes read and write.</summary>
public readonly record struct GasPrice(ulong NanoUtia) : IComparable<GasPrice>
{
    private const int Decimals = 9;

    /// <summary>What validators ask at least by default since app version 6: 0.004 utia.</summary>
    public static readonly GasPrice Default = new(4_000_000);

    public int CompareTo(GasPrice other) => NanoUtia.CompareTo(other.NanoUtia);

    /// <summary>A number of JSON, exponents too; digits beyond the ninth are cut off.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out GasPrice price)
    {
        const int CharsMax = 40, ExponentMax = 30;
        price = default;
        if (text.Length is 0 or > CharsMax) return false;
        int mark = text.IndexOfAny('e', 'E'), exponent = 0;
        if (mark >= 0 && (!int.TryParse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) || exponent is > ExponentMax or < -ExponentMax)) return false;
        ReadOnlySpan<char> mantissa = mark >= 0 ? text[..mark] : text;
        int point = mantissa.IndexOf('.');
        ReadOnlySpan<char> whole = point >= 0 ? mantissa[..point] : mantissa, fraction = point >= 0 ? mantissa[(point + 1)..] : default;
        if (whole.IsEmpty || (point >= 0 && fraction.IsEmpty)) return false;
        int places = exponent + Decimals; // digits of the fraction that count
        UInt128 value = 0;
        for (int i = 0; i < whole.Length + Math.Max(fraction.Length, places); i++)
        {
            char digit = i < whole.Length ? whole[i] : i - whole.Length < fraction.Length ? fraction[i - whole.Length] : '0';
            if (!char.IsAsciiDigit(digit)) return false;
            if (i >= whole.Length + places) continue;
            value = (value * 10) + (UInt128)(digit - '0');
            if (value > ulong.MaxValue) return false;
        }
        price = new GasPrice((ulong)value);
        return true;
    }

    public override string ToString()
    {
        const ulong Unit = 1_000_000_000;
        string fraction = (NanoUtia % Unit).ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        string whole = (NanoUtia / Unit).ToString(CultureInfo.InvariantCulture);
        return fraction.Length == 0 ? whole : $"{whole}.{fraction}";
    }
}
