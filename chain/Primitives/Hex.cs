using System.Diagnostics.CodeAnalysis;

namespace Dsdn.Chain.Primitives;

/// <summary>Hexadecimal text with the 0x prefix, as Ethereum writes bytes.</summary>
public static class Hex
{
    public static string Encode(ReadOnlySpan<byte> bytes) => string.Concat("0x", Convert.ToHexStringLower(bytes));

    /// <summary>Accepts an even number of digits of either case behind a mandatory 0x.</summary>
    public static bool TryDecode(string? text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text is null || text.Length < 2 || text[0] != '0' || (text[1] | 0x20) != 'x' || (text.Length & 1) != 0) return false;
        byte[] result = new byte[(text.Length - 2) / 2];
        if (Convert.FromHexString(text.AsSpan(2), result, out _, out int written) != System.Buffers.OperationStatus.Done) return false;
        if (written != result.Length) return false;
        bytes = result;
        return true;
    }

    public static byte[] Decode(string text) =>
        TryDecode(text, out byte[]? bytes) ? bytes : throw new FormatException("not 0x-prefixed hexadecimal text");
}
