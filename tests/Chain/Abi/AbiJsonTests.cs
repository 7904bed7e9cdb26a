using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Abi;

public sealed class AbiJsonTests
{
    private static readonly AbiInterface Sample = new(
        [AbiSignature.Function("function f(uint256 a, (address who, uint8[2] parts)[] list) payable returns (bool ok)"), AbiSignature.Function("function v() view returns (string)")],
        [AbiSignature.Event("event E(address indexed who, (uint256 a, bytes b) pair)")],
        [AbiSignature.Error("error X(uint256 required, uint256 given)")]);

    [Fact]
    public void JsonIsReadBackAsWritten()
    {
        AbiInterface read = AbiJson.Parse(AbiJson.Write(Sample));
        Assert.Equal(Sample.Functions.Select(f => f.Signature), read.Functions.Select(f => f.Signature));
        Assert.Equal(AbiMutability.Payable, read.Functions[0].Mutability);
        Assert.Equal("who", read.Functions[0].Inputs[1].Type.Element!.Components[0].Name);
        Assert.Equal(Sample.Events[0].Topic, read.Events[0].Topic);
        Assert.True(read.Events[0].Inputs[0].IsIndexed);
        Assert.Equal(Sample.Errors[0].Signature, read.Errors[0].Signature);
        Assert.Equal(AbiJson.Write(Sample), AbiJson.Write(read));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""[{"type":"function","name":"f","inputs":[{"name":"a","type":"uint3"}]}]""")]
    [InlineData("""[{"type":"function","name":"f","inputs":[{"name":"a","type":"tuple","components":[]}]}]""")]
    [InlineData("""[{"type":"function","name":"f","inputs":5}]""")]
    public void JsonThatIsNoAbiIsAFormatError(string json) => Assert.Throws<FormatException>(() => AbiJson.Parse(json));

    [Theory]
    [InlineData("uint8", "256")]
    [InlineData("uint256", "-1")]
    [InlineData("int8", "128")]
    [InlineData("uint256", "")]
    [InlineData("uint256", "1.5")]
    [InlineData("bool", "yes")]
    [InlineData("address", "0x12")]
    [InlineData("bytes4", "0x123456")]
    [InlineData("uint256[2]", "[1]")]
    [InlineData("uint256[]", "[1,2")]
    [InlineData("(uint256,bool)", "(1)")]
    [InlineData("uint256", "1 2")]
    public void TextThatIsNoValueIsAFormatError(string type, string text) =>
        Assert.Throws<FormatException>(() => AbiLiteral.ParseArguments([new AbiParameter("x", AbiSignature.Type(type))], [text]));

    [Fact]
    public void ValuesReadAsPeopleWriteThem()
    {
        Assert.Equal((Uint256)12UL, AbiLiteral.Parse(AbiType.Uint256, "0x0c").Word);
        Assert.Equal("-5", AbiLiteral.Format(AbiType.Int(16), AbiLiteral.Parse(AbiType.Int(16), "-5")));
        AbiType list = AbiSignature.Type("(string,uint8)[]");
        Assert.Equal("[(\"a,b\",1),(\"c\",2)]", AbiLiteral.Format(list, AbiLiteral.Parse(list, "[(\"a,b\",1), (c,2)]")));
    }
}
