using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Wallet;

namespace Dsdn.Chain.Tests.Wallet;

public class PersonalMessageTests
{
    /// <summary>The value that every Ethereum tool gives for this text.</summary>
    [Fact]
    public void HelloWorldHasItsKnownHash() =>
        Assert.Equal("0xd9eba16ed0ecae432b71fe008c98cc872bb4cc214d3220a36f365326cf807d68", PersonalMessage.Hash("hello world"u8).ToString());

    [Fact]
    public void TheSignerIsRecoveredInBothFormsOfV()
    {
        byte[] key = Keccak.Hash("key"u8).ToArray();
        Assert.True(Secp256k1.TryAddress(key, out Address address));
        Hash256 digest = PersonalMessage.Hash("pay nobody"u8);
        byte[] signature = new byte[65];
        Assert.True(PersonalMessage.TrySign(digest, key, signature));
        Assert.True(PersonalMessage.TryRecover(digest, signature, out Address signer));
        Assert.Equal(address, signer);
        signature[64] -= 27;
        Assert.True(PersonalMessage.TryRecover(digest, signature, out signer));
        Assert.Equal(address, signer);
        foreach (byte v in (byte[])[2, 26, 29, 255])
        {
            signature[64] = v;
            Assert.False(PersonalMessage.TryRecover(digest, signature, out _));
        }
        Assert.False(PersonalMessage.TryRecover(digest, signature.AsSpan(1), out _));
        Assert.False(PersonalMessage.TrySign(digest, new byte[32], signature));
    }

    [Fact]
    public void AHighSIsRefused()
    {
        byte[] signature = new byte[65];
        signature[31] = 1;
        signature.AsSpan(32, 32).Fill(0x7f);
        Assert.True(Secp256k1.IsLowS(signature.AsSpan(0, 64)));
        signature.AsSpan(32, 32).Fill(0x80);
        Assert.False(Secp256k1.IsLowS(signature.AsSpan(0, 64)));
        Assert.False(PersonalMessage.TryRecover(Keccak.OfEmpty, signature, out _));
    }
}
