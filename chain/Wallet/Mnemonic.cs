using System.Security.Cryptography;
using System.Text;
using Dsdn.Chain.Wallet.Unicode;

namespace Dsdn.Chain.Wallet;

/// <summary>Seed phrases of BIP-39 in English: 12, 15, 18, 21 or 24 words for 16, 20, 24, 28 or 32 bytes of entropy.</summary>
public static class Mnemonic
{
    public const int SeedSize = 64;

    private const int EntropyBytesMax = 32;
    private const int PhraseCharsMax = 512;
    private const int SeedIterations = 2048;

    /// <exception cref="ArgumentException">entropy of another length</exception>
    public static string FromEntropy(ReadOnlySpan<byte> entropy)
    {
        if (!IsEntropyLength(entropy.Length)) throw new ArgumentException("entropy has 16, 20, 24, 28 or 32 bytes");
        Span<byte> bits = stackalloc byte[EntropyBytesMax + 1];
        AppendChecksum(entropy, bits);
        StringBuilder phrase = new();
        for (int word = 0; word < entropy.Length * 3 / 4; word++)
        {
            if (word > 0) phrase.Append(' ');
            phrase.Append(EnglishWords.At(ReadBits(bits, word * 11)));
        }
        return phrase.ToString();
    }

    /// <summary>
    /// Reads a phrase: words in any case, separated by any white space. On failure <paramref name="wordNumber"/> is the first
    /// unknown word, counted from 1.
    /// </summary>
    public static MnemonicError Parse(string phrase, out byte[] entropy, out int wordNumber)
    {
        entropy = [];
        wordNumber = 0;
        if (phrase.Length > PhraseCharsMax) return MnemonicError.WordCount;
        string[] words = Words(phrase);
        int length = words.Length * 4 / 3;
        if (words.Length % 3 != 0 || !IsEntropyLength(length)) return MnemonicError.WordCount;
        Span<byte> bits = stackalloc byte[EntropyBytesMax + 1];
        bits.Clear();
        for (int i = 0; i < words.Length; i++)
        {
            int index = EnglishWords.IndexOf(words[i]);
            if (index < 0)
            {
                wordNumber = i + 1;
                return MnemonicError.UnknownWord;
            }
            WriteBits(bits, i * 11, index);
        }
        Span<byte> expected = stackalloc byte[EntropyBytesMax + 1];
        AppendChecksum(bits[..length], expected);
        if (!bits.SequenceEqual(expected)) return MnemonicError.Checksum;
        entropy = bits[..length].ToArray();
        return MnemonicError.None;
    }

    /// <summary>
    /// The 64-byte seed: PBKDF2-HMAC-SHA512 over the phrase with salt "mnemonic" + passphrase, 2,048 rounds. The phrase is
    /// brought to single spaces and lower case first; the passphrase to Unicode form KD.
    /// </summary>
    public static byte[] Seed(string phrase, string passphrase)
    {
        byte[] password = Encoding.UTF8.GetBytes(string.Join(' ', Words(phrase)));
        byte[] salt = Encoding.UTF8.GetBytes("mnemonic" + Nfkd.Normalize(passphrase));
        return Rfc2898DeriveBytes.Pbkdf2(password, salt, SeedIterations, HashAlgorithmName.SHA512, SeedSize);
    }

    private static string[] Words(string phrase) =>
        phrase.ToLowerInvariant().Split(default(char[]), StringSplitOptions.RemoveEmptyEntries);

    private static bool IsEntropyLength(int bytes) => bytes is 16 or 20 or 24 or 28 or 32;

    /// <summary>Entropy followed by its first length/4 bits of SHA-256, zeros behind.</summary>
    private static void AppendChecksum(ReadOnlySpan<byte> entropy, Span<byte> bits)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(entropy, digest);
        int checksumBits = entropy.Length / 4;
        bits.Clear();
        entropy.CopyTo(bits);
        bits[entropy.Length] = (byte)(digest[0] & (0xff << (8 - checksumBits)));
    }

    private static int ReadBits(ReadOnlySpan<byte> bits, int position)
    {
        int value = 0;
        for (int i = position; i < position + 11; i++) value = (value << 1) | ((bits[i / 8] >> (7 - (i % 8))) & 1);
        return value;
    }

    private static void WriteBits(Span<byte> bits, int position, int value)
    {
        for (int i = 0; i < 11; i++)
        {
            int at = position + i;
            bits[at / 8] |= (byte)(((value >> (10 - i)) & 1) << (7 - (at % 8)));
        }
    }
}

/// <summary>Why a text is not a seed phrase.</summary>
public enum MnemonicError
{
    None = 0,

    /// <summary>Not 12, 15, 18, 21 or 24 words.</summary>
    WordCount,

    /// <summary>A word that is not in the list.</summary>
    UnknownWord,

    /// <summary>All words known, but the last bits do not match: a wrong or swapped word.</summary>
    Checksum,
}
