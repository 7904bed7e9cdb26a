using System.Globalization;
using System.Text.Json;

namespace Dsdn.Celestia.Rpc;

/// <summary>state.Balance.</summary>
/// <param name="Amount">In the unit that <paramref name="Denom"/> names: utia.</param>
public sealed record AccountBalance(string Denom, UInt128 Amount)
{
    public static DaVerdict TryRead(JsonElement element, out AccountBalance? balance) => DaJson.Read(
        element,
        view =>
        {
            const int DenomCharsMax = 128, AmountCharsMax = 39;
            string amount = view["amount"].Text(AmountCharsMax);
            if (!UInt128.TryParse(amount, NumberStyles.None, CultureInfo.InvariantCulture, out UInt128 value)) view.Fault.Set("not an amount");
            return new AccountBalance(view["denom"].Text(DenomCharsMax), value);
        },
        out balance);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("denom", Denom);
        json.WriteString("amount", Amount.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }
}
