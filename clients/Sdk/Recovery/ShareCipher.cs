using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Dsdn.Sdk.Recovery;

/// <summary>The four-round Feistel network over PBKDF2-HMAC-SHA256 that a passphrase goes into (SLIP-0039, encryption of the master secret).</summary>
internal static class ShareCipher
{
    private const int Rounds = 4, IterationsPerRound = 2_500;

    public static byte[] Encrypt(byte[] secret, string passphrase, int exponent, ushort id, bool isExtendable) => Run(secret, passphrase, exponent, id, isExtendable, [0, 1, 2, 3]);

    public static byte[] Decrypt(byte[] secret, string passphrase, int exponent, ushort id, bool isExtendable) => Run(secret, passphrase, exponent, id, isExtendable, [3, 2, 1, 0]);

    private static byte[] Run(byte[] secret, string passphrase, int exponent, ushort id, bool isExtendable, ReadOnlySpan<byte> rounds)
    {
        if (rounds.Length != Rounds) throw new ArgumentException("four rounds");
        byte[] left = secret[..(secret.Length / 2)], right = secret[(secret.Length / 2)..];
        byte[] prefix = [];
        if (!isExtendable)
        {
            prefix = [.. "shamir"u8, 0, 0];
            BinaryPrimitives.WriteUInt16BigEndian(prefix.AsSpan(6), id);
        }
        foreach (byte round in rounds)
        {
            byte[] password = [round, .. Encoding.ASCII.GetBytes(passphrase)], salt = [.. prefix, .. right];
            byte[] mask = Rfc2898DeriveBytes.Pbkdf2(password, salt, IterationsPerRound << exponent, HashAlgorithmName.SHA256, right.Length);
            for (int i = 0; i < mask.Length; i++) mask[i] ^= left[i];
            (left, right) = (right, mask);
        }
        return [.. right, .. left];
    }
}
