using System.Globalization;
using System.Numerics;
using System.Text;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Codecs.Abi;

/// <summary>
/// Values as people type and read them: 12 or 0x0c, -3, true, 0x-bytes, plain strings, [a,b] for arrays, (a,b) for tuples.
/// Inside arrays and tuples a string that holds a comma, bracket or quote stands in double quotes, with \ before " and \.
/// </summary>
public static class AbiLiteral
{
    public const int TextCharactersMax = 300_000;

    /// <exception cref="FormatException">a text is not a value of its type; the message names the parameter</exception>
    public static AbiValue[] ParseArguments(IReadOnlyList<AbiParameter> types, IReadOnlyList<string> texts)
    {
        if (types.Count != texts.Count) throw new FormatException($"{types.Count} arguments expected, {texts.Count} given");
        AbiValue[] values = new AbiValue[types.Count];
        for (int i = 0; i < values.Length; i++)
        {
            try
            {
                values[i] = Parse(types[i].Type, texts[i]);
            }
            catch (Exception bad) when (bad is FormatException or OverflowException or ArgumentException)
            {
                throw new FormatException($"argument {i + 1} ({types[i].Type.Name} {types[i].Name}): {bad.Message}", bad);
            }
        }
        return values;
    }

    public static AbiValue Parse(AbiType type, string text)
    {
        if (text.Length > TextCharactersMax) throw new FormatException($"longer than {TextCharactersMax} characters");
        AbiLiteralCursor cursor = new(text);
        AbiValue value = type.Kind == AbiKind.String ? AbiValue.OfText(cursor.WholeString()) : Read(type, cursor);
        cursor.End();
        return value;
    }

    /// <summary>The text that <see cref="Parse"/> reads back; integers decimal, addresses checksummed.</summary>
    public static string Format(AbiType type, in AbiValue value) =>
        type.Kind == AbiKind.String ? value.Text : FormatInside(type, value);

    private static string FormatInside(AbiType type, in AbiValue value)
    {
        switch (type.Kind)
        {
            case AbiKind.UInt: return value.Word.ToString();
            case AbiKind.Int: return AbiWord.ToSigned(value.Word).ToString(CultureInfo.InvariantCulture);
            case AbiKind.Bool: return value.Bool ? "true" : "false";
            case AbiKind.Address: return Eip55.Format(value.Address);
            case AbiKind.FixedBytes: return Hex.Encode(value.Hash.Span[..type.Size]);
            case AbiKind.Bytes: return Hex.Encode(value.Bytes.Span);
            case AbiKind.String: return "\"" + value.Text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
            case AbiKind.Tuple:
                AbiValue tuple = value;
                return "(" + string.Join(',', type.Components.Select((component, i) => FormatInside(component.Type, tuple.Items[i]))) + ")";
            default:
                AbiType element = type.Element ?? throw new ArgumentException("no array");
                return "[" + string.Join(',', value.Items.Select(item => FormatInside(element, item))) + "]";
        }
    }

    private static AbiValue Read(AbiType type, AbiLiteralCursor cursor)
    {
        switch (type.Kind)
        {
            case AbiKind.String: return AbiValue.OfText(cursor.String());
            case AbiKind.Tuple: return ReadTuple(type, cursor);
            case AbiKind.Array or AbiKind.FixedArray: return ReadArray(type, cursor);
            default: return Word(type, cursor.Token());
        }
    }

    private static AbiValue ReadTuple(AbiType type, AbiLiteralCursor cursor)
    {
        AbiValue[] items = new AbiValue[type.Components.Count];
        for (int i = 0; i < items.Length; i++)
        {
            cursor.Expect(i == 0 ? '(' : ',');
            items[i] = Read(type.Components[i].Type, cursor);
        }
        cursor.Expect(')');
        return AbiValue.OfList(items);
    }

    private static AbiValue ReadArray(AbiType type, AbiLiteralCursor cursor)
    {
        AbiType element = type.Element ?? throw new ArgumentException("no array");
        List<AbiValue> items = [];
        cursor.Expect('[');
        if (!cursor.Take(']'))
        {
            do items.Add(Read(element, cursor));
            while (cursor.Take(','));
            cursor.Expect(']');
        }
        if (type.Kind == AbiKind.FixedArray && items.Count != type.Size) throw new FormatException($"{type.Size} items expected, {items.Count} given");
        return AbiValue.OfList([.. items]);
    }

    private static AbiValue Word(AbiType type, string token)
    {
        switch (type.Kind)
        {
            case AbiKind.Bool: return token switch { "true" or "1" => true, "false" or "0" => false, _ => throw new FormatException($"not true or false: {token}") };
            case AbiKind.Address: return Address.Parse(token);
            case AbiKind.Bytes: return AbiValue.OfBytes(Hex.Decode(token));
            case AbiKind.FixedBytes:
                byte[] bytes = Hex.Decode(token);
                return bytes.Length == type.Size ? AbiValue.OfFixedBytes(bytes) : throw new FormatException($"{type.Size} bytes expected, {bytes.Length} given");
            case AbiKind.Int: return AbiWord.FromSigned(Integer(token), type.Size);
            default:
                AbiValue value = Uint256.FromBigInteger(Integer(token));
                return AbiWord.Fits(type, value.Word) ? value : throw new FormatException($"does not fit {type.Name}: {token}");
        }
    }

    private static BigInteger Integer(string token)
    {
        bool negative = token.StartsWith('-');
        string digits = negative ? token[1..] : token;
        if (digits.Length is 0 or > 80) throw new FormatException($"not a number: {token}");
        BigInteger value = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? BigInteger.Parse("0" + digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        return negative ? -value : value;
    }
}

/// <summary>Position in the text of a value.</summary>
internal sealed class AbiLiteralCursor(string text)
{
    private int _position;

    public bool Take(char expected)
    {
        SkipSpace();
        if (_position >= text.Length || text[_position] != expected) return false;
        _position++;
        return true;
    }

    public void Expect(char expected)
    {
        if (!Take(expected)) throw new FormatException($"'{expected}' expected at character {_position}");
    }

    public string Token()
    {
        SkipSpace();
        int start = _position;
        while (_position < text.Length && text[_position] is not (',' or ']' or ')' or ' ')) _position++;
        return text[start.._position];
    }

    /// <summary>A string at the top is the text itself, whatever it holds.</summary>
    public string WholeString()
    {
        _position = text.Length;
        return text;
    }

    public string String()
    {
        if (!Take('"')) return Token();
        StringBuilder content = new();
        while (_position < text.Length && text[_position] != '"')
        {
            if (text[_position] == '\\') _position++;
            if (_position < text.Length) content.Append(text[_position++]);
        }
        Expect('"');
        return content.ToString();
    }

    public void End()
    {
        SkipSpace();
        if (_position != text.Length) throw new FormatException($"unexpected text at character {_position}");
    }

    private void SkipSpace()
    {
        while (_position < text.Length && text[_position] == ' ') _position++;
    }
}
