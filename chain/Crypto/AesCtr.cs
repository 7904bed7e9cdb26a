using System.Security.Cryptography;

namespace Dsdn.Chain.Crypto;

/// <summary>AES in counter mode (NIST SP 800-38A, 6.5): the 16-byte block counts as one big-endian number and wraps.</summary>
public static class AesCtr
{
    private const int BlockSize = 16;

    /// <summary>Encrypts or decrypts; both are the same.</summary>
    /// <param name="key">16, 24 or 32 bytes.</param>
    /// <param name="counter">16 bytes, the first block.</param>
    public static byte[] Apply(ReadOnlySpan<byte> key, ReadOnlySpan<byte> counter, ReadOnlySpan<byte> input)
    {
        if (counter.Length != BlockSize) throw new ArgumentException("the counter has 16 bytes");
        using Aes aes = Aes.Create();
        aes.Key = key.ToArray();
        Span<byte> block = stackalloc byte[BlockSize];
        Span<byte> stream = stackalloc byte[BlockSize];
        counter.CopyTo(block);
        byte[] output = new byte[input.Length];
        for (int at = 0; at < input.Length; at += BlockSize)
        {
            aes.EncryptEcb(block, stream, PaddingMode.None);
            for (int i = at; i < Math.Min(at + BlockSize, input.Length); i++) output[i] = (byte)(input[i] ^ stream[i - at]);
            Increment(block);
        }
        return output;
    }

    private static void Increment(Span<byte> block)
    {
        for (int i = BlockSize - 1; i >= 0; i--)
        {
            block[i] = unchecked((byte)(block[i] + 1));
            if (block[i] != 0) return;
        }
    }
}
