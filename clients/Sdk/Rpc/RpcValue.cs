using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Chain.Primitives;

namespace Dsdn.Sdk.Rpc;

/// <summary>Ethereum's JSON forms of quantities and bytes. A value of another form is a bad reply, never a guess.</summary>
public static class RpcValue
{
    public static string Quantity(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);

    public static string Quantity(Uint256 value)
    {
        string digits = value.ToBigInteger().ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
        return digits.Length == 0 ? "0x0" : "0x" + digits;
    }

    public static ulong ToUInt64(this JsonElement value)
    {
        string text = Digits(value);
        return text.Length <= 16 && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong number)
            ? number
            : throw RpcWire.BadReply($"not a 64-bit quantity: {Shown(value)}");
    }

    public static Uint256 ToUint256(this JsonElement value)
    {
        string text = Digits(value);
        return text.Length <= 64 && BigInteger.TryParse("0" + text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out BigInteger number)
            ? Uint256.FromBigInteger(number)
            : throw RpcWire.BadReply($"not a 256-bit quantity: {Shown(value)}");
    }

    public static Amount ToAmount(this JsonElement value)
    {
        Uint256 number = value.ToUint256();
        return number.FitsUInt128 ? new Amount(number.ToUInt128()) : throw RpcWire.BadReply($"not an amount: {Shown(value)}");
    }

    public static Hash256 ToHash(this JsonElement value) =>
        Hash256.TryParse(Text(value), out Hash256 hash) ? hash : throw RpcWire.BadReply($"not a hash: {Shown(value)}");

    public static Address ToAddress(this JsonElement value) =>
        Address.TryParse(Text(value), out Address address) ? address : throw RpcWire.BadReply($"not an address: {Shown(value)}");

    public static byte[] ToBytes(this JsonElement value) =>
        Hex.TryDecode(Text(value), out byte[]? bytes) ? bytes : throw RpcWire.BadReply($"not hexadecimal bytes: {Shown(value)}");

    public static string ToText(this JsonElement value) => Text(value) ?? throw RpcWire.BadReply($"not a text: {Shown(value)}");

    /// <summary>A field that must be there.</summary>
    public static JsonElement Field(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out JsonElement field)
            ? field
            : throw RpcWire.BadReply($"field {name} is missing");

    /// <summary>A field that may be absent or null.</summary>
    public static JsonElement? OptionalField(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out JsonElement field) && field.ValueKind != JsonValueKind.Null
            ? field
            : null;

    public static IEnumerable<JsonElement> Items(this JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw RpcWire.BadReply($"not an array: {Shown(value)}");

    internal static JsonNode Node(string text) => JsonValue.Create(text);

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Digits(JsonElement value)
    {
        string? text = Text(value);
        return text is not null && text.Length > 2 && text.StartsWith("0x", StringComparison.Ordinal)
            ? text[2..]
            : throw RpcWire.BadReply($"not a quantity: {Shown(value)}");
    }

    private static string Shown(JsonElement value)
    {
        string raw = value.ValueKind == JsonValueKind.Undefined ? "nothing" : value.GetRawText();
        return raw.Length <= 80 ? raw : raw[..80] + "...";
    }
}
