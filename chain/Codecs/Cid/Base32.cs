namespace Dsdn.Chain.Codecs.Cid;

/// <summary>Base32 of RFC 4648, 6, in lower case without padding. One text for each byte string: spare bits must be zero.</summary>
public static class Base32
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    public static int TextLength(int bytes) => ((bytes * 8) + 4) / 5;

    /// <param name="text">At least <see cref="TextLength"/> characters.</param>
    public static void Encode(ReadOnlySpan<byte> bytes, Span<char> text)
    {
        int pending = 0, bits = 0, at = 0;
        foreach (byte value in bytes)
        {
            pending = (pending << 8) | value;
            bits += 8;
            while (bits >= 5)
            {
                bits -= 5;
                text[at++] = Alphabet[(pending >> bits) & 31];
            }
            pending &= (1 << bits) - 1;
        }
        if (bits > 0) text[at] = Alphabet[(pending << (5 - bits)) & 31];
    }

    /// <summary>Decodes into exactly <paramref name="bytes"/>; false when the text does not hold that many.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        if (text.Length != TextLength(bytes.Length)) return false;
        int pending = 0, bits = 0, at = 0;
        foreach (char symbol in text)
        {
            int value = Alphabet.IndexOf(symbol, StringComparison.Ordinal);
            if (value < 0) return false;
            pending = (pending << 5) | value;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[at++] = (byte)(pending >> bits);
                pending &= (1 << bits) - 1;
            }
        }
        return pending == 0;
    }
}
