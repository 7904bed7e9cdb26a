using System.Security.Cryptography;
using System.Text.Json;
using Dsdn.Chain.Crypto;

namespace Dsdn.Chain.Tests.Crypto;

/// <summary>The framework's and libsodium's primitives that wallets and key files stand on.</summary>
public class PrimitiveVectorTests
{
    [Fact]
    public void VectorWycheproofHmacSha256() => Check("hmac_sha256_test.json", (group, test) =>
    {
        byte[] mac = HMACSHA256.HashData(Bytes(test, "key"), Bytes(test, "msg"));
        byte[] tag = Bytes(test, "tag");
        return tag.Length == group.GetProperty("tagSize").GetInt32() / 8 && mac.AsSpan(0, tag.Length).SequenceEqual(tag);
    });

    [Fact]
    public void VectorWycheproofHkdfSha256() => Check("hkdf_sha256_test.json", (_, test) =>
    {
        int size = test.GetProperty("size").GetInt32();
        if (size > 255 * 32) return false; // RFC 5869, 2.3: the framework throws
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, Bytes(test, "ikm"), size, Bytes(test, "salt"), Bytes(test, "info")).AsSpan().SequenceEqual(Bytes(test, "okm"));
    });

    [Fact]
    public void VectorWycheproofPbkdf2HmacSha256() => Check("pbkdf2_hmacsha256_test.json", (_, test) =>
        Rfc2898DeriveBytes.Pbkdf2(
            Bytes(test, "password"), Bytes(test, "salt"), test.GetProperty("iterationCount").GetInt32(), HashAlgorithmName.SHA256, test.GetProperty("dkLen").GetInt32())
        .AsSpan().SequenceEqual(Bytes(test, "dk")));

    [Fact]
    public void VectorWycheproofChaCha20Poly1305() => Check("chacha20_poly1305_test.json", (group, test) =>
    {
        if (group.GetProperty("ivSize").GetInt32() != 96 || group.GetProperty("keySize").GetInt32() != 256) return false;
        using ChaCha20Poly1305 cipher = new(Bytes(test, "key"));
        byte[] plain = new byte[Bytes(test, "ct").Length];
        try
        {
            cipher.Decrypt(Bytes(test, "iv"), Bytes(test, "ct"), Bytes(test, "tag"), plain, Bytes(test, "aad"));
            return plain.AsSpan().SequenceEqual(Bytes(test, "msg"));
        }
        catch (CryptographicException)
        {
            return false;
        }
    });

    /// <summary>The framework takes the usual 96-bit nonce and 128-bit tag only; other groups are left out.</summary>
    [Fact]
    public void VectorWycheproofAesGcm() => Check("aes_gcm_test.json", (group, test) =>
    {
        using AesGcm cipher = new(Bytes(test, "key"), AesGcm.TagByteSizes.MaxSize);
        byte[] plain = new byte[Bytes(test, "ct").Length];
        try
        {
            cipher.Decrypt(Bytes(test, "iv"), Bytes(test, "ct"), Bytes(test, "tag"), plain, Bytes(test, "aad"));
            return plain.AsSpan().SequenceEqual(Bytes(test, "msg"));
        }
        catch (CryptographicException)
        {
            return false;
        }
    }, group => group.GetProperty("ivSize").GetInt32() == 96 && group.GetProperty("tagSize").GetInt32() == 128);

    /// <summary>draft-irtf-cfrg-xchacha-03, A.3.1.</summary>
    [Fact]
    public void VectorXChaCha20Poly1305OfTheDraft()
    {
        byte[] key = Convert.FromHexString("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
        byte[] nonce = Convert.FromHexString("404142434445464748494a4b4c4d4e4f5051525354555657");
        byte[] associated = Convert.FromHexString("50515253c0c1c2c3c4c5c6c7");
        byte[] message = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."u8.ToArray();
        byte[] output = XChaCha20Poly1305.Encrypt(message, associated, nonce, key);
        Assert.Equal(
            "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
            + "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49",
            Convert.ToHexStringLower(output));
        Assert.True(XChaCha20Poly1305.TryDecrypt(output, associated, nonce, key, out byte[] opened));
        Assert.Equal(message, opened);
        for (int i = 0; i < output.Length; i += 13)
        {
            output[i] ^= 1;
            Assert.False(XChaCha20Poly1305.TryDecrypt(output, associated, nonce, key, out _));
            output[i] ^= 1;
        }
    }

    /// <summary>NIST SP 800-38A, F.5.1.</summary>
    [Fact]
    public void VectorAes128CounterModeOfNist()
    {
        byte[] key = Convert.FromHexString("2b7e151628aed2a6abf7158809cf4f3c");
        byte[] counter = Convert.FromHexString("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
        byte[] plain = Convert.FromHexString("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
        Assert.Equal(
            "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee",
            Convert.ToHexStringLower(AesCtr.Apply(key, counter, plain)));
    }

    private static void Check(string file, Func<JsonElement, JsonElement, bool> accepts, Func<JsonElement, bool>? covers = null)
    {
        int seen = 0;
        foreach (JsonElement group in Vectors.Json(file).GetProperty("testGroups").EnumerateArray())
        {
            if (covers is not null && !covers(group)) continue;
            foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
            {
                string result = test.GetProperty("result").GetString()!;
                bool accepted = accepts(group, test);
                if (result != "acceptable") Assert.True(accepted == (result == "valid"), $"{file} {test.GetProperty("tcId")}");
                seen++;
            }
        }
        Assert.True(seen > 40);
    }

    private static byte[] Bytes(JsonElement test, string name) => Convert.FromHexString(test.GetProperty(name).GetString()!);
}
