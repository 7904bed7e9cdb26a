using System.Security.Cryptography;

namespace Dsdn.Chain.Wallet;

/// <summary>Base58 with a four-byte double-SHA-256 checksum, the text form of BIP-32 keys.</summary>
internal static class Base58Check
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const int ChecksumSize = 4;
    private const int TextCharsMax = 128;

    internal static string Encode(ReadOnlySpan<byte> payload)
    {
        byte[] input = new byte[payload.Length + ChecksumSize];
        payload.CopyTo(input);
        Checksum(payload, input.AsSpan(payload.Length));
        Span<byte> digits = stackalloc byte[(input.Length * 138 / 100) + 1]; // log 256 / log 58 = 1.37
        int used = 0;
        foreach (byte value in input)
        {
            int carry = value;
            for (int i = 0; i < used || carry != 0; i++)
            {
                if (i == used) digits[used++] = 0;
                carry += digits[i] << 8;
                digits[i] = (byte)(carry % 58);
                carry /= 58;
            }
        }
        int zeros = input.AsSpan().IndexOfAnyExcept((byte)0);
        if (zeros < 0) zeros = input.Length;
        char[] text = new char[zeros + used];
        text.AsSpan(0, zeros).Fill(Alphabet[0]);
        for (int i = 0; i < used; i++) text[zeros + i] = Alphabet[digits[used - 1 - i]];
        return new string(text);
    }

    /// <summary>The payload of exactly <paramref name="length"/> bytes; false for anything else.</summary>
    internal static bool TryDecode(string text, int length, out byte[] payload)
    {
        payload = [];
        if (text.Length is 0 or > TextCharsMax) return false;
        byte[] bytes = new byte[length + ChecksumSize];
        foreach (char symbol in text)
        {
            int carry = Alphabet.IndexOf(symbol, StringComparison.Ordinal);
            if (carry < 0) return false;
            for (int i = bytes.Length - 1; i >= 0; i--)
            {
                carry += 58 * bytes[i];
                bytes[i] = (byte)(carry & 0xff);
                carry >>= 8;
            }
            if (carry != 0) return false;
        }
        Span<byte> checksum = stackalloc byte[ChecksumSize];
        Checksum(bytes.AsSpan(0, length), checksum);
        if (!checksum.SequenceEqual(bytes.AsSpan(length))) return false;
        payload = bytes[..length];
        return string.Equals(Encode(payload), text, StringComparison.Ordinal); // leading ones stand for zero bytes exactly
    }

    private static void Checksum(ReadOnlySpan<byte> payload, Span<byte> checksum)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(payload, digest);
        SHA256.HashData(digest, digest);
        digest[..ChecksumSize].CopyTo(checksum);
    }
}
