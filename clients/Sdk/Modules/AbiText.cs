using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Accounts;

namespace Dsdn.Sdk.Modules;

/// <summary>
/// ABI values as text for people and as JSON for programs. In JSON integers above 2^53-1 and all of more than 53 bits are
/// decimal strings, so that no reader rounds them.
/// </summary>
public static class AbiText
{
    public static string Format(IReadOnlyList<AbiParameter> parameters, IReadOnlyList<AbiValue> values) =>
        string.Join(", ", parameters.Select((parameter, i) =>
            parameter.Name.Length == 0 ? Format(parameter.Type, values[i]) : $"{parameter.Name}: {Format(parameter.Type, values[i])}"));

    public static string Format(AbiType type, AbiValue value) => type.Kind switch
    {
        AbiKind.UInt => value.Word.ToString(),
        AbiKind.Int => Signed(value.Word).ToString(CultureInfo.InvariantCulture),
        AbiKind.Address => AddressText.Checksum(value.Address),
        AbiKind.Bool => value.Bool ? "true" : "false",
        AbiKind.FixedBytes => Hex.Encode(value.Hash.Span[..type.Size]),
        AbiKind.Bytes => Hex.Encode(value.Bytes.Span),
        AbiKind.String => value.Text,
        AbiKind.Tuple => $"({Format(type.Components, value.Items)})",
        _ => $"[{string.Join(", ", value.Items.Select(item => Format(Element(type), item)))}]",
    };

    public static JsonObject ToJson(IReadOnlyList<AbiParameter> parameters, IReadOnlyList<AbiValue> values)
    {
        var json = new JsonObject();
        for (int i = 0; i < parameters.Count; i++) json[NameOf(parameters, i)] = ToJson(parameters[i].Type, values[i]);
        return json;
    }

    public static JsonNode? ToJson(AbiType type, AbiValue value) => type.Kind switch
    {
        AbiKind.UInt when type.Size <= 48 => JsonValue.Create(value.UInt64),
        AbiKind.Bool => JsonValue.Create(value.Bool),
        AbiKind.Tuple => ToJson(type.Components, value.Items),
        AbiKind.Array or AbiKind.FixedArray => new JsonArray(value.Items.Select(item => ToJson(Element(type), item)).ToArray()),
        _ => JsonValue.Create(Format(type, value)),
    };

    /// <summary>The name of a parameter, or its position where it has none.</summary>
    public static string NameOf(IReadOnlyList<AbiParameter> parameters, int index) =>
        parameters[index].Name.Length > 0 ? parameters[index].Name : index.ToString(CultureInfo.InvariantCulture);

    private static BigInteger Signed(Uint256 word)
    {
        BigInteger value = word.ToBigInteger();
        return value >= BigInteger.One << 255 ? value - (BigInteger.One << 256) : value;
    }

    private static AbiType Element(AbiType type) => type.Element ?? throw new InvalidOperationException($"{type.Name} has no element type");
}
