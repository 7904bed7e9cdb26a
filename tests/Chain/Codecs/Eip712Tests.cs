using System.Text;
using Dsdn.Chain.Codecs.Eip712;

namespace Dsdn.Chain.Tests.Codecs;

public class Eip712Tests
{
    private const string Valid = """
        {"types":{"Order":[{"name":"id","type":"uint8"},{"name":"tags","type":"bytes4[2]"},{"name":"next","type":"Order"},{"name":"delta","type":"int16"}]},
         "primaryType":"Order","domain":{"name":"x","chainId":1},
         "message":{"id":255,"tags":["0x01020304","0x05060708"],"next":null,"delta":"-32768"}}
        """;

    [Fact]
    public void AValidDocumentIsHashed()
    {
        Assert.Equal(Eip712Error.None, Parse(Valid, out Eip712TypedData? data));
        Assert.Equal("Order(uint8 id,bytes4[2] tags,Order next,int16 delta)", data!.Types.EncodeType("Order"));
        Assert.Equal(new Eip712Domain { Name = "x", ChainId = 1 }.Separator(), data.DomainSeparator);
        Assert.Equal("0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8000", Dsdn.Chain.Primitives.Hex.Encode(data.EncodedMessage.AsSpan(4 * 32)));
    }

    [Theory]
    [InlineData("255", "256", Eip712Error.ValueInvalid)]
    [InlineData("255", "-1", Eip712Error.ValueInvalid)]
    [InlineData("255", "1.0", Eip712Error.ValueInvalid)]
    [InlineData("255", "1e2", Eip712Error.ValueInvalid)]
    [InlineData("255", "\"0x\"", Eip712Error.ValueInvalid)]
    [InlineData("255", "\"0xzz\"", Eip712Error.ValueInvalid)]
    [InlineData("255", "\"0xff\"", Eip712Error.None)]
    [InlineData("255", "true", Eip712Error.ValueInvalid)]
    [InlineData("-32768", "-32769", Eip712Error.ValueInvalid)]
    [InlineData("-32768", "32768", Eip712Error.ValueInvalid)]
    [InlineData("-32768", "32767", Eip712Error.None)]
    [InlineData("\"0x01020304\",", "", Eip712Error.ValueInvalid)]
    [InlineData("0x01020304", "0x010203", Eip712Error.ValueInvalid)]
    [InlineData("0x01020304", "\\ud800", Eip712Error.ValueInvalid)]
    [InlineData("\"next\":null,", "", Eip712Error.ValueMissing)]
    [InlineData("\"next\":null,", "\"next\":null,\"more\":1,", Eip712Error.ValueUnknown)]
    [InlineData("\"next\":null,", "\"next\":7,", Eip712Error.ValueInvalid)]
    [InlineData("\"chainId\":1", "\"chainId\":1,\"extra\":1", Eip712Error.ValueUnknown)]
    [InlineData("\"type\":\"Order\"", "\"type\":\"Other\"", Eip712Error.TypeUnknown)]
    [InlineData("\"primaryType\":\"Order\"", "\"primaryType\":\"Other\"", Eip712Error.TypeUnknown)]
    [InlineData("uint8", "uint7", Eip712Error.TypeUnknown)]
    [InlineData("uint8", "uint8[", Eip712Error.TypesInvalid)]
    [InlineData("uint8", "uint8[0]", Eip712Error.TypesInvalid)]
    [InlineData("uint8", "uint8)", Eip712Error.TypesInvalid)]
    [InlineData("bytes4[2]", "bytes33[2]", Eip712Error.TypeUnknown)]
    [InlineData("\"name\":\"tags\"", "\"name\":\"id\"", Eip712Error.TypesInvalid)]
    [InlineData("\"name\":\"tags\"", "\"name\":\"a b\"", Eip712Error.TypesInvalid)]
    [InlineData("{\"types\"", "[\"types\"", Eip712Error.Malformed)]
    [InlineData("\"domain\"", "\"domains\"", Eip712Error.Malformed)]
    public void AWrongDocumentIsRefusedByItsFault(string from, string to, Eip712Error expected)
    {
        Assert.Contains(from, Valid);
        Assert.Equal(expected, Parse(Valid.Replace(from, to), out Eip712TypedData? data));
        Assert.Equal(expected == Eip712Error.None, data is not null);
    }

    [Fact]
    public void ValuesInsideValuesAreBounded()
    {
        StringBuilder nested = new();
        for (int i = 0; i < 40; i++) nested.Append("{\"next\":");
        nested.Append("null").Append('}', 40);
        string document = "{\"types\":{\"L\":[{\"name\":\"next\",\"type\":\"L\"}]},\"primaryType\":\"L\",\"domain\":{},\"message\":" + nested + "}";
        Assert.Equal(Eip712Error.TooDeep, Parse(document, out _));
    }

    [Fact]
    public void DamagedDocumentsGiveTypedErrorsOnly()
    {
        Random random = new(23);
        byte[] valid = Encoding.UTF8.GetBytes(Valid);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] damaged = (byte[])valid.Clone();
            for (int edits = random.Next(1, 4); edits > 0; edits--) damaged[random.Next(damaged.Length)] = (byte)random.Next(0x20, 0x100);
            Eip712Error error = Eip712TypedData.TryParse(damaged, out Eip712TypedData? data);
            Assert.Equal(error == Eip712Error.None, data is not null);
        }
    }

    [Fact]
    public void EveryErrorHasItsOwnCode() =>
        Assert.Equal(Enum.GetValues<Eip712Error>().Length, Enum.GetValues<Eip712Error>().Select(e => e.Code()).Distinct().Count());

    private static Eip712Error Parse(string document, out Eip712TypedData? data) => Eip712TypedData.TryParse(Encoding.UTF8.GetBytes(document), out data);
}
