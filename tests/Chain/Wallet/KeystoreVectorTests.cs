using System.Text;
using System.Text.Json;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Wallet.Keystore;

namespace Dsdn.Chain.Tests.Wallet;

public class KeystoreVectorTests
{
    [Fact]
    public void VectorWeb3SecretStorageIncludingTheEvilNonce()
    {
        int seen = 0;
        foreach (JsonProperty test in Vectors.Json("keystore-v3-basic.json").GetProperty("tests").EnumerateObject())
        {
            byte[] json = Encoding.UTF8.GetBytes(test.Value.GetProperty("json").GetRawText());
            byte[] password = Encoding.UTF8.GetBytes(test.Value.GetProperty("password").GetString()!);
            Assert.Equal(KeystoreError.None, Web3Keystore.Decrypt(json, password, out byte[] key));
            Assert.Equal(test.Value.GetProperty("priv").GetString(), Convert.ToHexStringLower(key));
            seen++;
        }
        Assert.Equal(4, seen);
    }

    /// <summary>The crowdsale wallets of 2014 are another format and refused as such.</summary>
    [Fact]
    public void VectorEthersWallets()
    {
        int opened = 0, refused = 0;
        foreach (JsonElement test in Vectors.Json("ethers-wallets.json").GetProperty("tests").EnumerateArray())
        {
            byte[] json = Encoding.UTF8.GetBytes(test.GetProperty("content").GetString()!);
            byte[] password = Hex.Decode(test.GetProperty("password").GetString()!);
            KeystoreError error = Web3Keystore.Decrypt(json, password, out byte[] key);
            if (test.GetProperty("type").GetString() == "keystore")
            {
                Assert.Equal(KeystoreError.None, error);
                Assert.True(Secp256k1.TryAddress(key, out Address address));
                Assert.Equal(test.GetProperty("address").GetString(), Eip55.Format(address));
                opened++;
            }
            else
            {
                Assert.Equal(KeystoreError.VersionNotSupported, error);
                refused++;
            }
        }
        Assert.True(opened > 2 && refused > 0);
    }
}
