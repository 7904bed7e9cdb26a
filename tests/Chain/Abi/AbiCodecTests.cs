using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Abi;

/// <summary>Examples of the Solidity specification ("Contract ABI"), hostile encodings, random round trips.</summary>
public sealed class AbiCodecTests
{
    [Fact]
    public void SelectorsOfTheSpecification()
    {
        Assert.Equal("0xcdcd77c0", Hex.Encode(AbiSignature.Function("function baz(uint32 x, bool y) returns (bool r)").Selector));
        Assert.Equal("0xfce353f6", Hex.Encode(AbiSignature.Function("bar(bytes3[2])").Selector));
        Assert.Equal("0xa5643bf2", Hex.Encode(AbiSignature.Function("sam(bytes, bool, uint[])").Selector));
        Assert.Equal("0x08c379a0", Hex.Encode(AbiSignature.Error("error Error(string)").Selector));
        Assert.Equal("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
            AbiSignature.Event("event Transfer(address indexed from, address indexed to, uint256 value)").Topic.ToString());
    }

    [Fact]
    public void StaticArgumentsOfTheSpecification() => Assert.Equal(
        "0xcdcd77c0" + Word("45") + Word("1"),
        Hex.Encode(AbiSignature.Function("baz(uint32,bool)").EncodeCall(69UL, true)));

    [Fact]
    public void FixedArrayOfBytesOfTheSpecification() => Assert.Equal(
        "0xfce353f6" + "616263".PadRight(64, '0') + "646566".PadRight(64, '0'),
        Hex.Encode(AbiSignature.Function("bar(bytes3[2])").EncodeCall(AbiValue.OfList(AbiValue.OfFixedBytes("abc"u8), AbiValue.OfFixedBytes("def"u8)))));

    [Fact]
    public void DynamicArgumentsOfTheSpecification() => Assert.Equal(
        "0xa5643bf2" + Word("60") + Word("1") + Word("a0") + Word("4") + "64617665".PadRight(64, '0') + Word("3") + Word("1") + Word("2") + Word("3"),
        Hex.Encode(AbiSignature.Function("sam(bytes,bool,uint256[])").EncodeCall(AbiValue.OfBytes("dave"u8), true, AbiValue.OfList(1UL, 2UL, 3UL))));

    [Fact]
    public void NestedDynamicArraysOfTheSpecification()
    {
        AbiFunction g = AbiSignature.Function("g(uint256[][],string[])");
        byte[] call = g.EncodeCall(
            AbiValue.OfList(AbiValue.OfList(1UL, 2UL), AbiValue.OfList(3UL)), AbiValue.OfList("one", "two", "three"));
        Assert.Equal(
            "0x2289b18c" + Word("40") + Word("140") + Word("2") + Word("40") + Word("a0") + Word("2") + Word("1") + Word("2") + Word("1") + Word("3")
            + Word("3") + Word("60") + Word("a0") + Word("e0") + Word("3") + "6f6e65".PadRight(64, '0') + Word("3") + "74776f".PadRight(64, '0') + Word("5") + "7468726565".PadRight(64, '0'),
            Hex.Encode(call));
    }

    [Theory]
    [InlineData("uint8", "100", AbiFaultKind.PaddingNotClean)]
    [InlineData("bool", "2", AbiFaultKind.ValueOutOfRange)]
    [InlineData("int8", "80", AbiFaultKind.PaddingNotClean)]
    [InlineData("bytes31", "1", AbiFaultKind.PaddingNotClean)]
    [InlineData("address", "10000000000000000000000000000000000000000", AbiFaultKind.PaddingNotClean)]
    public void ValueOutsideItsTypeIsRefused(string type, string word, AbiFaultKind fault) => Refused(type, Word(word), fault);

    [Fact]
    public void ShortWordIsRefused() => Refused("uint256", Word("1")[..62], AbiFaultKind.TooShort);

    [Fact]
    public void TrailingByteIsRefusedUnlessIgnored()
    {
        Refused("uint256", Word("1") + "00", AbiFaultKind.TrailingBytes);
        Assert.True(AbiDecoder.TryDecode(Types("uint256"), Hex.Decode("0x" + Word("1") + "00"), AbiTrailing.Ignore, out _, out _));
    }

    [Theory]
    [InlineData("0")] // into the head: overlap
    [InlineData("40")] // a gap
    [InlineData("ffffffff")]
    [InlineData("8000000000000000000000000000000000000000000000000000000000000000")]
    public void OffsetThatIsNotTheNextPositionIsRefused(string offset) =>
        Refused("bytes", Word(offset) + Word("1") + "aa".PadRight(64, '0'), AbiFaultKind.OffsetNotCanonical);

    [Theory]
    [InlineData("uint256[]", "2")]
    [InlineData("uint256[]", "ffffffff")]
    [InlineData("uint256[]", "8000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("uint256[]", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("bytes", "ffffffff")]
    [InlineData("string", "7fffffff")]
    public void LengthBeyondTheDataIsRefusedBeforeAllocation(string type, string length)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused(type, Word("20") + Word(length) + Word("1"), AbiFaultKind.LengthTooLarge);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000);
    }

