using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Dsdn.Chain.Primitives;
using Dsdn.Ingress.Http;
using Dsdn.Reading.Tests.Kit;

namespace Dsdn.Ingress.Tests;

/// <summary>What strangers send, over plain sockets where a client would not.</summary>
public sealed class HostileTests
{
    public static TheoryData<string, string> Requests => new()
    {
        { "a body", "GET /object/ID HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello" },
        { "a body in pieces", "GET /object/ID HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" },
        { "both lengths, and a second request in the body", "GET /object/ID HTTP/1.1\r\nHost: x\r\nContent-Length: 44\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /object/SMUGGLED HTTP/1.1\r\nHost: x\r\n\r\n" },
        { "two lengths", "GET /object/ID HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!" },
        { "a length that is none", "GET /object/ID HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n" },
        { "a strange encoding", "GET /object/ID HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n" },
        { "a folded header", "GET /object/ID HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n" },
        { "a space before the colon", "GET /object/ID HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\nhello" },
        { "no host", "GET /object/ID HTTP/1.1\r\n\r\n" },
        { "two hosts", "GET /object/ID HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" },
        { "a line without an end", "GET /object/" + new string('a', 5_000) + " HTTP/1.1\r\nHost: x\r\n\r\n" },
        { "a header without an end", "GET /object/ID HTTP/1.1\r\nHost: x\r\nX-A: " + new string('a', 20_000) + "\r\n\r\n" },
        { "headers without number", "GET /object/ID HTTP/1.1\r\nHost: x\r\n" + string.Concat(Enumerable.Range(0, 100).Select(static i => $"X-{i}: a\r\n")) + "\r\n" },
        { "another protocol", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003" },
        { "nothing of this", "HELO example.org\r\n\r\n" },
        { "a version that is none", "GET /object/ID HTTP/9.9\r\nHost: x\r\n\r\n" },
        { "a method", "DELETE /object/ID HTTP/1.1\r\nHost: x\r\n\r\n" },
        { "a tunnel", "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n" },
        { "a way out", "GET /object/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n" },
        { "a way out, encoded", "GET /object/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: x\r\n\r\n" },
        { "a zero", "GET /object/%00 HTTP/1.1\r\nHost: x\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task IsRefusedAndNothingBehindItIsTakenForARequest(string what, string request)
    {
        await using IngressRig rig = await IngressRig.StartAsync();
        Hash256 id = rig.Put(ReadRig.Content(100)), hidden = rig.Put(ReadRig.Content(100, 2));
        string answer = await SendAsync(rig, request.Replace("ID", ObjectId.ToHex(id), StringComparison.Ordinal).Replace("SMUGGLED", ObjectId.ToHex(hidden), StringComparison.Ordinal));
        Assert.DoesNotContain("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(ObjectId.ToHex(hidden), answer, StringComparison.Ordinal);
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 505", StringComparison.Ordinal), $"{what}: {answer}");
        using HttpResponseMessage next = await rig.GetAsync(id);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task HundredsOfRangesCostOneAnswer()
    {
        await using IngressRig rig = await IngressRig.StartAsync();
        using HttpResponseMessage response = await rig.GetAsync(rig.Put(ReadRig.Content(100_000)), ("Range", "bytes=" + string.Join(',', Enumerable.Range(0, 1_000).Select(static i => $"{i}-"))));
        Assert.Equal((HttpStatusCode.OK, 100_000), (response.StatusCode, (await response.Content.ReadAsByteArrayAsync()).Length));
    }

    [Fact]
    public async Task WhoAsksTooOftenIsToldWhenToComeAgain()
    {
        await using IngressRig rig = await IngressRig.StartAsync(options: IngressRig.Options with { RequestsPerSecond = 1 });
        Hash256 id = rig.Put(ReadRig.Content(10));
        for (int i = 0; i < 50; i++)
        {
            using HttpResponseMessage response = await rig.GetAsync(id);
            if (response.StatusCode != HttpStatusCode.TooManyRequests) continue;
            Assert.NotNull(response.Headers.RetryAfter);
            Assert.Contains(IngressCodes.Rate, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            return;
        }
        Assert.Fail("never refused");
    }

    [Fact]
    public async Task MoreThanFitIsRefusedAndServedLater()
    {
        await using IngressRig rig = await IngressRig.StartAsync(options: IngressRig.Options with { ResponsesMax = 1, WaitingMax = 0 });
        Hash256 id = rig.Put(ReadRig.Content(10));
        foreach (ChunkNode node in rig.Reading.Nodes) node.Conduct = Conduct.Hangs;
        Task<HttpResponseMessage> first = rig.GetAsync(id);
        await rig.Reading.Nodes[0].Asked;
        using (HttpResponseMessage second = await rig.GetAsync(id))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
            Assert.Contains(IngressCodes.Busy, await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        foreach (ChunkNode node in rig.Reading.Nodes) node.Release();
        using HttpResponseMessage done = await first;
        Assert.Equal(10, (await done.Content.ReadAsByteArrayAsync()).Length);
    }

    /// <summary>A batch that never comes may be asked for by anybody.</summary>
    [Fact]
    public async Task WhoWaitsForABatchTakesNoPlaceFromOthers()
    {
        await using IngressRig rig = await IngressRig.StartAsync(options: IngressRig.Options with { ResponsesMax = 1, WaitingMax = 0 });
        Hash256 id = rig.Put(ReadRig.Content(10));
        var patience = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Log.Behind = patience.Task;
        Task<HttpResponseMessage>[] waiting = [.. Enumerable.Range(0, 20).Select(_ => rig.GetAsync(id, ("X-Dsdn-Min-Seq", "1000000")))];
        await rig.Log.Waiting.Task;
        using (HttpResponseMessage served = await rig.GetAsync(id)) Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        patience.SetResult();
        foreach (Task<HttpResponseMessage> one in waiting)
        {
            using HttpResponseMessage behind = await one;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, behind.StatusCode);
        }
    }

    [Fact]
    public async Task TenThousandSmallReadsAtOnceAreAllAnsweredRightly()
    {
        const int Objects = 50, Reads = 10_000;
        await using IngressRig rig = await IngressRig.StartAsync();
        byte[][] contents = [.. Enumerable.Range(0, Objects).Select(static i => ReadRig.Content(1_000 + i, i))];
        Hash256[] ids = [.. contents.Select(rig.Put)];
        await Task.WhenAll(Enumerable.Range(0, Reads).Select(i => Task.Run(async () =>
        {
            using HttpResponseMessage response = await rig.GetAsync(ids[i % Objects]);
            byte[] read = await response.Content.ReadAsByteArrayAsync();
            Assert.True(contents[i % Objects].AsSpan().SequenceEqual(read));
        })));
        Assert.True(rig.Reading.Nodes.Sum(static node => node.Gets) <= Objects);
    }

    [Fact]
    public async Task WhatIsUnderWayEndsBeforeTheIngressDoes()
    {
        IngressRig rig = await IngressRig.StartAsync();
        byte[] content = ReadRig.Content(100_000);
        Hash256 id = rig.Put(content);
        foreach (ChunkNode node in rig.Reading.Nodes) node.Conduct = Conduct.Hangs;
        Task<HttpResponseMessage> asked = rig.GetAsync(id);
        await rig.Reading.Nodes[0].Asked;
        Task stopping = rig.Server.DisposeAsync().AsTask();
        foreach (ChunkNode node in rig.Reading.Nodes) node.Release();
        using HttpResponseMessage response = await asked;
        Assert.Equal(content, await response.Content.ReadAsByteArrayAsync());
        await stopping;
        await rig.Reading.DisposeAsync();
        rig.Http.Dispose();
    }

    [Fact]
    public async Task CurlResumesAndAsksInAdvance()
    {
        if (!File.Exists("/usr/bin/curl")) Assert.Skip("no curl here");
        await using IngressRig rig = await IngressRig.StartAsync();
        byte[] content = ReadRig.Content(3_000_000);
        Hash256 id = rig.Put(content);
        string folder = Directory.CreateTempSubdirectory("dsdn-curl-").FullName, file = Path.Combine(folder, "object");
        try
        {
            await File.WriteAllBytesAsync(file, content[..1_234_567]);
            await CurlAsync("-sSf", "-C", "-", "-o", file, rig.UrlOf(id).ToString());
            Assert.Equal(content, await File.ReadAllBytesAsync(file));
            Assert.Contains("Access-Control-Allow-Methods: GET, HEAD, OPTIONS", await CurlAsync("-sSf", "-i", "-X", "OPTIONS", "-H", "Origin: https://example.org", "-H", "Access-Control-Request-Headers: range", rig.UrlOf(id).ToString()), StringComparison.Ordinal);
            Assert.Contains("Content-Length: 3000000", await CurlAsync("-sSf", "-I", rig.UrlOf(id).ToString()), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> CurlAsync(params string[] arguments)
    {
        using Process curl = Process.Start(new ProcessStartInfo("/usr/bin/curl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true }) ?? throw new InvalidOperationException("curl");
        Task<string> output = curl.StandardOutput.ReadToEndAsync(), errors = curl.StandardError.ReadToEndAsync();
        await curl.WaitForExitAsync();
        Assert.True(curl.ExitCode == 0, await errors);
        return await output;
    }

    /// <summary>All that comes back until the other side closes, or nothing more can come.</summary>
    private static async Task<string> SendAsync(IngressRig rig, string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, rig.Address.Port);
        NetworkStream stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        socket.Client.Shutdown(SocketShutdown.Send);
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer);
        }
        catch (IOException)
        {
            // Cut off: what came before counts.
        }
        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
