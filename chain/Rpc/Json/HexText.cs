using System.Buffers;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Rpc.Json;

/// <summary>Hexadecimal parameters read from UTF-8 with geth's rules and words (package hexutil). Null means no error.</summary>
internal static class HexText
{
    public const string MissingPrefix = "hex string without 0x prefix";
    public const string OddLength = "hex string of odd length";
    public const string BadSyntax = "invalid hex string";
    public const string EmptyString = "empty hex string";
    public const string EmptyNumber = "hex string \"0x\"";
    public const string LeadingZero = "hex number with leading zero digits";
    public const string Above64Bits = "hex number > 64 bits";
    public const string Above256Bits = "hex number > 256 bits";

    public static bool HasPrefix(ReadOnlySpan<byte> text) => text.Length >= 2 && text[0] == '0' && (text[1] | 0x20) == 'x';

    /// <summary>Any number of whole bytes; the empty text is no bytes (geth).</summary>
    public static string? Bytes(ReadOnlySpan<byte> text, out byte[] bytes)
    {
        bytes = [];
        if (text.IsEmpty) return null;
        if (!HasPrefix(text)) return MissingPrefix;
        if ((text.Length & 1) != 0) return OddLength;
        byte[] result = new byte[(text.Length - 2) / 2];
        if (!TryDecode(text[2..], result)) return BadSyntax;
        bytes = result;
        return null;
    }

    /// <summary>Exactly as many bytes as <paramref name="target"/> holds.</summary>
    /// <param name="isLength">The error is the length; its text needs no type behind it.</param>
    public static string? Fixed(ReadOnlySpan<byte> text, Span<byte> target, string goType, out bool isLength)
    {
        isLength = false;
        ReadOnlySpan<byte> digits = text;
        if (!text.IsEmpty)
        {
            if (!HasPrefix(text)) return MissingPrefix;
            digits = text[2..];
            if ((digits.Length & 1) != 0) return OddLength;
        }
        if (digits.Length != target.Length * 2)
        {
            isLength = true;
            return $"hex string has length {digits.Length}, want {target.Length * 2} for {goType}";
        }
        return TryDecode(digits, target) ? null : BadSyntax;
    }

    public static string? Quantity64(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        if (CheckNumber(text, out ReadOnlySpan<byte> digits) is { } error) return error;
        if (digits.Length > 16) return AllDigits(digits) ? Above64Bits : BadSyntax;
        foreach (byte c in digits)
        {
            int nibble = Nibble(c);
            if (nibble < 0) return BadSyntax;
            value = (value << 4) | (uint)nibble;
        }
        return null;
    }

    public static string? Quantity256(ReadOnlySpan<byte> text, out Uint256 value)
    {
        value = Uint256.Zero;
        if (CheckNumber(text, out ReadOnlySpan<byte> digits) is { } error) return error;
        if (digits.Length > 64) return AllDigits(digits) ? Above256Bits : BadSyntax;
        Span<byte> padded = stackalloc byte[64];
        padded.Fill((byte)'0');
        digits.CopyTo(padded[(64 - digits.Length)..]);
        Span<byte> word = stackalloc byte[32];
        if (!TryDecode(padded, word)) return BadSyntax;
        value = Uint256.FromBigEndian(word);
        return null;
    }

    public static bool TryDecode(ReadOnlySpan<byte> digits, Span<byte> target) =>
        Convert.FromHexString(digits, target, out _, out int written) == OperationStatus.Done && written == target.Length;

    public static bool AllDigits(ReadOnlySpan<byte> digits)
    {
        foreach (byte c in digits)
        {
            if (Nibble(c) < 0) return false;
        }
        return true;
    }

    private static string? CheckNumber(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> digits)
    {
        digits = default;
        if (text.IsEmpty) return EmptyString;
        if (!HasPrefix(text)) return MissingPrefix;
        digits = text[2..];
        if (digits.IsEmpty) return EmptyNumber;
        return digits.Length > 1 && digits[0] == '0' ? LeadingZero : null;
    }

    private static int Nibble(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        _ => -1,
    };
}
