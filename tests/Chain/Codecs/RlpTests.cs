using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Codecs;

public class RlpTests
{
    [Theory]
    [InlineData("", RlpError.Truncated)]
    [InlineData("8100", RlpError.ByteNotCanonical)]
    [InlineData("817f", RlpError.ByteNotCanonical)]
    [InlineData("8180", RlpError.None)]
    [InlineData("b700", RlpError.Truncated)]
    [InlineData("b800", RlpError.LengthNotCanonical)]
    [InlineData("b837", RlpError.LengthNotCanonical)]
    [InlineData("b838", RlpError.Truncated)]
    [InlineData("b90038", RlpError.LengthNotCanonical)]
    [InlineData("f837", RlpError.LengthNotCanonical)]
    [InlineData("bf0000000000000001", RlpError.LengthNotCanonical)]
    [InlineData("bfffffffffffffffff", RlpError.TooLong)]
    [InlineData("bbffffffff", RlpError.TooLong)]
    [InlineData("bb7fffffff", RlpError.Truncated)]
    [InlineData("c0", RlpError.None)]
    [InlineData("c100", RlpError.None)]
    [InlineData("c1c1", RlpError.Truncated)]
    [InlineData("c0c0", RlpError.TrailingBytes)]
    [InlineData("0000", RlpError.TrailingBytes)]
    public void OnlyTheCanonicalEncodingIsAccepted(string hex, RlpError expected) =>
        Assert.Equal(expected, RlpValidator.Check(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("00", RlpError.LeadingZero)]
    [InlineData("820001", RlpError.LeadingZero)]
    [InlineData("8900ffffffffffffffff", RlpError.LeadingZero)]
    [InlineData("89ffffffffffffffffff", RlpError.IntegerTooLarge)]
    [InlineData("c0", RlpError.ListNotExpected)]
    [InlineData("80", RlpError.None)]
    [InlineData("88ffffffffffffffff", RlpError.None)]
    public void IntegersHaveNoLeadingZerosAndFitTheirField(string hex, RlpError expected)
    {
        RlpReader reader = new(Convert.FromHexString(hex));
        Assert.Equal(expected == RlpError.None, reader.TryReadUInt64(out _));
        Assert.Equal(expected, reader.Error);
    }

    [Fact]
    public void AFieldOfAnotherLengthIsRefused()
    {
        RlpReader reader = new([0x83, 1, 2, 3]);
        Assert.False(reader.TryReadHash(out _));
        Assert.Equal(RlpError.LengthWrong, reader.Error);
        RlpReader address = new([0x83, 1, 2, 3]);
        Assert.False(address.TryReadOptionalAddress(out Address? none));
        Assert.Null(none);
        RlpReader empty = new([0x80]);
        Assert.True(empty.TryReadOptionalAddress(out none));
        Assert.Null(none);
    }

    [Fact]
    public void TheFirstErrorStaysAndEverythingAfterItFails()
    {
        RlpReader reader = new([0xc0, 0x05]);
        Assert.False(reader.TryReadUInt64(out _));
        Assert.False(reader.TryReadUInt64(out _));
        Assert.False(reader.TryReadList(out RlpReader items));
        Assert.Equal(RlpError.ListNotExpected, reader.Error);
        Assert.Equal(RlpError.ListNotExpected, items.Error);
        Assert.False(items.AtEnd);
        Assert.False(reader.TryEnd());
    }

    [Fact]
    public void ListsBeyondTheDepthLimitAreRefused()
    {
        byte[] AtDepth(int depth)
        {
            RlpWriter writer = new([]);
            Span<int> marks = stackalloc int[depth];
            for (int i = 0; i < depth; i++) marks[i] = writer.BeginList();
            for (int i = depth - 1; i >= 0; i--) writer.EndList(marks[i]);
            byte[] encoded = writer.ToArray();
            writer.Dispose();
            return encoded;
        }
        Assert.Equal(RlpError.None, RlpValidator.Check(AtDepth(RlpReader.DepthMax)));
        Assert.Equal(RlpError.TooDeep, RlpValidator.Check(AtDepth(RlpReader.DepthMax + 1)));
        Assert.Equal(RlpError.TooDeep, RlpValidator.Check(AtDepth(20_000)));
        Assert.Equal(RlpError.TooLong, RlpValidator.Check(new byte[11], inputBytesMax: 10));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(55)]
    [InlineData(56)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public void HeadersGrowWithThePayload(int length)
    {
        byte[] payload = Enumerable.Repeat((byte)0xee, length).ToArray();
        RlpWriter writer = new([]);
        int list = writer.BeginList();
        writer.Write(payload);
        writer.EndList(list);
        byte[] byMark = writer.ToArray();
        writer.Clear();
        writer.WriteListHeader(RlpLength.Of(payload));
        writer.Write(payload);
        Assert.Equal(byMark, writer.ToArray());
        Assert.Equal(byMark.Length, RlpLength.OfList(RlpLength.Of(payload)));
        Assert.Equal(RlpError.None, RlpValidator.Check(byMark));
        RlpReader reader = new(byMark);
        Assert.True(reader.TryReadList(out RlpReader items) && items.TryCount(out int count) && count == 1);
        Assert.True(items.TryReadBytes(out ReadOnlySpan<byte> read) && items.TryEnd() && reader.TryEnd());
        Assert.True(read.SequenceEqual(payload));
        writer.Dispose();
    }

    [Fact]
    public void IntegersOfEveryWidthSurviveTheRoundTrip()
    {
        RlpWriter writer = new([]);
        for (int bit = 0; bit < 256; bit++)
        {
            Uint256 value = Uint256.FromBigInteger(System.Numerics.BigInteger.One << bit);
            writer.Clear();
            writer.Write(value);
            Assert.Equal(writer.Length, RlpLength.Of(value));
            RlpReader reader = new(writer.Written);
            Assert.True(reader.TryReadUint256(out Uint256 read) && reader.TryEnd());
            Assert.Equal(value, read);
            RlpReader narrow = new(writer.Written);
            Assert.Equal(bit < 64, narrow.TryReadUInt64(out ulong small));
            if (bit < 64) Assert.Equal(1UL << bit, small);
            RlpReader wide = new(writer.Written);
            Assert.Equal(bit < 128, wide.TryReadUInt128(out UInt128 large));
            if (bit < 128) Assert.Equal(UInt128.One << bit, large);
        }
        writer.Dispose();
    }

    /// <summary>Whatever decodes encodes to the same bytes; whatever does not, gives an error and no exception.</summary>
    [Fact]
    public void RandomBytesDecodeToWhatEncodesBackOrToATypedError()
    {
        Random random = new(13);
        int decoded = 0;
        byte[] buffer = new byte[64];
        for (int i = 0; i < 60_000; i++)
        {
            Span<byte> input = buffer.AsSpan(0, random.Next(1, 24));
            random.NextBytes(input);
            if (random.Next(2) == 0) input[0] = (byte)(0xc0 + input.Length - 1);
            RlpTree? tree = RlpTree.Decode(input);
            Assert.Equal(tree is not null, RlpValidator.Check(input) == RlpError.None);
            if (tree is null) continue;
            decoded++;
            Assert.True(RlpTree.Encode(tree).AsSpan().SequenceEqual(input));
        }
        Assert.True(decoded > 300);
    }

    /// <summary>One flipped byte in a valid encoding: never an exception, never the same tree.</summary>
    [Fact]
    public void AChangedByteNeverDecodesToTheSameTree()
    {
        Random random = new(14);
        for (int i = 0; i < 2_000; i++)
        {
            byte[] valid = RlpTree.Encode(RandomTree(random, 4));
            byte[] changed = (byte[])valid.Clone();
            changed[random.Next(changed.Length)] ^= (byte)random.Next(1, 256);
            RlpTree? tree = RlpTree.Decode(changed);
            if (tree is not null) Assert.Equal(changed, RlpTree.Encode(tree));
        }
    }

    [Fact]
    public void EveryErrorHasItsOwnCode() =>
        Assert.Equal(Enum.GetValues<RlpError>().Length, Enum.GetValues<RlpError>().Select(e => e.Code()).Distinct().Count());

    private static RlpTree RandomTree(Random random, int depthLeft)
    {
        if (depthLeft == 0 || random.Next(3) == 0)
        {
            byte[] bytes = new byte[random.Next(70)];
            random.NextBytes(bytes);
            return new RlpTree(bytes, null);
        }
        return new RlpTree([], [.. Enumerable.Range(0, random.Next(5)).Select(_ => RandomTree(random, depthLeft - 1))]);
    }
}
