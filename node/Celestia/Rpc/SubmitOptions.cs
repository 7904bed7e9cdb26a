using System.Text.Json;
using Dsdn.Celestia.Fees;

namespace Dsdn.Celestia.Rpc;

/// <summary>Which percentile of the last blocks' prices the node takes.</summary>
public enum TransactionPriority : byte
{
    Unset = 0,
    Low = 1,
    Medium = 2,
    High = 3,
}

/// <summary>
/// How to pay (TxConfig): {gas_price, is_gas_price_set, max_gas_price, gas, tx_priority, key_name, signer_address, fee_granter_address}. What is
/// not set is left out, and the node decides.
/// </summary>
/// <param name="Price">Null: the node estimates it.</param>
/// <param name="Gas">0: the node computes it.</param>
/// <param name="SignerAddress">An account in the node's keyring; comes before <paramref name="KeyName"/>.</param>
public sealed record SubmitOptions(
    GasPrice? Price = null,
    GasPrice? PriceMax = null,
    ulong Gas = 0,
    TransactionPriority Priority = TransactionPriority.Unset,
    string KeyName = "",
    string SignerAddress = "",
    string FeeGranterAddress = "")
{
    private const int NameCharsMax = 128;

    /// <summary>An empty object is the standard; never null, which some versions stumble over.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (Price is { } price)
        {
            WritePrice(json, "gas_price", price);
            json.WriteBoolean("is_gas_price_set", true); // without it the node ignores the price
        }
        if (PriceMax is { } most) WritePrice(json, "max_gas_price", most);
        if (Gas != 0) json.WriteNumber("gas", Gas);
        if (Priority != TransactionPriority.Unset) json.WriteNumber("tx_priority", (int)Priority);
        if (KeyName.Length != 0) json.WriteString("key_name", KeyName);
        if (SignerAddress.Length != 0) json.WriteString("signer_address", SignerAddress);
        if (FeeGranterAddress.Length != 0) json.WriteString("fee_granter_address", FeeGranterAddress);
        json.WriteEndObject();
    }

    /// <summary>Null is the standard.</summary>
    public static DaVerdict TryRead(JsonElement element, out SubmitOptions? options)
    {
        if (element.ValueKind != JsonValueKind.Null) return DaJson.Read(element, Read, out options);
        options = new SubmitOptions();
        return DaVerdict.Valid;
    }

    private static SubmitOptions Read(JsonView view) => new(
        view["is_gas_price_set"].BooleanOr(false) ? ReadPrice(view["gas_price"]) ?? default(GasPrice) : null,
        ReadPrice(view["max_gas_price"]) is { NanoUtia: > 0 } most ? most : null,
        view["gas"].UInt64Or(0),
        (TransactionPriority)view["tx_priority"].Int32Or(0, 3),
        TextOr(view["key_name"]),
        TextOr(view["signer_address"]),
        TextOr(view["fee_granter_address"]));

    private static string TextOr(JsonView view) => view.IsNull ? "" : view.Text(NameCharsMax);

    private static GasPrice? ReadPrice(JsonView view)
    {
        if (view.IsNull) return null;
        if (view.Element.ValueKind == JsonValueKind.Number && GasPrice.TryParse(view.Element.GetRawText(), out GasPrice price)) return price;
        view.Fault.Set("not a price of gas");
        return null;
    }

    private static void WritePrice(Utf8JsonWriter json, string name, GasPrice price)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(price.ToString());
    }
}
