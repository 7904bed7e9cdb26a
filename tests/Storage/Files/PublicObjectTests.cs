using System.Security.Cryptography;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Files;

namespace Dsdn.Storage.Tests.Files;

public sealed class PublicObjectTests
{
    private static readonly PublicObject Sample = new("text/html; charset=utf-8", [new PublicPart(Id(1), 16 << 20), new PublicPart(Id(2), 5)]);

    [Fact]
    public void ObjectsComeBackAsTheyWere()
    {
        foreach (PublicObject one in (PublicObject[])[Sample, new PublicObject("a/b", [])])
        {
            Assert.Equal(FileFault.None, one.TryEncode(out byte[] bytes));
            Assert.Equal(FileFault.None, PublicObject.TryDecode(bytes, out PublicObject? read));
            Assert.Equal(one.ContentType, read!.ContentType);
            Assert.Equal(one.Parts, read.Parts);
            Assert.Equal(one.LengthBytes, read.LengthBytes);
        }
    }

    [Fact]
    public void NothingButTheWholeIsAnObject()
    {
        Sample.TryEncode(out byte[] bytes);
        for (int length = 0; length < bytes.Length; length++) Assert.NotEqual(FileFault.None, PublicObject.TryDecode(bytes.AsMemory(0, length), out _));
        Assert.Equal(FileFault.Manifest, PublicObject.TryDecode(new byte[][] { bytes, [0] }.SelectMany(part => part).ToArray(), out _));
        Assert.Equal(FileFault.Header, PublicObject.TryDecode(RandomNumberGenerator.GetBytes(200), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("html")]
    [InlineData("/html")]
    [InlineData("text/")]
    [InlineData(" text/html")]
    [InlineData("text/html\r\nSet-Cookie: a=b")]
    [InlineData("text/h\u00e9")]
    public void ContentTypesThatWouldLeaveTheirHeaderAreRefused(string contentType)
    {
        Assert.False(PublicObject.IsContentType(contentType));
        Assert.Equal(FileFault.Manifest, new PublicObject(contentType, []).TryEncode(out _));
    }

    [Fact]
    public void LengthsThatDoNotAddUpAreRefused()
    {
        Sample.TryEncode(out byte[] bytes);
        bytes[32 + 1 + Sample.ContentType.Length + 7]++;
        Assert.Equal(FileFault.Manifest, PublicObject.TryDecode(bytes, out _));
        Assert.Equal(FileFault.Manifest, new PublicObject("a/b", [new PublicPart(Id(1), 0)]).TryEncode(out _));
    }

    private static Hash256 Id(byte number) => new([.. Enumerable.Repeat(number, Hash256.Size)]);
}
