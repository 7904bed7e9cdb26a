using System.Security.Cryptography;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Files;

namespace Dsdn.Storage.Tests.Files;

public sealed class SealedBoxTests
{
    private static readonly byte[] Plain = RandomNumberGenerator.GetBytes(103);

    [Fact]
    public void OnlyTheReceiverOpensIt()
    {
        using WalletKeys receiver = New(), other = New();
        byte[] box = WalletKeys.SealTo(receiver.ReceivingKey, Plain)!;
        Assert.Equal(Plain, receiver.TryOpen(box));
        Assert.Null(other.TryOpen(box));
        Assert.NotEqual(box, WalletKeys.SealTo(receiver.ReceivingKey, Plain));
        Assert.NotEqual(receiver.ReceivingKey, other.ReceivingKey);
        using WalletKeys recovered = WalletKeys.FromRoot(receiver.RevealRoot());
        Assert.Equal(Plain, recovered.TryOpen(box));
    }

    [Fact]
    public void AnyChangedOrMissingByteIsRefused()
    {
        using WalletKeys receiver = New();
        byte[] box = WalletKeys.SealTo(receiver.ReceivingKey, Plain)!;
        for (int i = 0; i < box.Length; i++)
        {
            byte[] changed = [.. box];
            changed[i] ^= 0x80; // also the bit of the ephemeral key that X25519 does not look at
            Assert.Null(receiver.TryOpen(changed));
            Assert.Null(receiver.TryOpen(box.AsSpan(0, i)));
        }
    }

    [Fact]
    public void NothingIsSealedToAKeyOfSmallOrder()
    {
        Assert.Null(WalletKeys.SealTo(Hash256.Zero, Plain));
        byte[] one = new byte[32];
        one[0] = 1;
        Assert.Null(WalletKeys.SealTo(new Hash256(one), Plain));
    }

    /// <summary>Written down: a wallet's key must not change with a version of the program.</summary>
    [Fact]
    public void ReceivingKeyIsThatOfTheFormat()
    {
        using WalletKeys keys = WalletKeys.FromRoot(new byte[32]);
        Assert.Equal("0xc0d0363fd8f34634ff388e52dd22fa804c50cd24843b35106d8d7eef5085a617", keys.ReceivingKey.ToString());
    }

    private static WalletKeys New() => WalletKeys.From(RandomNumberGenerator.GetBytes(32));
}
