using Dsdn.Chain.Crypto.Native;

namespace Dsdn.Chain.Crypto;

/// <summary>XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha): 32-byte key, 24-byte nonce, 16-byte tag behind the ciphertext.</summary>
public static unsafe class XChaCha20Poly1305
{
    public const int KeySize = 32;
    public const int NonceSize = 24;
    public const int TagSize = 16;

    /// <returns>Ciphertext and tag.</returns>
    public static byte[] Encrypt(ReadOnlySpan<byte> message, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key)
    {
        if (!AreSizes(nonce, key) || !SodiumLibrary.Ready) throw new ArgumentException("the key has 32 bytes, the nonce 24");
        byte[] output = new byte[message.Length + TagSize];
        fixed (byte* outputAt = output, messageAt = message, associatedAt = associated, nonceAt = nonce, keyAt = key)
            SodiumLibrary.XChaChaEncrypt(outputAt, null, messageAt, (ulong)message.Length, associatedAt, (ulong)associated.Length, null, nonceAt, keyAt);
        return output;
    }

    /// <summary>False, and no plaintext, when the tag does not fit or a size is wrong.</summary>
    public static bool TryDecrypt(
        ReadOnlySpan<byte> sealedMessage, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key, out byte[] message)
    {
        message = [];
        if (!AreSizes(nonce, key) || sealedMessage.Length < TagSize || !SodiumLibrary.Ready) return false;
        byte[] output = new byte[sealedMessage.Length - TagSize];
        fixed (byte* outputAt = output, sealedAt = sealedMessage, associatedAt = associated, nonceAt = nonce, keyAt = key)
        {
            int failed = SodiumLibrary.XChaChaDecrypt(
                outputAt, null, null, sealedAt, (ulong)sealedMessage.Length, associatedAt, (ulong)associated.Length, nonceAt, keyAt);
            if (failed != 0) return false;
        }
        message = output;
        return true;
    }

    private static bool AreSizes(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key) => nonce.Length == NonceSize && key.Length == KeySize;
}
