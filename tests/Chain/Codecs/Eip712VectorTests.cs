using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Chain.Codecs.Eip712;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Wallet;

namespace Dsdn.Chain.Tests.Codecs;

public class Eip712VectorTests
{
    [Fact]
    public void VectorReferenceExampleWithEveryIntermediateValue()
    {
        JsonElement root = Vectors.Json("eip712-example.json");
        JsonElement expected = root.GetProperty("expected");
        Assert.Equal(Eip712Error.None, Eip712TypedData.TryParse(Encoding.UTF8.GetBytes(root.GetProperty("typedData").GetRawText()), out Eip712TypedData? data));
        Assert.Equal(expected.GetProperty("encodeType").GetString(), data!.Types.EncodeType("Mail"));
        Assert.Equal(expected.GetProperty("typeHash").GetString(), data.Types.TypeHash("Mail").ToString());
        Assert.Equal(expected.GetProperty("encodeData").GetString(), Hex.Encode(data.EncodedMessage));
        Assert.Equal(expected.GetProperty("hashStruct(message)").GetString(), data.StructHash.ToString());
        Assert.Equal(expected.GetProperty("domainSeparator").GetString(), data.DomainSeparator.ToString());
        Assert.Equal(expected.GetProperty("signHash").GetString(), data.Digest.ToString());

        byte[] key = Keccak.Hash("cow"u8).ToArray();
        byte[] signature = new byte[65];
        Assert.True(PersonalMessage.TrySign(data.Digest, key, signature));
        Assert.Equal(expected.GetProperty("r").GetString(), Hex.Encode(signature.AsSpan(0, 32)));
        Assert.Equal(expected.GetProperty("s").GetString(), Hex.Encode(signature.AsSpan(32, 32)));
        Assert.Equal(expected.GetProperty("v").GetInt32(), signature[64]);
        Assert.True(PersonalMessage.TryRecover(data.Digest, signature, out Address signer));
        Assert.Equal(expected.GetProperty("address").GetString(), signer.ToString());
    }

    /// <summary>The same example through the typed path that code with known types takes.</summary>
    [Fact]
    public void VectorReferenceExampleByStructHasher()
    {
        JsonElement expected = Vectors.Json("eip712-example.json").GetProperty("expected");
        Eip712Domain domain = new()
        {
            Name = "Ether Mail",
            Version = "1",
            ChainId = 1,
            VerifyingContract = Address.Parse("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"),
        };
        Assert.Equal(expected.GetProperty("domainSeparator").GetString(), domain.Separator().ToString());
        Eip712StructHasher mail = new(Eip712StructHasher.TypeHash("Mail(Person from,Person to,string contents)Person(string name,address wallet)"));
        mail.Add(Person("Cow", "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"));
        mail.Add(Person("Bob", "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"));
        mail.AddString("Hello, Bob!");
        Hash256 hash = mail.Finish();
        Assert.Equal(expected.GetProperty("hashStruct(message)").GetString(), hash.ToString());
        Assert.Equal(expected.GetProperty("signHash").GetString(), Eip712StructHasher.Digest(domain.Separator(), hash).ToString());
    }

    [Fact]
    public void VectorEthersTypedData()
    {
        int seen = 0;
        foreach (JsonElement test in Vectors.Json("ethers-typed-data.json").GetProperty("tests").EnumerateArray())
        {
            JsonObject document = new()
            {
                ["types"] = JsonNode.Parse(test.GetProperty("types").GetRawText()),
                ["primaryType"] = test.GetProperty("primaryType").GetString(),
                ["domain"] = JsonNode.Parse(test.GetProperty("domain").GetRawText()),
                ["message"] = JsonNode.Parse(test.GetProperty("data").GetRawText()),
            };
            string name = test.GetProperty("name").GetString()!;
            Eip712Error error = Eip712TypedData.TryParse(Encoding.UTF8.GetBytes(document.ToJsonString()), out Eip712TypedData? data);
            Assert.True(error == Eip712Error.None, $"{name}: {error}");
            Assert.Equal(test.GetProperty("encoded").GetString(), Hex.Encode(data!.EncodedMessage));
            Assert.Equal(test.GetProperty("digest").GetString(), data.Digest.ToString());
            seen++;
        }
        Assert.True(seen > 50);
    }

    private static Hash256 Person(string name, string wallet)
    {
        Eip712StructHasher person = new(Eip712StructHasher.TypeHash("Person(string name,address wallet)"));
        person.AddString(name);
        person.Add(Address.Parse(wallet));
        return person.Finish();
    }
}
