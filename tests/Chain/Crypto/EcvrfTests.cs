using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Crypto;

public sealed class EcvrfTests
{
    /// <summary>RFC 9381, appendix B.3, examples 16 to 18: private key, public key, alpha, proof, output.</summary>
    public static TheoryData<string, string, string, string, string> Rfc9381 => new()
    {
        {
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "8657106690b5526245a92b003bb079ccd1a92130477671f6fc01ad16f26f723f26f8a57ccaed74ee1b190bed1f479d9727d2d0f9b005a6e456a35d4fb0daab1268a1b0db10836d9826a528ca76567805",
            "90cf1df3b703cce59e2a35b925d411164068269d7b2d29f3301c03dd757876ff66b71dda49d2de59d03450451af026798e8f81cd2e333de5cdf4f3e140fdd8ae"
        },
        {
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "f3141cd382dc42909d19ec5110469e4feae18300e94f304590abdced48aed5933bf0864a62558b3ed7f2fea45c92a465301b3bbf5e3e54ddf2d935be3b67926da3ef39226bbc355bdc9850112c8f4b02",
            "eb4440665d3891d668e7e0fcaf587f1b4bd7fbfe99d0eb2211ccec90496310eb5e33821bc613efb94db5e5b54c70a848a0bef4553a41befc57663b56373a5031"
        },
        {
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "9bc0f79119cc5604bf02d23b4caede71393cedfbb191434dd016d30177ccbf8096bb474e53895c362d8628ee9f9ea3c0e52c7a5c691b6c18c9979866568add7a2d41b00b05081ed0f58ee5e31b3a970e",
            "645427e5d00c62a23fb703732fa5d892940935942101e456ecca7bb217c61c452118fec1219202a0edcf038bb6373241578be7217ba85a2687f7a0310b2df19f"
        },
    };

    [Theory]
    [MemberData(nameof(Rfc9381))]
    public void Rfc9381Vectors(string seed, string publicKey, string alpha, string proof, string output)
    {
        byte[] made = new byte[Ecvrf.ProofSize], derived = new byte[Ed25519.PublicKeySize], hash = new byte[Ecvrf.OutputSize];
        Ed25519.PublicKey(Convert.FromHexString(seed), derived);
        Assert.Equal(publicKey, Convert.ToHexStringLower(derived));
        Ecvrf.Prove(Convert.FromHexString(seed), Convert.FromHexString(alpha), made);
        Assert.Equal(proof, Convert.ToHexStringLower(made));
        Assert.True(Ecvrf.Verify(derived, Convert.FromHexString(alpha), made));
        Assert.True(Ecvrf.TryOutput(made, hash));
        Assert.Equal(output, Convert.ToHexStringLower(hash));
    }

    [Fact]
    public void NoBitOfProofKeyOrInputMayChange()
    {
        (byte[] key, byte[] alpha, byte[] proof) = Sample();
        for (int bit = 0; bit < proof.Length * 8; bit += 3)
        {
            byte[] changed = [.. proof];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Ecvrf.Verify(key, alpha, changed), $"bit {bit}");
        }
        alpha[0] ^= 1;
        Assert.False(Ecvrf.Verify(key, alpha, proof));
        alpha[0] ^= 1;
        key[0] ^= 1;
        Assert.False(Ecvrf.Verify(key, alpha, proof));
    }

    [Fact]
    public void TheResponseMustBeBelowTheOrder()
    {
        (byte[] key, byte[] alpha, byte[] proof) = Sample();
        var order = (System.Numerics.BigInteger.One << 252) + System.Numerics.BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);
        var s = new System.Numerics.BigInteger(proof.AsSpan(48), isUnsigned: true);
        byte[] other = [.. proof];
        Assert.True((s + order).TryWriteBytes(other.AsSpan(48), out _, isUnsigned: true)); // the same scalar, written otherwise
        Assert.False(Ecvrf.Verify(key, alpha, other));
    }

    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")] // identity, where the challenge does not fit
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080")] // x = 0 with a sign
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // order 2
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")] // order 4
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // the prime
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")] // order 8
    [InlineData("0200000000000000000000000000000000000000000000000000000000000000")] // not on the curve
    public void GammaOfSmallOrderOrWithoutPointIsRefused(string gamma)
    {
        (byte[] key, byte[] alpha, byte[] proof) = Sample();
        Convert.FromHexString(gamma).CopyTo(proof, 0);
        Assert.False(Ecvrf.Verify(key, alpha, proof));
    }

    [Fact]
    public void EveryLengthIsRefusedWithoutAFault()
    {
        (byte[] key, byte[] alpha, byte[] proof) = Sample();
        for (int length = 0; length <= 100; length++)
        {
            if (length == Ecvrf.ProofSize) continue;
            Assert.False(Ecvrf.Verify(key, alpha, new byte[length]));
            Assert.False(Ecvrf.TryOutput(new byte[length], new byte[Ecvrf.OutputSize]));
        }
        Assert.False(Ecvrf.Verify(key.AsSpan(1), alpha, proof));
        Assert.False(Ecvrf.Verify(new byte[32], alpha, proof)); // a key of small order
    }

    [Fact]
    public void ProofsOfManyKeysAndInputsVerifyForTheirOwnOnly()
    {
        byte[] seed = new byte[32], key = new byte[32], proof = new byte[Ecvrf.ProofSize], last = new byte[Ecvrf.ProofSize];
        for (byte i = 0; i < 40; i++)
        {
            seed[0] = i;
            byte[] alpha = Keccak.Hash([i]).ToArray()[..(i % 33)];
            Ed25519.PublicKey(seed, key);
            Ecvrf.Prove(seed, alpha, proof);
            Assert.True(Ecvrf.Verify(key, alpha, proof), Hex.Encode(alpha));
            Assert.False(Ecvrf.Verify(key, alpha, last));
            proof.CopyTo(last, 0);
        }
    }

    private static (byte[] Key, byte[] Alpha, byte[] Proof) Sample()
    {
        byte[] seed = [.. Enumerable.Repeat((byte)9, 32)], key = new byte[32], proof = new byte[Ecvrf.ProofSize], alpha = [1, 2, 3];
        Ed25519.PublicKey(seed, key);
        Ecvrf.Prove(seed, alpha, proof);
        return (key, alpha, proof);
    }
}
