using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Dsdn.Chain.Crypto.Native;

namespace Dsdn.Chain.Crypto;

/// <summary>
/// ECVRF-EDWARDS25519-SHA512-TAI (RFC 9381, suite 0x03): the holder of an Ed25519 key computes an output that nobody can
/// foretell, everybody can check, and that is unique for key and input. Proof: gamma 32 | c 16 | s 32, integers little-endian.
/// Proving is libsodium's group arithmetic, constant-time; verifying is <see cref="CurvePoint"/>, several times faster, since
/// libsodium has no sum of two products and examines every point anew.
/// </summary>
public static unsafe class Ecvrf
{
    public const int ProofSize = 80;
    public const int OutputSize = 64;

    private const byte Suite = 0x03;
    private const byte EncodeToCurve = 0x01;
    private const byte Challenge = 0x02;
    private const byte ProofToHash = 0x03;
    private const byte Back = 0x00;
    private const int ChallengeSize = 16;
    private const int PointSize = EdwardsPoint.Size;
    private const int ScalarSize = 32;

    /// <summary>RFC 9381, 5.1: deterministic.</summary>
    /// <param name="seed">The 32-byte Ed25519 private key.</param>
    /// <param name="proof">80 bytes out.</param>
    [SkipLocalsInit]
    public static void Prove(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> alpha, Span<byte> proof)
    {
        if (proof.Length < ProofSize) throw new ArgumentException("a proof needs 80 bytes");
        Span<byte> publicKey = stackalloc byte[PointSize];
        Ed25519.PublicKey(seed, publicKey);
        Span<byte> h = stackalloc byte[PointSize], gamma = proof[..PointSize], u = stackalloc byte[PointSize], v = stackalloc byte[PointSize];
        EncodeToPoint(publicKey, alpha, h);

        Span<byte> expanded = stackalloc byte[SHA512.HashSizeInBytes], nonce = stackalloc byte[ScalarSize];
        SHA512.HashData(seed, expanded);
        Span<byte> x = expanded[..ScalarSize];
        x[0] &= 248; // RFC 8032, 5.1.5
        x[31] = (byte)((x[31] & 127) | 64);
        Nonce(expanded[ScalarSize..], h, nonce);
        if (!EdwardsPoint.TryMultiply(x, h, gamma) || !EdwardsPoint.TryMultiplyBase(nonce, u) || !EdwardsPoint.TryMultiply(nonce, h, v))
            throw new InvalidOperationException("a nonzero multiple of a point of prime order is not the identity");

        Span<byte> c = stackalloc byte[ScalarSize];
        ChallengeOf(publicKey, h, gamma, u, v, c);
        c[..ChallengeSize].CopyTo(proof[PointSize..]);
        fixed (byte* challenge = c, secret = x, response = proof[(PointSize + ChallengeSize)..], random = nonce)
        {
            SodiumLibrary.Ed25519ScalarMultiply(challenge, challenge, secret);
            SodiumLibrary.Ed25519ScalarAdd(response, random, challenge);
        }
        CryptographicOperations.ZeroMemory(expanded);
        CryptographicOperations.ZeroMemory(nonce);
        CryptographicOperations.ZeroMemory(c);
    }

