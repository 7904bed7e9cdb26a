using System.Globalization;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Commands;
using Dsdn.Sdk.Money;

namespace Dsdn.Cli.Language;

/// <summary>
/// A value in a text. A place may say what the digits are: <c>{2:nusa}</c> base units, <c>{2:time}</c> milliseconds since 1970,
/// <c>{2:bps}</c> basis points; anything that is no such number is shown as it came.
/// </summary>
internal readonly record struct TextArgument(string Value) : IFormattable
{
    public string ToString(string? format, IFormatProvider? formatProvider) => format switch
    {
        "nusa" when UInt128.TryParse(Value, NumberStyles.None, CultureInfo.InvariantCulture, out UInt128 units) => NusaText.Show(new Amount(units)),
        "time" when ulong.TryParse(Value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong ms) => TimeText.Show(ms),
        "bps" when ulong.TryParse(Value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong bps) => BasisPoints.Show(bps),
        _ => Value,
    };

    public override string ToString() => Value;
}
