using System.Globalization;
using System.Text;
using Dsdn.Chain.Crypto;

namespace Dsdn.Chain.Codecs.Abi;

/// <summary>
/// Reads declarations as Solidity writes them: <c>function f(address to, uint256[] amounts) payable returns (bool ok)</c>,
/// <c>event E(address indexed who)</c>, <c>error F(uint256 required)</c>, and types such as <c>(uint8,string)[2]</c> or <c>tuple(uint8 a, string b)[2]</c>.
/// The form is the "human-readable ABI" that ethers and viem read too.
/// </summary>
public static class AbiSignature
{
    public const int TextCharactersMax = 4_096;

    public static AbiFunction Function(string text)
    {
        AbiTextReader reader = Begin(text, "function", out string name);
        IReadOnlyList<AbiParameter> inputs = Parameters(reader, false);
        AbiMutability mutability = AbiMutability.NonPayable;
        IReadOnlyList<AbiParameter> outputs = [];
        while (reader.Word() is { Length: > 0 } word)
        {
            switch (word)
            {
                case "external" or "public": break;
                case "view" or "pure": mutability = AbiMutability.View; break;
                case "payable": mutability = AbiMutability.Payable; break;
                case "returns": outputs = Parameters(reader, false); break;
                default: throw new FormatException($"unexpected '{word}' in {text}");
            }
        }
        reader.End();
        return new AbiFunction(name, inputs, outputs, mutability);
    }

    public static AbiEvent Event(string text)
    {
        AbiTextReader reader = Begin(text, "event", out string name);
        IReadOnlyList<AbiParameter> inputs = Parameters(reader, true);
        reader.End();
        return new AbiEvent(name, inputs);
    }

    public static AbiError Error(string text)
    {
        AbiTextReader reader = Begin(text, "error", out string name);
        IReadOnlyList<AbiParameter> inputs = Parameters(reader, false);
        reader.End();
        return new AbiError(name, inputs);
    }

    /// <exception cref="FormatException">not a type</exception>
    public static AbiType Type(string text)
    {
        AbiTextReader reader = new(Bounded(text));
        AbiType type = ReadType(reader, 0);
        reader.End();
        return type;
    }

    /// <summary>A type with array brackets such as <c>[2][]</c> behind it.</summary>
    internal static AbiType WithBrackets(AbiType type, string brackets)
    {
        AbiTextReader reader = new(brackets);
        type = ReadBrackets(reader, type);
        reader.End();
        return type;
    }

    internal static string Canonical(string name, IReadOnlyList<AbiParameter> inputs) =>
        name + "(" + string.Join(',', inputs.Select(input => input.Type.Name)) + ")";

    internal static byte[] Selector(string signature) => Keccak.Hash(Encoding.ASCII.GetBytes(signature)).Span[..4].ToArray();

    private static AbiTextReader Begin(string text, string keyword, out string name)
    {
        AbiTextReader reader = new(Bounded(text));
        name = reader.Word();
        if (name == keyword) name = reader.Word();
        if (name.Length == 0) throw new FormatException($"a {keyword} needs a name: {text}");
        return reader;
    }

    private static string Bounded(string text) =>
        text.Length <= TextCharactersMax ? text : throw new FormatException($"longer than {TextCharactersMax} characters");

    private static List<AbiParameter> Parameters(AbiTextReader reader, bool mayBeIndexed, int depth = 0)
    {
        List<AbiParameter> parameters = [];
        reader.Expect('(');
        if (reader.Take(')')) return parameters;
        do
        {
            AbiType type = ReadType(reader, depth);
            string name = reader.Word();
            bool indexed = mayBeIndexed && name == "indexed";
            if (indexed) name = reader.Word();
            if (name is "memory" or "calldata") name = reader.Word();
            parameters.Add(new AbiParameter(name, type, indexed));
        }
        while (reader.Take(','));
        reader.Expect(')');
        return parameters;
    }

    private static AbiType ReadType(AbiTextReader reader, int depth)
    {
        if (depth > AbiType.DepthMax) throw new FormatException($"nested deeper than {AbiType.DepthMax}");
        try
        {
            string word = reader.Word();
            AbiType type = word is "" or "tuple" ? AbiType.Tuple(Parameters(reader, false, depth + 1)) : Elementary(word);
            return ReadBrackets(reader, type);
        }
        catch (ArgumentException impossible)
        {
            throw new FormatException(impossible.Message, impossible);
        }
    }

    private static AbiType ReadBrackets(AbiTextReader reader, AbiType type)
    {
        while (reader.Take('['))
        {
            string length = reader.Word();
            reader.Expect(']');
            type = length.Length == 0 ? AbiType.Array(type) : AbiType.FixedArray(type, Number(length));
        }
        return type;
    }

    private static AbiType Elementary(string word)
    {
        switch (word)
        {
            case "address": return AbiType.Address;
            case "bool": return AbiType.Bool;
            case "bytes": return AbiType.Bytes;
            case "string": return AbiType.String;
            case "uint": return AbiType.Uint256;
            case "int": return AbiType.Int(256);
        }
        if (word.StartsWith("uint", StringComparison.Ordinal)) return AbiType.UInt(Number(word[4..]));
        if (word.StartsWith("int", StringComparison.Ordinal)) return AbiType.Int(Number(word[3..]));
        if (word.StartsWith("bytes", StringComparison.Ordinal)) return AbiType.FixedBytes(Number(word[5..]));
        throw new FormatException($"unknown type '{word}'");
    }

    private static int Number(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && digits[0] != '0'
            ? number
            : throw new FormatException($"not a size: '{digits}'");
}

/// <summary>Splits declaration text into words and single characters.</summary>
internal sealed class AbiTextReader(string text)
{
    private int _position;

    /// <summary>The next identifier or number; empty where none stands.</summary>
    public string Word()
    {
        SkipSpace();
        int start = _position;
        while (_position < text.Length && (char.IsAsciiLetterOrDigit(text[_position]) || text[_position] is '_' or '$')) _position++;
        return text[start.._position];
    }

    public bool Take(char expected)
    {
        SkipSpace();
        if (_position >= text.Length || text[_position] != expected) return false;
        _position++;
        return true;
    }

    public void Expect(char expected)
    {
        if (!Take(expected)) throw new FormatException($"'{expected}' expected at character {_position} of {text}");
    }

    public void End()
    {
        Take(';');
        SkipSpace();
        if (_position != text.Length) throw new FormatException($"unexpected text at character {_position} of {text}");
    }

    private void SkipSpace()
    {
        while (_position < text.Length && (text[_position] is ' ' or '\t' or '\n' or '\r')) _position++;
    }
}
