using System.Globalization;
using System.Numerics;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Money;

namespace Dsdn.Sdk.Modules;

/// <summary>
/// ABI values from text: integers in decimal, hexadecimal or as amounts (<c>1.5nusa</c>), addresses with a right checksum,
/// bytes as 0x text, <c>true</c> and <c>false</c>, arrays as <c>[a,b]</c>, tuples as <c>(a,b)</c>.
/// </summary>
public static class AbiParser
{
    public const int TextCharsMax = 64 * 1024;

    /// <exception cref="DsdnException"><see cref="ErrorCodes.ArgumentCount"/>, <see cref="ErrorCodes.ArgumentValue"/>, address or amount codes</exception>
    public static AbiValue[] Parse(AbiFunction function, IReadOnlyList<string> texts)
    {
        if (texts.Count != function.Inputs.Count)
        {
            throw new DsdnException(ErrorCodes.ArgumentCount, ErrorClass.Usage, Declaration(function),
                function.Inputs.Count.ToString(CultureInfo.InvariantCulture), texts.Count.ToString(CultureInfo.InvariantCulture));
        }
        var values = new AbiValue[texts.Count];
        for (int i = 0; i < values.Length; i++) values[i] = Parse(function.Inputs[i].Type, texts[i], AbiText.NameOf(function.Inputs, i));
        return values;
    }

    /// <summary>As people read it: <c>delegate(address validator) payable</c>.</summary>
    public static string Declaration(AbiFunction function)
    {
        string inputs = string.Join(", ", function.Inputs.Select(input => $"{input.Type.Name} {input.Name}".TrimEnd()));
        string outputs = string.Join(", ", function.Outputs.Select(output => $"{output.Type.Name} {output.Name}".TrimEnd()));
        string mutability = function.Mutability switch { AbiMutability.View => " view", AbiMutability.Payable => " payable", _ => "" };
        return $"{function.Name}({inputs}){mutability}" + (outputs.Length > 0 ? $" returns ({outputs})" : "");
    }

    /// <param name="name">Of the argument, for the error.</param>
    public static AbiValue Parse(AbiType type, string text, string name)
    {
        if (text.Length > TextCharsMax) throw Wrong(type, text, name);
        switch (type.Kind)
        {
            case AbiKind.Address: return AddressText.Parse(text);
            case AbiKind.Bool: return text switch { "true" or "1" => true, "false" or "0" => false, _ => throw Wrong(type, text, name) };
            case AbiKind.String: return AbiValue.OfText(text);
            case AbiKind.Bytes: return Hex.TryDecode(text, out byte[]? bytes) ? AbiValue.OfBytes(bytes) : throw Wrong(type, text, name);
            case AbiKind.FixedBytes:
                return Hex.TryDecode(text, out byte[]? fixedBytes) && fixedBytes.Length == type.Size ? AbiValue.OfFixedBytes(fixedBytes) : throw Wrong(type, text, name);
            case AbiKind.UInt: return AbiValue.Of(Integer(type, text, name, BigInteger.Zero, (BigInteger.One << type.Size) - 1));
            case AbiKind.Int: return AbiValue.Of(Integer(type, text, name, -(BigInteger.One << (type.Size - 1)), (BigInteger.One << (type.Size - 1)) - 1));
            case AbiKind.Tuple: return List(type, Split(type, text, name, '(', ')'), index => type.Components[index].Type, type.Components.Count, text, name);
            default:
                IReadOnlyList<string> parts = Split(type, text, name, '[', ']');
                AbiType element = type.Element ?? throw Wrong(type, text, name);
                return List(type, parts, _ => element, type.Kind == AbiKind.FixedArray ? type.Size : parts.Count, text, name);
        }
    }

    private static AbiValue List(AbiType type, IReadOnlyList<string> parts, Func<int, AbiType> typeOf, int count, string text, string name)
    {
        if (parts.Count != count) throw Wrong(type, text, name);
        var items = new AbiValue[count];
        for (int i = 0; i < count; i++) items[i] = Parse(typeOf(i), parts[i], $"{name}[{i.ToString(CultureInfo.InvariantCulture)}]");
        return AbiValue.OfList(items);
    }

    private static Uint256 Integer(AbiType type, string text, string name, BigInteger min, BigInteger max)
    {
        BigInteger value;
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            if (text.Length is <= 2 or > 66 || !BigInteger.TryParse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)) throw Wrong(type, text, name);
        }
        else if (text.Length > 80 || !BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
        {
            // A unit makes it an amount; a bare number is an integer and never NUSA.
            if (!char.IsAsciiLetter(text.TrimEnd().LastOrDefault())) throw Wrong(type, text, name);
            value = ((Uint256)NusaText.Parse(text).BaseUnits).ToBigInteger();
        }
        if (value < min || value > max) throw Wrong(type, text, name);
        return Uint256.FromBigInteger(value.Sign < 0 ? value + (BigInteger.One << 256) : value);
    }

    /// <summary>Splits at the commas of the outermost level. Strings inside lists cannot hold commas or brackets.</summary>
    private static IReadOnlyList<string> Split(AbiType type, string text, string name, char open, char close)
    {
        string trimmed = text.Trim();
        if (trimmed.Length < 2 || trimmed[0] != open || trimmed[^1] != close) throw Wrong(type, text, name);
        string inner = trimmed[1..^1];
        if (inner.Trim().Length == 0) return [];
        var parts = new List<string>();
        int depth = 0, start = 0;
        for (int i = 0; i < inner.Length; i++)
        {
            if (inner[i] is '(' or '[') depth++;
            else if (inner[i] is ')' or ']') depth--;
            else if (inner[i] == ',' && depth == 0)
            {
                parts.Add(inner[start..i].Trim());
                start = i + 1;
            }
            if (depth < 0) throw Wrong(type, text, name);
        }
        if (depth != 0) throw Wrong(type, text, name);
        parts.Add(inner[start..].Trim());
        return parts;
    }

    private static DsdnException Wrong(AbiType type, string text, string name) =>
        new(ErrorCodes.ArgumentValue, ErrorClass.Usage, name, type.Name, text.Length <= 80 ? text : text[..80] + "...");
}