    /// <summary>RFC 9381, 5.3. False for every malformed or wrong proof.</summary>
    /// <param name="publicKey">Of prime order, as every registered key is.</param>
    [SkipLocalsInit]
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> alpha, ReadOnlySpan<byte> proof)
    {
        if (publicKey.Length != PointSize || proof.Length != ProofSize) return false;
        ReadOnlySpan<byte> gamma = proof[..PointSize], s = proof[(PointSize + ChallengeSize)..];
        if (!EdwardsPoint.IsCanonicalScalar(s)) return false;
        Span<byte> c = stackalloc byte[ScalarSize];
        c.Clear();
        proof.Slice(PointSize, ChallengeSize).CopyTo(c);

        if (!CurvePoint.TryDecode(publicKey, out CurvePoint key) || !CurvePoint.TryDecode(gamma, out CurvePoint decoded)) return false;
        Span<byte> h = stackalloc byte[PointSize], u = stackalloc byte[PointSize], v = stackalloc byte[PointSize];
        EncodeToPoint(publicKey, alpha, h);
        if (!CurvePoint.TryDecode(h, out CurvePoint hashed)) return false;
        CurvePoint.Combine(s, CurvePoint.Generator, c, -key).WriteTo(u);
        CurvePoint.Combine(s, hashed, c, -decoded).WriteTo(v);
        Span<byte> expected = stackalloc byte[ScalarSize];
        ChallengeOf(publicKey, h, gamma, u, v, expected);
        return expected.SequenceEqual(c);
    }

    /// <summary>RFC 9381, 5.2. Only of a proof that verified.</summary>
    /// <param name="output">64 bytes out.</param>
    [SkipLocalsInit]
    public static bool TryOutput(ReadOnlySpan<byte> proof, Span<byte> output)
    {
        if (proof.Length != ProofSize || output.Length < OutputSize) return false;
        Span<byte> preimage = stackalloc byte[2 + PointSize + 1];
        preimage[0] = Suite;
        preimage[1] = ProofToHash;
        if (!EdwardsPoint.TryClearCofactor(proof[..PointSize], preimage.Slice(2, PointSize))) return false;
        preimage[^1] = Back;
        SHA512.HashData(preimage, output);
        return true;
    }

    /// <summary>Try and increment, RFC 9381, 5.4.1.1, with the public key as salt. Everything in it is public.</summary>
    private static void EncodeToPoint(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> alpha, Span<byte> h)
    {
        byte[] preimage = [Suite, EncodeToCurve, .. publicKey, .. alpha, 0, Back];
        Span<byte> digest = stackalloc byte[SHA512.HashSizeInBytes];
        for (int counter = 0; counter <= byte.MaxValue; counter++) // each fails about every second time: all 256 do once in 2^256
        {
            preimage[^2] = (byte)counter;
            SHA512.HashData(preimage, digest);
            if (EdwardsPoint.TryClearCofactor(digest[..PointSize], h) && !EdwardsPoint.IsIdentity(h)) return;
        }
        throw new InvalidOperationException("no counter gives a point");
    }

    /// <summary>RFC 9381, 5.4.2.2, which is the nonce of RFC 8032, 5.1.6, of the message h.</summary>
    private static void Nonce(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> h, Span<byte> nonce)
    {
        Span<byte> preimage = stackalloc byte[ScalarSize + PointSize], digest = stackalloc byte[SHA512.HashSizeInBytes];
        prefix.CopyTo(preimage);
        h.CopyTo(preimage[ScalarSize..]);
        SHA512.HashData(preimage, digest);
        fixed (byte* wide = digest, reduced = nonce) SodiumLibrary.Ed25519ScalarReduce(reduced, wide);
        CryptographicOperations.ZeroMemory(preimage);
        CryptographicOperations.ZeroMemory(digest);
    }

    /// <summary>RFC 9381, 5.4.3: 16 bytes of the digest, as a scalar.</summary>
    private static void ChallengeOf(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> h, ReadOnlySpan<byte> gamma, ReadOnlySpan<byte> u, ReadOnlySpan<byte> v, Span<byte> challenge)
    {
        Span<byte> preimage = stackalloc byte[2 + (5 * PointSize) + 1], digest = stackalloc byte[SHA512.HashSizeInBytes];
        preimage[0] = Suite;
        preimage[1] = Challenge;
        publicKey.CopyTo(preimage[2..]);
        h.CopyTo(preimage[(2 + PointSize)..]);
        gamma.CopyTo(preimage[(2 + (2 * PointSize))..]);
        u.CopyTo(preimage[(2 + (3 * PointSize))..]);
        v.CopyTo(preimage[(2 + (4 * PointSize))..]);
        preimage[^1] = Back;
        SHA512.HashData(preimage, digest);
        challenge.Clear();
        digest[..ChallengeSize].CopyTo(challenge);
    }
}
