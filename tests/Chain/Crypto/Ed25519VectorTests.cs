using System.Text.Json;
using Dsdn.Chain.Crypto;

namespace Dsdn.Chain.Tests.Crypto;

public class Ed25519VectorTests
{
    [Fact]
    public void VectorRfc8032SignsAndVerifies()
    {
        int pure = 0;
        foreach (JsonElement test in Tests("rfc8032-ed25519.json"))
        {
            byte[] message = Bytes(test, "msg"), signature = Bytes(test, "sig"), publicKey = Bytes(test, "publicKey");
            if (test.GetProperty("algorithm").GetString() == "Ed25519")
            {
                AssertSigns(Bytes(test, "secretKey"), publicKey, message, signature);
                pure++;
            }
            else
            {
                Assert.False(Ed25519.Verify(message, signature, publicKey)); // the ctx and ph variants are other schemes
            }
        }
        Assert.Equal(4, pure);
    }

    [Fact]
    public void VectorSignInputOfTheAuthors()
    {
        int seen = 0;
        foreach (JsonElement test in Tests("ed25519-sign-input.json"))
        {
            AssertSigns(Bytes(test, "seed"), Bytes(test, "publicKey"), Bytes(test, "msg"), Bytes(test, "sig"));
            seen++;
        }
        Assert.True(seen > 500);
    }

    [Fact]
    public void VectorWycheproofEd25519()
    {
        int valid = 0, invalid = 0;
        foreach (JsonElement group in Vectors.Json("ed25519_test.json").GetProperty("testGroups").EnumerateArray())
        {
            byte[] publicKey = Convert.FromHexString(group.GetProperty("publicKey").GetProperty("pk").GetString()!);
            foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
            {
                bool expected = test.GetProperty("result").GetString() == "valid";
                Assert.True(expected == Ed25519.Verify(Bytes(test, "msg"), Bytes(test, "sig"), publicKey), test.GetProperty("tcId").ToString());
                _ = expected ? valid++ : invalid++;
            }
        }
        Assert.True(valid > 20 && invalid > 20);
    }

    /// <summary>The rule is libsodium's, so every small-order and non-canonical case of ZIP-215 is refused (rulings 8).</summary>
    [Fact]
    public void VectorZip215CasesAreAllRejected()
    {
        int seen = 0;
        foreach (JsonElement test in Tests("zip215.json"))
        {
            byte[] publicKey = Bytes(test, "vk_bytes");
            Assert.False(Ed25519.Verify("Zcash"u8, Bytes(test, "sig_bytes"), publicKey));
            Assert.False(Ed25519.IsPrimeOrderKey(publicKey));
            seen++;
        }
        Assert.True(seen > 100);
    }

    /// <summary>
    /// Cases of "Taming the many EdDSAs". libsodium 1.0.18 accepts case 3 only (cofactorless, no small order, S below the
    /// order); its key is of mixed order and never gets past registration.
    /// </summary>
    [Fact]
    public void VectorEdgeCasesHaveTheVerdictOfLibsodium()
    {
        List<int> accepted = [], primeOrder = [];
        int i = 0;
        foreach (JsonElement test in Tests("edge-cases.json"))
        {
            byte[] publicKey = Bytes(test, "pub_key");
            if (Ed25519.Verify(Bytes(test, "message"), Bytes(test, "signature"), publicKey)) accepted.Add(i);
            if (Ed25519.IsPrimeOrderKey(publicKey)) primeOrder.Add(i);
            i++;
        }
        Assert.Equal(12, i);
        Assert.Equal([3], accepted);
        Assert.Empty(primeOrder.Intersect(accepted));
    }

    private static void AssertSigns(byte[] seed, byte[] publicKey, byte[] message, byte[] signature)
    {
        byte[] derived = new byte[32];
        byte[] signed = new byte[64];
        Ed25519.PublicKey(seed, derived);
        Ed25519.Sign(message, seed, signed);
        Assert.Equal(publicKey, derived);
        Assert.Equal(signature, signed);
        Assert.True(Ed25519.Verify(message, signature, publicKey));
        Assert.True(Ed25519.IsPrimeOrderKey(publicKey));
        signed[40] ^= 1;
        Assert.False(Ed25519.Verify(message, signed, publicKey));
    }

    private static IEnumerable<JsonElement> Tests(string file) => Vectors.Json(file).GetProperty("tests").EnumerateArray();

    private static byte[] Bytes(JsonElement test, string name) => Convert.FromHexString(test.GetProperty(name).GetString()!);
}
