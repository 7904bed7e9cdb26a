using System.Text.Json;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Rpc;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Tests;

namespace Dsdn.Celestia.Tests.Headers;

public sealed class HeaderVectorTests
{
    [Fact]
    public void HeaderHashesAndSignaturesOfTwoChains()
    {
        foreach (JsonElement vector in Vectors.Json("extended_headers.json").Each("vectors"))
        {
            JsonElement text = vector.GetProperty("header");
            Sample.AssertValid(HeaderJson.TryRead(text, out ExtendedHeader? header));
            Assert.Equal(Hash256.Parse("0x" + text.GetProperty("commit").GetProperty("block_id").Text("hash")), header!.Hash);
            Sample.AssertValid(HeaderVerifier.CheckAlone(header, "private"));
            Sample.AssertValid(HeaderVerifier.CheckTrusted(header, header.Height, header.Hash, "private"));
            foreach (bool hasNumberHeight in (bool[])[false, true])
            {
                byte[] written = DaJson.Write(json => HeaderJson.Write(json, header, hasNumberHeight));
                Sample.AssertValid(HeaderJson.TryRead(JsonDocument.Parse(written).RootElement, out ExtendedHeader? again));
                Assert.Equal(header.Hash, again!.Hash);
                Sample.AssertValid(HeaderVerifier.CheckAlone(again, "private"));
            }
        }
    }

    [Fact]
    public void LaterHeadersOfAChainAreTrustedFromEarlierOnes()
    {
        foreach (IGrouping<string, JsonElement> chain in Vectors.Json("extended_headers.json").Each("vectors").GroupBy(vector => vector.Text("file").Split('/')[0]))
        {
            ExtendedHeader? trusted = null;
            foreach (ExtendedHeader header in chain.Select(Read).OrderBy(header => header.Height))
            {
                if (trusted is not null) Sample.AssertValid(HeaderVerifier.Verify(trusted, header, new TrustOptions("private"), header.Header.Time.UnixMs));
                trusted = header;
            }
        }
    }

    private static ExtendedHeader Read(JsonElement vector)
    {
        Sample.AssertValid(HeaderJson.TryRead(vector.GetProperty("header"), out ExtendedHeader? header));
        return header!;
    }
}
