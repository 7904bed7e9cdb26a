using System.Security.Cryptography;

namespace Dsdn.Sdk.Recovery;

/// <summary>
/// Splits a secret into shares of words of which some give it back and fewer say nothing of it: SLIP-0039, as hardware wallets have it. Shares carry a checksum each, and together a digest of the secret.
/// </summary>
public static class RecoveryShares
{
    private const byte DigestX = 254, SecretX = 255;
    private const int DigestBytes = 4, SecretBytesMin = 16;

    /// <summary>Makes one group of shares with the system's randomness.</summary>
    /// <param name="secret">16 bytes or more, an even number.</param>
    /// <param name="threshold">Shares that are needed; 2 to <paramref name="count"/>.</param>
    /// <param name="count">At most 16.</param>
    public static IReadOnlyList<string> Split(ReadOnlySpan<byte> secret, int threshold, int count, string passphrase = "")
    {
        if (secret.Length < SecretBytesMin || secret.Length % 2 != 0) throw new ArgumentException($"a secret has an even number of bytes, {SecretBytesMin} or more");
        if (count > 16 || threshold < 2 || threshold > count) throw new ArgumentOutOfRangeException(nameof(threshold));
        ushort id = (ushort)RandomNumberGenerator.GetInt32(1 << 15);
        byte[] encrypted = ShareCipher.Encrypt(secret.ToArray(), passphrase, 0, id, isExtendable: true);
        byte[] random = RandomNumberGenerator.GetBytes(encrypted.Length - DigestBytes);
        List<(byte X, byte[] Value)> points = [];
        for (int i = 0; i < threshold - 2; i++) points.Add(((byte)i, RandomNumberGenerator.GetBytes(encrypted.Length)));
        List<(byte X, byte[] Value)> known = [.. points, (DigestX, [.. Digest(random, encrypted), .. random]), (SecretX, encrypted)];
        return [.. Enumerable.Range(0, count).Select(i => new RecoveryShare(id, true, 0, 0, 1, 1, (byte)i, (byte)threshold, ShareField.Interpolate(known, (byte)i)).Write())];
    }

    /// <summary>Gives the secret of shares: exactly as many as their set needs, in any order.</summary>
    /// <param name="at">From 1, of the share that is wrong; 0: all together.</param>
    /// <param name="wordNumber">From 1, where <see cref="ShareFault.Word"/>.</param>
    public static ShareFault TryCombine(IReadOnlyList<string> texts, out byte[] secret, out int at, out int wordNumber, string passphrase = "")
    {
        (secret, at, wordNumber) = ([], 0, 0);
        List<RecoveryShare> shares = [];
        foreach (string text in texts)
        {
            ShareFault fault = RecoveryShare.TryRead(text, out RecoveryShare? share, out wordNumber);
            if (fault == ShareFault.None && share is not null && shares.Count > 0 && share.Set != shares[0].Set) fault = ShareFault.OtherSet;
            if (fault == ShareFault.None && share is not null && shares.Any(other => (other.GroupIndex, other.MemberIndex) == (share.GroupIndex, share.MemberIndex))) fault = ShareFault.Twice;
            if (fault == ShareFault.None && share is not null && shares.Any(other => other.GroupIndex == share.GroupIndex && other.MemberThreshold != share.MemberThreshold)) fault = ShareFault.OtherSet;
            if (fault != ShareFault.None || share is null)
            {
                at = shares.Count + 1;
                return fault;
            }
            shares.Add(share);
        }
        if (shares.Count == 0) return ShareFault.Count;
        IGrouping<byte, RecoveryShare>[] groups = [.. shares.GroupBy(static share => share.GroupIndex)];
        if (groups.Length != shares[0].GroupThreshold || groups.Any(static group => group.Count() != group.First().MemberThreshold)) return ShareFault.Count;
        List<(byte X, byte[] Value)> points = [];
        foreach (IGrouping<byte, RecoveryShare> group in groups)
        {
            if (!TryRecover([.. group.Select(static share => (share.MemberIndex, share.Value))], out byte[] value)) return ShareFault.Digest;
            points.Add((group.Key, value));
        }
        if (!TryRecover(points, out byte[] encrypted)) return ShareFault.Digest;
        secret = ShareCipher.Decrypt(encrypted, passphrase, shares[0].Exponent, shares[0].Id, shares[0].IsExtendable);
        return ShareFault.None;
    }

    /// <summary>A single share of a threshold of one is the secret; else the digest says whether the points are of one polynomial.</summary>
    private static bool TryRecover(IReadOnlyList<(byte X, byte[] Value)> points, out byte[] secret)
    {
        if (points.Count == 1)
        {
            secret = points[0].Value;
            return true;
        }
        secret = ShareField.Interpolate(points, SecretX);
        byte[] digest = ShareField.Interpolate(points, DigestX);
        return CryptographicOperations.FixedTimeEquals(digest.AsSpan(0, DigestBytes), Digest(digest[DigestBytes..], secret));
    }

    private static byte[] Digest(byte[] random, byte[] secret) => HMACSHA256.HashData(random, secret)[..DigestBytes];
}
