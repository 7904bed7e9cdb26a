using System.Text;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.DaServer.Accounts;

namespace Dsdn.DaServer.Tests.Submission;

public sealed class AddressTests
{
    /// <summary>BIP-173, the segwit example: its program behind version 0 has the words of this address.</summary>
    [Fact]
    public void ChecksumIsThatOfBip173()
    {
        // "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw" holds the words 0 to 31.
        byte[] bytes = Convert.FromHexString("00443214c74254b635cf84653a56d7c675be77df");
        Assert.Equal("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", Bech32.Encode("abcdef", bytes));
        Assert.True(Bech32.TryDecode("abcdef", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", out byte[]? read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxx")]
    [InlineData("abcdeg1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw")]
    [InlineData("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqx")]
    [InlineData("abcdef1bpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw")]
    [InlineData("abcdef1")]
    [InlineData("")]
    public void MistypedAddressIsRefused(string text) => Assert.False(Bech32.TryDecode("abcdef", text, out _));

    /// <summary>SEC 2: the public key of 1 is the generator; its fingerprint is well known.</summary>
    [Fact]
    public void AddressIsTheFingerprintOfTheKey()
    {
        byte[] one = new byte[32];
        one[31] = 1;
        AccountKey key = new("default", one);
        Assert.Equal("751e76e8199196d454941c45d1b3a323f1433bd6", Convert.ToHexStringLower(key.AddressBytes));
        Assert.StartsWith("celestia1w508d6qejxtdg4y5r3zarvary0c5xw7k", key.Address, StringComparison.Ordinal);
        byte[] message = Encoding.ASCII.GetBytes("message");
        Assert.True(Secp256k1.Verify(new Hash256(System.Security.Cryptography.SHA256.HashData(message)), key.Sign(message), key.PublicKey));
    }
}
