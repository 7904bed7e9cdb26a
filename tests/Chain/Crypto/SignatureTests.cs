using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Crypto;

public class SignatureTests
{
    [Fact]
    public void TheSignerOfASignatureIsRecovered()
    {
        byte[] key = new byte[32];
        key[31] = 1;
        Assert.True(Secp256k1.TryAddress(key, out Address address));
        Assert.Equal("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf", Eip55.Format(address));
        Hash256 digest = Keccak.Hash("a message"u8);
        byte[] signature = new byte[64];
        Assert.True(Secp256k1.TrySign(digest, key, signature, out byte parity));
        Assert.True(Secp256k1.IsLowS(signature));
        Assert.True(Secp256k1.TryRecover(digest, signature, parity, out Address signer));
        Assert.Equal(address, signer);
        Assert.True(Secp256k1.TryRecover(digest, signature, (byte)(1 - parity), out Address other));
        Assert.NotEqual(address, other);
        byte[] publicKey = new byte[64];
        Assert.True(Secp256k1.TryPublicKey(key, publicKey));
        Assert.True(Secp256k1.Verify(digest, signature, publicKey));
        Assert.False(Secp256k1.Verify(Keccak.Hash("another message"u8), signature, publicKey));
    }

    [Fact]
    public void RecoveryRefusesWhatTheLibraryWouldAbortOn()
    {
        Hash256 digest = Keccak.OfEmpty;
        for (int parity = 2; parity < 256; parity++) Assert.False(Secp256k1.TryRecover(digest, new byte[64], (byte)parity, out _));
        Assert.False(Secp256k1.TryRecover(digest, new byte[64], 0, out _));
        Assert.False(Secp256k1.TryRecover(digest, new byte[63], 0, out _));
        Assert.False(Secp256k1.TryRecover(digest, Enumerable.Repeat((byte)0xff, 64).ToArray(), 1, out _));
    }

    [Fact]
    public void Ed25519SignsAndVerifies()
    {
        byte[] seed = new byte[32];
        byte[] publicKey = new byte[32];
        byte[] signature = new byte[64];
        Ed25519.PublicKey(seed, publicKey);
        Ed25519.Sign("vote"u8, seed, signature);
        Assert.True(Ed25519.IsPrimeOrderKey(publicKey));
        Assert.True(Ed25519.Verify("vote"u8, signature, publicKey));
        Assert.False(Ed25519.Verify("veto"u8, signature, publicKey));
        Assert.False(Ed25519.Verify("vote"u8, signature.AsSpan(1), publicKey));
    }
}

public class Eip55Tests
{
    /// <summary>The examples of EIP-55.</summary>
    [Theory]
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7")]
    [InlineData("0xde709f2102306220921060314715629080e2fb77")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    [InlineData("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB")]
    public void ExamplesOfTheStandardFormatAndParse(string text)
    {
        Assert.True(Eip55.TryParse(text, out Address address));
        Assert.Equal(text, Eip55.Format(address));
        Assert.True(Eip55.TryParseLenient(text.ToLowerInvariant(), out Address lower));
        Assert.Equal(address, lower);
        Assert.True(Eip55.TryParseLenient("0x" + text[2..].ToUpperInvariant(), out _));
    }

    [Theory]
    [InlineData("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg")]
    [InlineData("")]
    [InlineData(null)]
    public void AWrongChecksumOrShapeIsRefused(string? text)
    {
        Assert.False(Eip55.TryParse(text, out _));
        Assert.False(Eip55.TryParseLenient(text, out _));
    }
}
