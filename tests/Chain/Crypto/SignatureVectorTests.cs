using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Crypto;

public class SignatureVectorTests
{
    private static readonly BigInteger Order = BigInteger.Parse("115792089237316195423570985008687907852837564279074904382605163141518161494337");

    private static readonly BigInteger P = BigInteger.Pow(2, 256) - BigInteger.Pow(2, 32) - 977;

    /// <summary>The file gives the nonce k; r of the signature must be the x coordinate of k G.</summary>
    [Fact]
    public void VectorRfc6979NoncesOfSecp256k1()
    {
        int seen = 0;
        foreach (JsonElement test in Vectors.Json("rfc6979-secp256k1.json").GetProperty("tests").EnumerateArray())
        {
            byte[] key = Bytes(test, "d");
            byte[] nonce = Bytes(test, "k0");
            Hash256 digest = new(SHA256.HashData(Encoding.UTF8.GetBytes(test.GetProperty("message").GetString()!)));
            byte[] signature = new byte[64];
            Assert.True(Secp256k1.TrySign(digest, key, signature, out _));
            byte[] point = new byte[64];
            Assert.True(Secp256k1.TryPublicKey(nonce, point));
            BigInteger r = Number(point.AsSpan(0, 32)) % Order;
            Assert.Equal(r, Number(signature.AsSpan(0, 32)));
            // s = (z + r d) / k, then the lower of s and n - s
            BigInteger s = (Number(digest.Span) + (r * Number(key))) * BigInteger.ModPow(Number(nonce), Order - 2, Order) % Order;
            Assert.Equal(BigInteger.Min(s, Order - s), Number(signature.AsSpan(32)));
            seen++;
        }
        Assert.Equal(10, seen);
    }

    [Theory]
    [InlineData("ecdsa_secp256k1_sha256_bitcoin_test.json", false)]
    [InlineData("ecdsa_secp256k1_sha256_test.json", true)]
    public void VectorWycheproofSecp256k1(string file, bool highSIsValid)
    {
        int valid = 0, invalid = 0;
        foreach ((JsonElement group, JsonElement test) in Wycheproof(file))
        {
            byte[] publicKey = Convert.FromHexString(group.GetProperty("publicKey").GetProperty("uncompressed").GetString()!);
            Hash256 digest = new(SHA256.HashData(Bytes(test, "msg")));
            bool expected = test.GetProperty("result").GetString() == "valid";
            bool verified = ReadDer(Bytes(test, "sig")) is { } signature && VerifyEitherS(digest, signature, publicKey, highSIsValid);
            Assert.True(expected == verified, $"{file} {test.GetProperty("tcId")}");
            _ = expected ? valid++ : invalid++;
        }
        Assert.True(valid > 50 && invalid > 50);
    }

    /// <summary>Every valid low-s signature recovers to its key with exactly one of the two parities.</summary>
    [Fact]
    public void VectorWycheproofSecp256k1SignaturesRecover()
    {
        int recovered = 0;
        foreach ((JsonElement group, JsonElement test) in Wycheproof("ecdsa_secp256k1_sha256_bitcoin_test.json"))
        {
            if (test.GetProperty("result").GetString() != "valid") continue;
            byte[] publicKey = Convert.FromHexString(group.GetProperty("publicKey").GetProperty("uncompressed").GetString()!)[1..];
            Hash256 digest = new(SHA256.HashData(Bytes(test, "msg")));
            byte[] signature = ReadDer(Bytes(test, "sig"))!;
            // r below p - n may also stand for the point x = r + n, which needs parity 2 or 3 and no Ethereum signature has
            if (Number(signature.AsSpan(0, 32)) < P - Order) continue;
            int matches = 0;
            byte[] key = new byte[64];
            for (byte parity = 0; parity < 2; parity++)
                if (Secp256k1.TryRecoverPublicKey(digest, signature, parity, key) && key.AsSpan().SequenceEqual(publicKey)) matches++;
            Assert.True(matches == 1, test.GetProperty("tcId").ToString());
            recovered++;
        }
        Assert.True(recovered > 50);
    }

    [Fact]
    public void VectorEthersAccountsKeyToAddress()
    {
        int seen = 0;
        foreach (JsonElement test in Vectors.Json("ethers-accounts.json").GetProperty("tests").EnumerateArray())
        {
            string text = test.GetProperty("address").GetString()!;
            Assert.True(Secp256k1.TryAddress(Hex.Decode(test.GetProperty("privateKey").GetString()!), out Address address));
            Assert.Equal(text, Eip55.Format(address));
            Assert.True(Eip55.TryParse(text, out Address parsed));
            Assert.Equal(address, parsed);
            seen++;
        }
        Assert.True(seen > 100);
    }

    private static bool VerifyEitherS(Hash256 digest, byte[] signature, byte[] publicKey, bool highSIsValid)
    {
        if (Secp256k1.IsLowS(signature)) return Secp256k1.Verify(digest, signature, publicKey);
        Assert.False(Secp256k1.Verify(digest, signature, publicKey)); // the named check holds inside Verify as well
        BigInteger s = Number(signature.AsSpan(32));
        if (!highSIsValid || s >= Order) return false;
        byte[] mirrored = [.. signature.AsSpan(0, 32), .. new byte[32]];
        byte[] low = (Order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
        low.CopyTo(mirrored, 64 - low.Length);
        return Secp256k1.Verify(digest, mirrored, publicKey);
    }

    /// <summary>r | s from a strict DER signature; null when it is not one or a part needs more than 32 bytes.</summary>
    private static byte[]? ReadDer(byte[] der)
    {
        try
        {
            AsnReader reader = new(der, AsnEncodingRules.DER);
            AsnReader pair = reader.ReadSequence();
            BigInteger r = pair.ReadInteger(), s = pair.ReadInteger();
            pair.ThrowIfNotEmpty();
            reader.ThrowIfNotEmpty();
            if (r.Sign < 0 || s.Sign < 0 || r.GetByteCount(true) > 32 || s.GetByteCount(true) > 32) return null;
            byte[] signature = new byte[64];
            byte[] rBytes = r.ToByteArray(true, true), sBytes = s.ToByteArray(true, true);
            rBytes.CopyTo(signature, 32 - rBytes.Length);
            sBytes.CopyTo(signature, 64 - sBytes.Length);
            return signature;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static IEnumerable<(JsonElement Group, JsonElement Test)> Wycheproof(string file) =>
        from g in Vectors.Json(file).GetProperty("testGroups").EnumerateArray()
        from t in g.GetProperty("tests").EnumerateArray()
        select (g, t);

    private static byte[] Bytes(JsonElement test, string name) => Convert.FromHexString(test.GetProperty(name).GetString()!);

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
