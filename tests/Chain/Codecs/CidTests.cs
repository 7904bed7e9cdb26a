using System.Security.Cryptography;
using Dsdn.Chain.Codecs.Cid;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Codecs;

public class CidTests
{
    /// <summary>Known to every IPFS user: the raw block "hello world" and the empty raw block.</summary>
    [Theory]
    [InlineData("hello world", "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e")]
    [InlineData("", "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku")]
    public void RawBlocksPrintAsInIpfs(string content, string expected)
    {
        Cid cid = new(new Hash256(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content))));
        Assert.Equal(expected, cid.ToString());
        Assert.True(Cid.TryParse(expected, out Cid parsed));
        Assert.Equal(cid, parsed);
        Assert.True(Cid.TryFromBytes(cid.ToArray(), out parsed));
        Assert.Equal(cid, parsed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5")] // short
    [InlineData("BAFKREIFZJUT3TE7NHYEKKLSS27NH3K72YSCO7Y32KOAO5EEI66WOF36N5E")] // upper case
    [InlineData("zafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e")] // another multibase
    [InlineData("bafybeifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e")] // dag-pb
    [InlineData("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5f")] // spare bits set
    [InlineData("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n51")] // not in the alphabet
    public void AnyOtherTextIsRefused(string? text) => Assert.False(Cid.TryParse(text, out _));

    [Fact]
    public void RandomDigestsSurviveTheRoundTripAndRandomTextParsesToItselfOrNot()
    {
        Random random = new(17);
        byte[] digest = new byte[32];
        for (int i = 0; i < 1_000; i++)
        {
            random.NextBytes(digest);
            Cid cid = new(new Hash256(digest));
            char[] text = cid.ToString().ToCharArray();
            Assert.True(Cid.TryParse(new string(text), out Cid parsed) && parsed == cid);
            text[random.Next(text.Length)] = (char)random.Next(0x20, 0x100);
            if (Cid.TryParse(new string(text), out parsed)) Assert.Equal(new string(text), parsed.ToString());
        }
    }
}
