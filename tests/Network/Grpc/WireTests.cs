using Dsdn.Grpc;
using Dsdn.Grpc.Wire;

namespace Dsdn.Network.Tests.Grpc;

public sealed class WireTests
{
    [Theory]
    [InlineData("1H", 3_600_000)]
    [InlineData("2M", 120_000)]
    [InlineData("3S", 3_000)]
    [InlineData("4m", 4)]
    [InlineData("5000u", 5)]
    [InlineData("6000000n", 6)]
    [InlineData("00000001S", 1_000)]
    public void TimeoutIsRead(string text, long ms)
    {
        Assert.True(GrpcTimeout.TryParse(text, out TimeSpan timeout));
        Assert.Equal(ms, timeout.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("S")]
    [InlineData("123456789S")]
    [InlineData("-1S")]
    [InlineData("1.5S")]
    [InlineData(" 1S")]
    [InlineData("1s")]
    public void WhatIsNoTimeoutIsRefused(string text) => Assert.False(GrpcTimeout.TryParse(text, out _));

    [Fact]
    public void TimeoutIsNeverWrittenShorter()
    {
        foreach (TimeSpan timeout in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(99.9999999), TimeSpan.FromSeconds(101), TimeSpan.FromDays(2), TimeSpan.FromDays(40)])
        {
            string text = GrpcTimeout.Format(timeout);
            Assert.True(text.Length <= 9);
            Assert.True(GrpcTimeout.TryParse(text, out TimeSpan read));
            Assert.InRange(read, timeout, (timeout * 1.01) + TimeSpan.FromMilliseconds(1));
        }
        Assert.True(GrpcTimeout.TryParse(GrpcTimeout.Format(TimeSpan.MaxValue), out _));
    }

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("100 %", "100 %25")]
    [InlineData(" a ", "%20a%20")]
    [InlineData("a\nb", "a%0Ab")]
    [InlineData("é", "%C3%A9")]
    [InlineData("", "")]
    public void StatusTextTravelsAsAscii(string text, string wire)
    {
        Assert.Equal(wire, StatusText.Encode(text));
        Assert.Equal(text, StatusText.Decode(wire));
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz", "%zz")]
    [InlineData("%41%", "A%")]
    public void DamagedStatusTextIsTakenAsItStands(string wire, string text) => Assert.Equal(text, StatusText.Decode(wire));

    [Fact]
    public void MetadataTakesOnlyWhatTravels()
    {
        GrpcMetadata metadata = new() { { "key", "value" } };
        metadata.Add("key-bin", new byte[] { 1 });
        Assert.Throws<ArgumentException>(() => metadata.Add("Key", "v"));
        Assert.Throws<ArgumentException>(() => metadata.Add("grpc-status", "0"));
        Assert.Throws<ArgumentException>(() => metadata.Add("key", "line\nbreak"));
        Assert.Throws<ArgumentException>(() => metadata.Add("key-bin", "text"));
        Assert.Throws<ArgumentException>(() => metadata.Add("key", new byte[] { 1 }));
        Assert.True(metadata.TryGetBytes("key-bin", out byte[]? bytes));
        Assert.Equal([1], bytes);
        Assert.Equal(2, metadata.Count);
    }
}
