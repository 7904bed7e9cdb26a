using System.Security.Cryptography;
using System.Text;
using Dsdn.Chain.Primitives;
using Dsdn.Ingress.Http;

namespace Dsdn.Ingress.Tests.Http;

public sealed class ObjectIdTests
{
    /// <summary>b and the base32 (RFC 4648) of 01 55 12 20 and the SHA-256 of "hello world", by another implementation of base32.</summary>
    private const string HelloCid = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

    private static readonly Hash256 Hello = new(SHA256.HashData("hello world"u8));

    [Fact]
    public void BothSpellingsNameTheSame()
    {
        Assert.Equal(HelloCid, ObjectId.ToCid(Hello));
        Assert.True(ObjectId.TryParse(HelloCid, out Hash256 id) && id == Hello);
        Assert.True(ObjectId.TryParse(ObjectId.ToHex(Hello), out id) && id == Hello);
    }

    [Fact]
    public void EveryIdHasOneCid()
    {
        for (int i = 0; i < 500; i++)
        {
            var id = new Hash256(SHA256.HashData(BitConverter.GetBytes(i)));
            string cid = ObjectId.ToCid(id);
            Assert.True(ObjectId.TryParse(cid, out Hash256 read) && read == id);
            // The last letter holds three bits: its other spellings are none.
            foreach (char last in "abcdefghijklmnopqrstuvwxyz234567".Where(letter => letter != cid[^1]))
                Assert.True(!ObjectId.TryParse(cid[..^1] + last, out read) || read != id);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("b")]
    [InlineData("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5")]
    [InlineData("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5ea")]
    [InlineData("BAFKREIFZJUT3TE2NHYEKKLSS27NH3K72YSCO7Y32KOAO5EEI66WOF36N5E")]
    [InlineData("bafybeifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e")]
    [InlineData("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5f")]
    [InlineData("QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG")]
    [InlineData("0xb94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9")]
    [InlineData("B94D27B9934D3E08A52E52D7DA7DABFAC484EFE37A5380EE9088F7ACE2EFCDE9")]
    [InlineData("b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcdeg")]
    [InlineData("b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde")]
    [InlineData("../../../../../../../../../../../../../../../../../etc/passwd0000")]
    [InlineData("%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%0")]
    public void NothingElseIsOne(string text) => Assert.False(ObjectId.TryParse(text, out _));

    [Fact]
    public void WhateverIsThrownAtItItIsReadOrRefused()
    {
        var random = new Random(5);
        for (int i = 0; i < 20_000; i++)
        {
            var text = new StringBuilder();
            for (int letters = random.Next(2) == 0 ? 64 : 59; letters > 0; letters--) text.Append((char)random.Next(1, 128));
            Assert.False(ObjectId.TryParse(text.ToString(), out _));
        }
    }
}