    [Fact]
    public void SharedTailsCannotMultiplyMemory()
    {
        // Ten levels of arrays whose elements all point to one tail would be 8^10 values where overlaps are allowed.
        AbiType type = AbiType.Uint256;
        for (int i = 0; i < 10; i++) type = AbiType.Array(type);
        string level = Word("8") + string.Concat(Enumerable.Repeat(Word("100"), 8));
        byte[] data = Hex.Decode("0x" + Word("20") + string.Concat(Enumerable.Repeat(level, 10)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(AbiDecoder.TryDecode([new AbiParameter("", type)], data, AbiTrailing.Ignore, out _, out AbiFault fault));
        Assert.Equal(AbiFaultKind.OffsetNotCanonical, fault.Kind);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000);
    }

    [Fact]
    public void StringThatIsNotUtf8IsRefused() => Refused("string", Word("20") + Word("1") + "ff".PadRight(64, '0'), AbiFaultKind.InvalidUtf8);

    [Fact]
    public void DirtyPaddingOfBytesIsRefused() => Refused("bytes", Word("20") + Word("1") + "aa01".PadRight(64, '0'), AbiFaultKind.PaddingNotClean);

    [Theory]
    [InlineData("uint7")]
    [InlineData("uint264")]
    [InlineData("uint0256")]
    [InlineData("bytes33")]
    [InlineData("bytes0")]
    [InlineData("uint256[0]")]
    [InlineData("uint256[-1]")]
    [InlineData("()")]
    [InlineData("foo")]
    [InlineData("uint256[")]
    [InlineData("(uint256")]
    [InlineData("uint256[99999][99999]")]
    [InlineData("uint256[][][][][][][][][][][][][][][][][][]")]
    [InlineData("((((((((((((((((((uint8))))))))))))))))))")]
    public void TextThatIsNoTypeIsAFormatError(string text) => Assert.Throws<FormatException>(() => AbiSignature.Type(text));

    [Fact]
    public void RandomValuesSurviveARoundTrip()
    {
        Random random = new(5);
        for (int i = 0; i < 3_000; i++)
        {
            AbiParameter[] types = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => new AbiParameter("", AbiRandom.Type(random, 3)))];
            AbiValue[] values = [.. types.Select(parameter => AbiRandom.Value(random, parameter.Type))];
            byte[] encoded = AbiEncoder.Encode(types, values);
            Assert.Equal(0, encoded.Length % 32);
            Assert.True(AbiDecoder.TryDecode(types, encoded, AbiTrailing.Reject, out AbiValue[] decoded, out AbiFault fault), $"{i}: {fault}");
            Assert.Equal(encoded, AbiEncoder.Encode(types, decoded));
            string[] texts = [.. types.Select((parameter, at) => AbiLiteral.Format(parameter.Type, decoded[at]))];
            Assert.Equal(encoded, AbiEncoder.Encode(types, AbiLiteral.ParseArguments(types, texts)));
        }
    }

    [Fact]
    public void ChangedBytesGiveAFaultOrAnotherCanonicalEncoding()
    {
        Random random = new(6);
        for (int i = 0; i < 20_000; i++)
        {
            AbiParameter[] types = [new AbiParameter("", AbiRandom.Type(random, 3)), new AbiParameter("", AbiRandom.Type(random, 2))];
            byte[] data = AbiEncoder.Encode(types, [AbiRandom.Value(random, types[0].Type), AbiRandom.Value(random, types[1].Type)]);
            for (int change = random.Next(1, 4); change > 0; change--) data[random.Next(data.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) data = data[..random.Next(data.Length)];
            if (AbiDecoder.TryDecode(types, data, AbiTrailing.Reject, out AbiValue[] values, out AbiFault fault)) Assert.Equal(data, AbiEncoder.Encode(types, values));
            else Assert.NotEqual("", fault.Code);
        }
    }

    [Fact]
    public void DynamicIndexedFieldsAreHashed()
    {
        AbiEvent named = AbiSignature.Event("event Named(string indexed name, uint256[] indexed list, uint256 value)");
        (Hash256[] topics, byte[] data) = named.Encode("ab", AbiValue.OfList(1UL, 2UL), 3UL);
        Assert.Equal(Dsdn.Chain.Crypto.Keccak.Hash("ab"u8), topics[1]);
        Assert.Equal(Dsdn.Chain.Crypto.Keccak.Hash(Hex.Decode("0x" + Word("1") + Word("2"))), topics[2]);
        Assert.Equal("0x" + Word("3"), Hex.Encode(data));
        Assert.True(named.TryDecode(topics, data, out AbiValue[] values));
        Assert.Equal(3UL, values[2].UInt64);
        Assert.False(named.TryDecode(topics[..2], data, out _));
    }

    private static string Word(string digits) => digits.PadLeft(64, '0');

    private static AbiParameter[] Types(string type) => [new AbiParameter("", AbiSignature.Type(type))];

    private static void Refused(string type, string data, AbiFaultKind expected)
    {
        Assert.False(AbiDecoder.TryDecode(Types(type), Hex.Decode("0x" + data), AbiTrailing.Reject, out AbiValue[] values, out AbiFault fault));
        Assert.Empty(values);
        Assert.Equal(expected, fault.Kind);
    }
}
