using System.Globalization;

namespace Dsdn.Chain.Codecs.Eip712;

/// <summary>What a value is encoded as.</summary>
internal enum Eip712Kind
{
    Bool,
    Address,
    Uint,
    Int,
    FixedBytes,
    Bytes,
    String,
    Struct,
    Array,
}

/// <summary>A parsed type name.</summary>
/// <param name="Name">As written, which is also how it is hashed.</param>
/// <param name="Size">Bits of an integer, length of bytesN, element count of a fixed array, else 0 (a dynamic array too).</param>
/// <param name="Element">The element type of an array.</param>
internal sealed record Eip712Type(Eip712Kind Kind, string Name, int Size = 0, Eip712Type? Element = null)
{
    private const int NameCharsMax = 128;
    private const int ArrayDepthMax = 8;
    private const int ArrayLengthMax = 65_536;

    /// <summary>The type behind all array brackets.</summary>
    internal Eip712Type Innermost => Element?.Innermost ?? this;

    internal static bool IsStructName(string name) =>
        name.Length is > 0 and <= NameCharsMax && IsIdentifier(name) && Atomic(name) is null;

    internal static bool IsIdentifier(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || char.IsAsciiDigit(name[0])) return false;
        foreach (char symbol in name)
        {
            if (!char.IsAsciiLetterOrDigit(symbol) && symbol != '_' && symbol != '$') return false;
        }
        return true;
    }

    /// <summary>Null when the text is no type name. A struct's existence is the caller's question.</summary>
    internal static Eip712Type? Parse(string text) => text.Length > NameCharsMax ? null : Parse(text, ArrayDepthMax);

    private static Eip712Type? Parse(string text, int arrayDepthLeft)
    {
        if (!text.EndsWith(']')) return Atomic(text) ?? (IsIdentifier(text) ? new Eip712Type(Eip712Kind.Struct, text) : null);
        int open = text.LastIndexOf('[');
        if (open < 0 || arrayDepthLeft == 0) return null;
        ReadOnlySpan<char> digits = text.AsSpan(open + 1, text.Length - open - 2);
        int length = 0;
        if (!digits.IsEmpty && (!TryNumber(digits, out length) || length is 0 or > ArrayLengthMax)) return null;
        Eip712Type? element = Parse(text[..open], arrayDepthLeft - 1);
        return element is null ? null : new Eip712Type(Eip712Kind.Array, text, length, element);
    }

    private static Eip712Type? Atomic(string name) => name switch
    {
        "bool" => new(Eip712Kind.Bool, name),
        "address" => new(Eip712Kind.Address, name),
        "bytes" => new(Eip712Kind.Bytes, name),
        "string" => new(Eip712Kind.String, name),
        "uint" => new(Eip712Kind.Uint, name, 256),
        "int" => new(Eip712Kind.Int, name, 256),
        _ when name.StartsWith("bytes", StringComparison.Ordinal) && TryNumber(name.AsSpan(5), out int size) && size is >= 1 and <= 32 =>
            new(Eip712Kind.FixedBytes, name, size),
        _ when name.StartsWith("uint", StringComparison.Ordinal) && TryNumber(name.AsSpan(4), out int size) && IsBits(size) => new(Eip712Kind.Uint, name, size),
        _ when name.StartsWith("int", StringComparison.Ordinal) && TryNumber(name.AsSpan(3), out int size) && IsBits(size) => new(Eip712Kind.Int, name, size),
        _ => null,
    };

    private static bool IsBits(int size) => size is >= 8 and <= 256 && size % 8 == 0;

    /// <summary>Decimal digits without leading zeros.</summary>
    private static bool TryNumber(ReadOnlySpan<char> digits, out int number)
    {
        number = 0;
        return digits.Length is > 0 and <= 6 && digits[0] != '0' && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
