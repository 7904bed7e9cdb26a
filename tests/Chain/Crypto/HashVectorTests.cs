using System.Security.Cryptography;
using System.Text.Json;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Crypto;

public class HashVectorTests
{
    [Fact]
    public void VectorEthersHashesOfFourFunctions()
    {
        int seen = 0;
        byte[] ripemd = new byte[20];
        foreach (JsonElement test in Vectors.Json("ethers-hashes.json").GetProperty("tests").EnumerateArray())
        {
            byte[] data = Hex.Decode(test.GetProperty("data").GetString()!);
            Ripemd160.Hash(data, ripemd);
            Assert.Equal(test.GetProperty("keccak256").GetString(), Keccak.Hash(data).ToString());
            Assert.Equal(test.GetProperty("ripemd160").GetString(), Hex.Encode(ripemd));
            Assert.Equal(test.GetProperty("sha256").GetString(), Hex.Encode(SHA256.HashData(data)));
            Assert.Equal(test.GetProperty("sha512").GetString(), Hex.Encode(SHA512.HashData(data)));
            seen++;
        }
        Assert.True(seen > 100);
    }

    [Fact]
    public void VectorEthersCreateAddresses()
    {
        int seen = 0;
        foreach ((Address sender, JsonElement create) in Creates("ethers-create.json"))
        {
            Assert.Equal(create.GetProperty("address").GetString(), Eip55.Format(ContractAddress.Create(sender, create.GetProperty("nonce").GetUInt64())));
            seen++;
        }
        Assert.True(seen > 50);
    }

    [Fact]
    public void VectorEthersCreate2Addresses()
    {
        int seen = 0;
        foreach ((Address sender, JsonElement create) in Creates("ethers-create2.json"))
        {
            Hash256 salt = Hash256.Parse(create.GetProperty("salt").GetString()!);
            Hash256 code = Keccak.Hash(Hex.Decode(create.GetProperty("initCode").GetString()!));
            Assert.Equal(create.GetProperty("initCodeHash").GetString(), code.ToString());
            Assert.Equal(create.GetProperty("address").GetString(), Eip55.Format(ContractAddress.Create2(sender, salt, code)));
            seen++;
        }
        Assert.True(seen > 20);
    }

    private static IEnumerable<(Address Sender, JsonElement Create)> Creates(string file) =>
        from test in Vectors.Json(file).GetProperty("tests").EnumerateArray()
        from create in test.GetProperty("creates").EnumerateArray()
        select (Address.Parse(test.GetProperty("sender").GetString()!), create);
}
