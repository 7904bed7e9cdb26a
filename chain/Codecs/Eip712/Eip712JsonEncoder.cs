using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Codecs.Eip712;

/// <summary>
/// encodeData over JSON values as wallets hand them over: integers as numbers, decimal or 0x text, bytes and addresses as 0x
/// text. The first error stays in <see cref="Error"/>. A null struct is 32 zero bytes, as in eth_signTypedData_v4.
/// </summary>
internal sealed class Eip712JsonEncoder(Eip712Types types)
{
    private const int WordSize = 32;
    private const int DepthMax = 32;
    private const int NumberCharsMax = 80;

    internal Eip712Error Error { get; private set; }

    /// <summary>The type hash and one word a field; empty after an error.</summary>
    internal byte[] EncodeStruct(string structName, JsonElement value, int depth = 0)
    {
        if (depth > DepthMax) return Fail(Eip712Error.TooDeep);
        if (value.ValueKind != JsonValueKind.Object) return Fail(Eip712Error.ValueInvalid);
        IReadOnlyList<Eip712Types.ParsedField> fields = types.FieldsOf(structName);
        byte[] data = new byte[WordSize * (fields.Count + 1)];
        types.TypeHash(structName).CopyTo(data);
        for (int i = 0; i < fields.Count; i++)
        {
            if (!value.TryGetProperty(fields[i].Name, out JsonElement field)) return Fail(Eip712Error.ValueMissing);
            if (!EncodeValue(fields[i].Type, field, data.AsSpan(WordSize * (i + 1), WordSize), depth)) return [];
        }
        return value.GetPropertyCount() == fields.Count ? data : Fail(Eip712Error.ValueUnknown);
    }

    private bool EncodeValue(Eip712Type type, JsonElement value, Span<byte> word, int depth) => type.Kind switch
    {
        Eip712Kind.Struct => EncodeNested(type, value, word, depth),
        Eip712Kind.Array => EncodeArray(type, value, word, depth),
        Eip712Kind.Bool => EncodeBool(value, word),
        Eip712Kind.Uint or Eip712Kind.Int => EncodeInteger(type, value, word),
        Eip712Kind.String => TryText(value, out string text) && PutHash(Encoding.UTF8.GetBytes(text), word),
        Eip712Kind.Bytes => TryBytes(value, out byte[] bytes) && PutHash(bytes, word),
        Eip712Kind.FixedBytes => TryBytes(value, out byte[] bytes) && (bytes.Length == type.Size || Invalid()) && PutLeft(bytes, word),
        _ => TryText(value, out string text) && (Eip55.TryParseLenient(text, out Address address) || Invalid()) && PutRight(address.Span, word),
    };

    private bool EncodeNested(Eip712Type type, JsonElement value, Span<byte> word, int depth)
    {
        if (value.ValueKind == JsonValueKind.Null) return true;
        byte[] data = EncodeStruct(type.Name, value, depth + 1);
        return data.Length > 0 && PutHash(data, word);
    }

    private bool EncodeArray(Eip712Type type, JsonElement value, Span<byte> word, int depth)
    {
        if (depth > DepthMax)
        {
            Fail(Eip712Error.TooDeep);
            return false;
        }
        if (value.ValueKind != JsonValueKind.Array || type.Element is not Eip712Type element) return Invalid();
        int length = value.GetArrayLength();
        if (type.Size != 0 && type.Size != length) return Invalid();
        byte[] words = new byte[WordSize * length];
        int at = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            if (!EncodeValue(element, item, words.AsSpan(at, WordSize), depth + 1)) return false;
            at += WordSize;
        }
        return PutHash(words, word);
    }

    private bool EncodeBool(JsonElement value, Span<byte> word)
    {
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) return Invalid();
        word[^1] = value.ValueKind == JsonValueKind.True ? (byte)1 : (byte)0;
        return true;
    }

    private bool EncodeInteger(Eip712Type type, JsonElement value, Span<byte> word)
    {
        if (!TryInteger(value, out BigInteger number)) return Invalid();
        bool signed = type.Kind == Eip712Kind.Int;
        BigInteger bound = BigInteger.One << (signed ? type.Size - 1 : type.Size);
        if (number >= bound || number < (signed ? -bound : BigInteger.Zero)) return Invalid();
        if (number.Sign < 0) number += BigInteger.One << 256; // two's complement over the whole word
        return PutRight(number.ToByteArray(isUnsigned: true, isBigEndian: true), word);
    }

    private static bool TryInteger(JsonElement value, out BigInteger number)
    {
        number = default;
        string text;
        if (value.ValueKind == JsonValueKind.Number) text = value.GetRawText();
        else if (!TryString(value, out text)) return false;
        if (text.Length is 0 or > NumberCharsMax) return false;
        if (!text.StartsWith("0x", StringComparison.Ordinal))
            return text[0] != '+' && BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
        // A leading zero keeps the parser from reading a sign into the first digit.
        return text.Length > 2 && BigInteger.TryParse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
    }

    private static bool TryString(JsonElement value, out string text)
    {
        text = "";
        if (value.ValueKind != JsonValueKind.String) return false;
        try
        {
            text = value.GetString() ?? "";
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // an escape that is half of a surrogate pair
        }
    }

    private bool TryText(JsonElement value, out string text) => TryString(value, out text) || Invalid();

    private bool TryBytes(JsonElement value, out byte[] bytes)
    {
        bytes = [];
        if (!TryString(value, out string text) || !Hex.TryDecode(text, out byte[]? decoded)) return Invalid();
        bytes = decoded;
        return true;
    }

    private static bool PutHash(ReadOnlySpan<byte> data, Span<byte> word)
    {
        Keccak.Hash(data).CopyTo(word);
        return true;
    }

    private static bool PutLeft(ReadOnlySpan<byte> bytes, Span<byte> word)
    {
        bytes.CopyTo(word);
        return true;
    }

    private static bool PutRight(ReadOnlySpan<byte> bytes, Span<byte> word)
    {
        bytes.CopyTo(word[(WordSize - bytes.Length)..]);
        return true;
    }

    private bool Invalid()
    {
        Fail(Eip712Error.ValueInvalid);
        return false;
    }

    private byte[] Fail(Eip712Error error)
    {
        if (Error == Eip712Error.None) Error = error;
        return [];
    }
}
