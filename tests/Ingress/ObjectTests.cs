using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Dsdn.Chain.Primitives;
using Dsdn.Ingress.Http;
using Dsdn.Reading;
using Dsdn.Reading.Locating;
using Dsdn.Reading.Tests.Kit;
using Dsdn.Services;

namespace Dsdn.Ingress.Tests;

public sealed class ObjectTests
{
    private const int Window = ReadOptions.WindowBytes;

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(Window + 1)]
    [InlineData((5 * Window) + 12_345)]
    public async Task AnObjectIsServedUnderBothNamesWithWhatBrowsersNeed(int bytes)
    {
        await using IngressRig rig = await IngressRig.StartAsync();
        byte[] content = ReadRig.Content(bytes);
        Hash256 id = rig.Put(content);
        foreach (Uri url in (Uri[])[rig.UrlOf(id), new Uri(rig.Address, "object/" + ObjectId.ToCid(id))])
        {
            using HttpResponseMessage response = await rig.SendAsync(HttpMethod.Get, url);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal((bytes, $"\"{ObjectId.ToHex(id)}\""), (response.Content.Headers.ContentLength, response.Headers.ETag?.ToString()));
            Assert.Equal(["bytes"], response.Headers.AcceptRanges);
            Assert.Equal("public, max-age=31536000, immutable", Header(response, "Cache-Control"));
            Assert.Equal(("nosniff", "*", "41"), (Header(response, "X-Content-Type-Options"), Header(response, "Access-Control-Allow-Origin"), Header(response, "X-Dsdn-Seq")));
            Assert.StartsWith("sandbox;", Header(response, "Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Equal(("application/octet-stream", "attachment"), (response.Content.Headers.ContentType?.ToString(), response.Content.Headers.ContentDisposition?.ToString()));
            Assert.Equal(content, await response.Content.ReadAsByteArrayAsync());
        }
        using HttpResponseMessage head = await rig.SendAsync(HttpMethod.Head, rig.UrlOf(id));
        Assert.Equal((HttpStatusCode.OK, (long?)bytes), (head.StatusCode, head.Content.Headers.ContentLength));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("bytes=0-9", 206, 0, 10)]
    [InlineData("bytes=5000-", 206, 5_000, 5_000)]
    [InlineData("bytes=-1", 206, 9_999, 1)]
    [InlineData("bytes=0-99999999999", 206, 0, 10_000)]
    [InlineData("bytes=1-2,5-6", 200, 0, 10_000)]
    [InlineData("lines=1-2", 200, 0, 10_000)]
    public async Task ARangeIsAnsweredWithWhatItAsksFor(string range, int status, int offset, int length)
    {
        await using IngressRig rig = await IngressRig.StartAsync();
        byte[] content = ReadRig.Content(10_000);
        using HttpResponseMessage response = await rig.GetAsync(rig.Put(content), ("Range", range));
        Assert.Equal((status, (long?)length), ((int)response.StatusCode, response.Content.Headers.ContentLength));
        Assert.Equal(status == 206 ? $"bytes {offset}-{offset + length - 1}/10000" : null, response.Content.Headers.ContentRange?.ToString());
        Assert.Equal(content[offset..(offset + length)], await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("bytes=10000-")]
    [InlineData("bytes=-0")]
    [InlineData("bytes=999999999999999999999999-")]
    public async Task ARangeBehindTheEndIsRefusedWithTheLength(string range)
    {
        await using IngressRig rig = await IngressRig.StartAsync();
        using HttpResponseMessage response = await rig.GetAsync(rig.Put(ReadRig.Content(10_000)), ("Range", range));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, response.StatusCode);
        Assert.Equal("bytes */10000", response.Content.Headers.ContentRange?.ToString());
        Assert.Equal(IngressCodes.Range, (await ErrorAsync(response)).GetProperty("code").GetString());
        Assert.False(response.Headers.CacheControl?.Public);
    }

    [Fact]
    public async Task ConditionsAreKept()
    {
        await using IngressRig rig = await IngressRig.StartAsync();
        byte[] content = ReadRig.Content(10_000);
        Hash256 id = rig.Put(content);
        string tag = $"\"{ObjectId.ToHex(id)}\"";
        using (HttpResponseMessage same = await rig.GetAsync(id, ("If-None-Match", $"\"x\", W/{tag}")))
        {
            Assert.Equal((HttpStatusCode.NotModified, tag), (same.StatusCode, same.Headers.ETag?.ToString()));
            Assert.Empty(await same.Content.ReadAsByteArrayAsync());
        }
        using (HttpResponseMessage failed = await rig.GetAsync(id, ("If-Match", "\"x\""))) Assert.Equal(HttpStatusCode.PreconditionFailed, failed.StatusCode);
        using (HttpResponseMessage dated = await rig.GetAsync(id, ("If-Modified-Since", "Sat, 21 Nov 2026 10:00:00 GMT"))) Assert.Equal(HttpStatusCode.OK, dated.StatusCode);
        using (HttpResponseMessage part = await rig.GetAsync(id, ("If-Range", tag), ("Range", "bytes=1-2"))) Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        using (HttpResponseMessage whole = await rig.GetAsync(id, ("If-Range", "\"x\""), ("Range", "bytes=1-2"))) Assert.Equal((HttpStatusCode.OK, 10_000L), (whole.StatusCode, whole.Content.Headers.ContentLength));
        using HttpResponseMessage head = await rig.SendAsync(HttpMethod.Head, rig.UrlOf(id), ("Range", "bytes=1-2"));
        Assert.Equal((HttpStatusCode.OK, 10_000L), (head.StatusCode, head.Content.Headers.ContentLength)); // ranges are for GET
    }

    [Fact]
    public async Task WhatIsNotThereIsToldApart()
    {
        await using IngressRig rig = await IngressRig.StartAsync();
        Hash256 deleted = rig.Put(ReadRig.Content(5));
        rig.Log.Chunks[deleted] = (ChunkState.Deleted, null);
        using HttpResponseMessage unknown = await rig.GetAsync(Hash256.Zero), gone = await rig.GetAsync(deleted), bad = await rig.SendAsync(HttpMethod.Get, new Uri(rig.Address, "object/bafynothing")), path = await rig.SendAsync(HttpMethod.Get, new Uri(rig.Address, "elsewhere"));
        Assert.Equal((HttpStatusCode.NotFound, 41UL, ReadCodes.Unknown), (unknown.StatusCode, (await ErrorAsync(unknown)).GetProperty("seq").GetUInt64(), (await ErrorAsync(unknown)).GetProperty("code").GetString()));
        Assert.Equal((HttpStatusCode.Gone, ReadCodes.Deleted), (gone.StatusCode, (await ErrorAsync(gone)).GetProperty("code").GetString()));
        Assert.Equal((HttpStatusCode.BadRequest, IngressCodes.Id), (bad.StatusCode, (await ErrorAsync(bad)).GetProperty("code").GetString()));
        Assert.Equal((HttpStatusCode.NotFound, IngressCodes.Path), (path.StatusCode, (await ErrorAsync(path)).GetProperty("code").GetString()));
        Assert.All([unknown, gone, bad, path], static response => Assert.True(response.Headers.CacheControl?.NoStore));
    }

    /// <summary>walrus 3409: 404 right after the upload, through a cache that was behind.</summary>
    [Theory]
    [InlineData("header")]
    [InlineData("query")]
    [InlineData("cookie")]
    public async Task AnIngressThatIsBehindSaysSoWithBothNumbersAndNever404(string way)
    {
        await using IngressRig rig = await IngressRig.StartAsync();
        Uri url = rig.UrlOf(Hash256.Zero);
        using HttpResponseMessage behind = way switch
        {
            "header" => await rig.SendAsync(HttpMethod.Get, url, ("X-Dsdn-Min-Seq", "50")),
            "query" => await rig.SendAsync(HttpMethod.Get, new Uri(url + "?min_seq=50")),
            _ => await rig.SendAsync(HttpMethod.Get, url, ("Cookie", "a=b; dsdn-min-seq=50")),
        };
        JsonElement error = await ErrorAsync(behind);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, ServiceCodes.Behind, 41UL, 50UL), (behind.StatusCode, error.GetProperty("code").GetString(), error.GetProperty("seq").GetUInt64(), error.GetProperty("minSeq").GetUInt64()));
        Assert.NotNull(behind.Headers.RetryAfter);
        using HttpResponseMessage nonsense = await rig.SendAsync(HttpMethod.Get, url, ("X-Dsdn-Min-Seq", "-1"));
        Assert.Equal((HttpStatusCode.BadRequest, IngressCodes.MinSeq), (nonsense.StatusCode, (await ErrorAsync(nonsense)).GetProperty("code").GetString()));
    }

    [Fact]
    public async Task APublicObjectIsItsContentOverAllItsChunks()
    {
        await using IngressRig rig = await IngressRig.StartAsync();
        byte[][] parts = [ReadRig.Content(Window + 7, 1), ReadRig.Content(1, 2), ReadRig.Content(300_000, 3)];
        byte[] content = [.. parts.SelectMany(static part => part)];
        Hash256 id = rig.PutPublic("text/html; charset=utf-8", parts);
        using HttpResponseMessage whole = await rig.GetAsync(id);
        Assert.Equal(("text/html; charset=utf-8", (long?)content.Length), (whole.Content.Headers.ContentType?.ToString(), whole.Content.Headers.ContentLength));
        Assert.Null(whole.Content.Headers.ContentDisposition);
        Assert.StartsWith("sandbox;", Header(whole, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal(content, await whole.Content.ReadAsByteArrayAsync());
        var random = new Random(4);
        for (int i = 0; i < 20; i++)
        {
            int from = random.Next(content.Length), to = from + random.Next(content.Length - from);
            using HttpResponseMessage part = await rig.GetAsync(id, ("Range", $"bytes={from}-{to}"));
            Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
            Assert.Equal(content[from..(to + 1)], await part.Content.ReadAsByteArrayAsync());
        }
        using HttpResponseMessage raw = await rig.SendAsync(HttpMethod.Get, new Uri(rig.UrlOf(id) + "?raw"));
        Assert.Equal(("application/octet-stream", $"\"{ObjectId.ToHex(id)}-raw\""), (raw.Content.Headers.ContentType?.ToString(), raw.Headers.ETag?.ToString()));
        Assert.Equal(id, new Hash256(System.Security.Cryptography.SHA256.HashData(await raw.Content.ReadAsByteArrayAsync())));
    }

    [Fact]
    public async Task AnEmptyPublicObjectIsEmpty()
    {
        await using IngressRig rig = await IngressRig.StartAsync();
        Hash256 id = rig.PutPublic("text/plain");
        using HttpResponseMessage response = await rig.GetAsync(id), range = await rig.GetAsync(id, ("Range", "bytes=0-"));
        Assert.Equal((HttpStatusCode.OK, (long?)0), (response.StatusCode, response.Content.Headers.ContentLength));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, range.StatusCode);
    }

    [Fact]
    public async Task APartThatWasDeletedIsNamed()
    {
        await using IngressRig rig = await IngressRig.StartAsync();
        byte[] part = ReadRig.Content(10);
        Hash256 id = rig.PutPublic("text/plain", part);
        rig.Log.Chunks[new Hash256(System.Security.Cryptography.SHA256.HashData(part))] = (ChunkState.Deleted, null);
        using HttpResponseMessage response = await rig.GetAsync(id);
        Assert.Equal((HttpStatusCode.BadGateway, IngressCodes.Object), (response.StatusCode, (await ErrorAsync(response)).GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData(Conduct.Lies)]
    [InlineData(Conduct.OtherChunk)]
    [InlineData(Conduct.EndsEarly)]
    public async Task NoWrongByteLeavesWhateverTwoOfThreeNodesSend(Conduct conduct)
    {
        await using IngressRig rig = await IngressRig.StartAsync();
        byte[] content = ReadRig.Content((3 * Window) + 5);
        Hash256 id = rig.Put(content);
        rig.Reading.Nodes[0].Conduct = rig.Reading.Nodes[1].Conduct = conduct;
        using HttpResponseMessage response = await rig.GetAsync(id);
        Assert.Equal(content, await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task WhereAllNodesAreGoneEachIsNamed()
    {
        await using IngressRig rig = await IngressRig.StartAsync();
        Hash256 id = rig.Put(ReadRig.Content(100));
        foreach (ChunkNode node in rig.Reading.Nodes) await node.DieAsync();
        using HttpResponseMessage response = await rig.GetAsync(id);
        JsonElement error = await ErrorAsync(response);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, ReadCodes.Unavailable), (response.StatusCode, error.GetProperty("code").GetString()));
        Assert.Equal(rig.Reading.Nodes.Select(static node => node.Id.ToString()).Order(StringComparer.Ordinal), error.GetProperty("nodes").EnumerateArray().Select(static node => node.GetProperty("id").GetString()).Order(StringComparer.Ordinal));
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Null(response.Headers.ETag);
    }

    [Fact]
    public async Task WhereNodesAreOnlyTooSlowItIsATimeout()
    {
        await using IngressRig rig = await IngressRig.StartAsync(reading: ReadRig.Calm with { AttemptMs = 50 });
        Hash256 id = rig.Put(ReadRig.Content(100));
        foreach (ChunkNode node in rig.Reading.Nodes) node.Conduct = Conduct.Hangs;
        using HttpResponseMessage response = await rig.GetAsync(id);
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
    }

    /// <summary>The length was promised; what is missing is asked for with a range.</summary>
    [Fact]
    public async Task AConnectionThatIsCutInTheMiddleIsResumed()
    {
        await using IngressRig rig = await IngressRig.StartAsync(reading: ReadRig.Calm with { ReadAhead = 0 });
        byte[] first = ReadRig.Content(Window, 1), second = ReadRig.Content(Window, 2), content = [.. first, .. second];
        Hash256 id = rig.PutPublic("video/mp4", first, second);
        var lost = new Hash256(System.Security.Cryptography.SHA256.HashData(second));
        (ChunkState State, ChunkLocation? Location) at = rig.Log.Chunks[lost];
        rig.Log.Chunks[lost] = (ChunkState.Live, at.Location! with { Replicas = [at.Location.Replicas[0] with { Address = null }] });
        using var got = new MemoryStream();
        using (HttpResponseMessage cut = await rig.GetAsync(id))
        {
            Assert.Equal((HttpStatusCode.OK, (long?)content.Length), (cut.StatusCode, cut.Content.Headers.ContentLength));
            await Assert.ThrowsAnyAsync<Exception>(() => cut.Content.CopyToAsync(got));
        }
        Assert.True(got.Length < content.Length && content.AsSpan(0, (int)got.Length).SequenceEqual(got.ToArray()));
        rig.Log.Chunks[lost] = at;
        using HttpResponseMessage rest = await rig.GetAsync(id, ("Range", string.Create(CultureInfo.InvariantCulture, $"bytes={got.Length}-")), ("If-Range", $"\"{ObjectId.ToHex(id)}\""));
        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        await rest.Content.CopyToAsync(got);
        Assert.Equal(content, got.ToArray());
    }

    [Fact]
    public async Task AChunkDeclaredWronglyNeverComesToItsEnd()
    {
        await using IngressRig rig = await IngressRig.StartAsync();
        byte[] other = ReadRig.Content(3 * Window);
        ChunkLocation honest = rig.Reading.Copies(other);
        foreach (ChunkNode node in rig.Reading.Nodes) node.Put(Hash256.Zero, 0, other);
        rig.Log.Chunks[Hash256.Zero] = (ChunkState.Live, honest with { Id = Hash256.Zero });
        using HttpResponseMessage response = await rig.GetAsync(Hash256.Zero);
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsByteArrayAsync());
        // A small one is known before anything is sent.
        byte[] small = ReadRig.Content(10, 2);
        ChunkLocation location = rig.Reading.Copies(small);
        var id = new Hash256(Enumerable.Repeat((byte)7, Hash256.Size).ToArray());
        foreach (ChunkNode node in rig.Reading.Nodes) node.Put(id, 0, small);
        rig.Log.Chunks[id] = (ChunkState.Live, location with { Id = id });
        using HttpResponseMessage refused = await rig.GetAsync(id);
        Assert.Equal((HttpStatusCode.BadGateway, ReadCodes.NotTheChunk), (refused.StatusCode, (await ErrorAsync(refused)).GetProperty("code").GetString()));
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(", ", values) : "";

    private static async Task<JsonElement> ErrorAsync(HttpResponseMessage response)
    {
        Assert.Equal(new MediaTypeHeaderValue("application/json"), response.Content.Headers.ContentType);
        using JsonDocument document = JsonDocument.Parse(Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync()));
        return document.RootElement.GetProperty("error").Clone();
    }
}
