using Dsdn.Chain.Crypto;

namespace Dsdn.Chain.Tests.Crypto;

public sealed class X25519Tests
{
    private static readonly byte[] AlicePublic = Convert.FromHexString("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    private static readonly byte[] BobSecret = Convert.FromHexString("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");

    /// <summary>RFC 7748, 6.1.</summary>
    [Fact]
    public void SecretOfTheStandardIsMade()
    {
        byte[] made = new byte[32];
        X25519.PublicKey(BobSecret, made);
        Assert.Equal("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", Convert.ToHexStringLower(made));
        Assert.True(X25519.TryExchange(BobSecret, AlicePublic, made));
        Assert.Equal("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742", Convert.ToHexStringLower(made));
    }

    [Fact]
    public void PointsOfSmallOrderAreRefused()
    {
        byte[] made = new byte[32], one = new byte[32];
        one[0] = 1;
        Assert.False(X25519.TryExchange(BobSecret, new byte[32], made));
        Assert.False(X25519.TryExchange(BobSecret, one, made));
        Assert.False(X25519.TryExchange(BobSecret, AlicePublic.AsSpan(1), made));
    }
}
