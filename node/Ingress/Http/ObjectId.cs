using Dsdn.Chain.Primitives;

namespace Dsdn.Ingress.Http;

/// <summary>
/// How an object is named in a path: the SHA-256 as 64 hexadecimal digits, or as a CID of version 1 in base32 (multibase b) of raw bytes (codec 0x55) under SHA-256 (multihash 0x12, 32 bytes):
/// bafkrei and 52 letters more. One name has one spelling in each.
/// </summary>
internal static class ObjectId
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int CidLetters = 59, PrefixBytes = 4;

    /// <summary>Version 1, raw, SHA-256, 32 bytes.</summary>
    private static ReadOnlySpan<byte> Prefix => [0x01, 0x55, 0x12, 0x20];

    public static bool TryParse(ReadOnlySpan<char> text, out Hash256 id)
    {
        id = default;
        return text.Length == 2 * Hash256.Size ? TryHex(text, out id) : text.Length == CidLetters && text[0] == 'b' && TryBase32(text[1..], out id);
    }

    public static string ToHex(Hash256 id) => Convert.ToHexStringLower(id.Span);

    public static string ToCid(Hash256 id)
    {
        ReadOnlySpan<byte> bytes = [.. Prefix, .. id.Span];
        Span<char> text = stackalloc char[CidLetters];
        text[0] = 'b';
        int bits = 0, held = 0, at = 1;
        foreach (byte one in bytes)
        {
            bits = (bits << 8) | one;
            for (held += 8; held >= 5; held -= 5) text[at++] = Alphabet[(bits >> (held - 5)) & 31];
            bits &= (1 << held) - 1;
        }
        text[at] = Alphabet[(bits << (5 - held)) & 31];
        return text.ToString();
    }

    private static bool TryHex(ReadOnlySpan<char> text, out Hash256 id)
    {
        id = default;
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        if (text.ContainsAnyInRange('A', 'F') || Convert.FromHexString(text, bytes, out _, out int written) != System.Buffers.OperationStatus.Done || written != bytes.Length) return false;
        id = new Hash256(bytes);
        return true;
    }

    private static bool TryBase32(ReadOnlySpan<char> text, out Hash256 id)
    {
        id = default;
        Span<byte> bytes = stackalloc byte[PrefixBytes + Hash256.Size];
        int bits = 0, held = 0, at = 0;
        foreach (char letter in text)
        {
            int value = Alphabet.IndexOf(letter, StringComparison.Ordinal);
            if (value < 0) return false;
            bits = (bits << 5) | value;
            held += 5;
            if (held < 8) continue;
            held -= 8;
            if (at == bytes.Length) return false;
            bytes[at++] = (byte)(bits >> held);
            bits &= (1 << held) - 1;
        }
        if (at != bytes.Length || bits != 0 || !bytes.StartsWith(Prefix)) return false; // bits that are left over are zero: one spelling
        id = new Hash256(bytes[PrefixBytes..]);
        return true;
    }
}
