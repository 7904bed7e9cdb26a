using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules;

namespace Dsdn.Node.Tests.Sdk;

public sealed class AbiParserTests
{
    [Theory]
    [InlineData("uint256", "1.5nusa", "1500000000000000000")]
    [InlineData("uint256", "0xff", "255")]
    [InlineData("uint8", "255", "255")]
    [InlineData("int8", "-128", "-128")]
    [InlineData("int256", "-1", "-1")]
    [InlineData("bool", "true", "true")]
    [InlineData("bytes", "0x0102", "0x0102")]
    [InlineData("bytes4", "0x01020304", "0x01020304")]
    [InlineData("string", "a b, c", "a b, c")]
    [InlineData("uint16[]", "[1, 2,3]", "[1, 2, 3]")]
    [InlineData("uint16[]", "[]", "[]")]
    [InlineData("uint16[2][]", "[[1,2],[3,4]]", "[[1, 2], [3, 4]]")]
    [InlineData("(uint256,bool)[]", "[(1,true),(2,false)]", "[(1, true), (2, false)]")]
    [InlineData("address", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    public void ValueIsReadAndShown(string type, string text, string shown)
    {
        AbiType parsed = AbiSignature.Type(type);
        AbiValue value = AbiParser.Parse(parsed, text, "x");
        Assert.Equal(shown, AbiText.Format(parsed, value));
        byte[] encoded = AbiEncoder.Encode([new AbiParameter("x", parsed)], [value]);
        Assert.True(AbiDecoder.TryDecode([new AbiParameter("x", parsed)], encoded, AbiTrailing.Reject, out AbiValue[] back, out _));
        Assert.Equal(shown, AbiText.Format(parsed, back[0]));
    }

    [Theory]
    [InlineData("uint8", "256")]
    [InlineData("uint8", "-1")]
    [InlineData("int8", "128")]
    [InlineData("uint256", "1.5")] // a bare number is an integer, never NUSA
    [InlineData("uint256", "")]
    [InlineData("uint256", "0x")]
    [InlineData("bool", "yes")]
    [InlineData("bytes", "0x1")]
    [InlineData("bytes4", "0x010203")]
    [InlineData("uint8[]", "1,2")]
    [InlineData("uint8[]", "[1,2")]
    [InlineData("uint8[]", "[1,,2]")]
    [InlineData("uint8[]", "[1)]")]
    [InlineData("uint8[2]", "[1]")]
    [InlineData("(uint8,bool)", "(1)")]
    public void WrongValueIsNamed(string type, string text)
    {
        DsdnException failure = Assert.Throws<DsdnException>(() => AbiParser.Parse(AbiSignature.Type(type), text, "x"));
        Assert.StartsWith(ErrorCodes.ArgumentValue, failure.Error.Code, StringComparison.Ordinal);
        Assert.Equal(ErrorClass.Usage, failure.Error.Class);
    }

    [Fact]
    public void WrongNumberOfArgumentsShowsTheDeclaration()
    {
        DsdnException failure = Assert.Throws<DsdnException>(() => AbiParser.Parse(AbiSignature.Function("function delegate(address validator) payable"), []));
        Assert.Equal(ErrorCodes.ArgumentCount, failure.Error.Code);
        Assert.Equal("delegate(address validator) payable", failure.Error.Arguments[0]);
    }

    [Fact]
    public void CustomErrorOfAModuleIsNamedWithItsArguments()
    {
        ModuleInterface staking = ModuleCatalog.Find("staking")!;
        ModuleError declared = staking.Errors.Single(error => error.Abi.Name == "InsufficientSelfBond");
        byte[] data = declared.Abi.Encode(Amount.Nusa(50_000), Amount.Nusa(7));
        ClientError named = ModuleErrors.Name(ClientError.Of(ErrorCodes.Reverted, ErrorClass.Rejected, Hex.Encode(data)), staking.Address);
        Assert.Equal(declared.Code, named.Code);
        Assert.Equal("InsufficientSelfBond(required: 50000000000000000000000, given: 7000000000000000000)", named.Arguments[0]);
        Assert.Equal("7000000000000000000", named.Arguments[3]);
    }

    [Theory]
    [InlineData("0x")]
    [InlineData("0x010203")]
    [InlineData("0x01020304")]
    public void UndeclaredRevertDataStayAsTheyAre(string data)
    {
        ClientError error = ClientError.Of(ErrorCodes.Reverted, ErrorClass.Rejected, data);
        Assert.Same(error, ModuleErrors.Name(error, Address.FromNumber(0x800)));
    }
}
