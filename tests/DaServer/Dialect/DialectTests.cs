using System.Net;
using System.Text;
using System.Text.Json;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Rpc;

namespace Dsdn.DaServer.Tests.Dialect;

/// <summary>What the node answers to requests of every kind, as bytes and statuses of HTTP.</summary>
public sealed class DialectTests
{
    private const string Ns = "\"AAAAAAAAAAAAAAAAAAAAAAAAAGRzZG4uLi4uLi4=\"";

    /// <summary>Body, status, code, and the whole message or, with a star at its end, its beginning.</summary>
    public static TheoryData<string, int, int, string> Refusals => new()
    {
        { "", 400, -32600, "Invalid request" },
        { "  \n", 400, -32600, "Invalid request" },
        { "[]", 400, -32600, "Invalid request" },
        { "{", 500, -32700, "Parse error" },
        { "nonsense", 500, -32700, "Parse error" },
        { "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"node.Ready\",\"params\":[]}", 500, -32700, "Parse error" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"node.Ready\",\"params\":{}}", 500, -32700, "Parse error" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x.Y\",\"params\":[]}", 500, -32601, "method 'x.Y' not found" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"blob.submit\",\"params\":[]}", 500, -32601, "method 'blob.submit' not found" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"da.Submit\",\"params\":[]}", 500, -32601, "method 'da.Submit' not found" },
        { $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"blob.Subscribe\",\"params\":[{Ns}]}}", 500, -32601, "method 'blob.Subscribe' not supported in this mode (no out channel support)" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"header.Subscribe\",\"params\":[]}", 500, -32601, "method 'header.Subscribe' not supported in this mode (no out channel support)" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"blob.Submit\",\"params\":[[]]}", 500, -32602, "wrong param count (method 'blob.Submit'): 1 != 2" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"node.Ready\",\"params\":[1]}", 500, -32602, "wrong param count (method 'node.Ready'): 1 != 0" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"header.GetByHeight\",\"params\":[\"one\"]}", 500, -32700, "unmarshaling params for 'header.GetByHeight' (param: uint64): *" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"header.GetByHeight\",\"params\":[-1]}", 500, -32700, "unmarshaling params for 'header.GetByHeight' *" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"blob.GetAll\",\"params\":[1,[\"AAAA\"]]}", 500, -32700, "unmarshaling params for 'blob.GetAll' (param: []share.Namespace): invalid namespace length: 3. Must be 29 bytes" },
        { $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"blob.Submit\",\"params\":[[{{\"namespace\":{Ns},\"data\":\"\"}}],{{}}]}}", 500, -32700, "unmarshaling params for 'blob.Submit' (param: []*blob.Blob): data can not be empty" },
        { $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"blob.Submit\",\"params\":[[{{\"namespace\":{Ns},\"data\":\"AA==\",\"share_version\":3}}],{{}}]}}", 500, -32700, "*share version 3 not supported. Please use 0, 1, or 2" },
        { $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"blob.Submit\",\"params\":[[{{\"namespace\":{Ns},\"data\":\"AA==\",\"signer\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}}],{{}}]}}", 500, -32700, "*share version 0 does not support signer" },
        { $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"blob.Submit\",\"params\":[[{{\"namespace\":{Ns},\"data\":\"AA==\",\"share_version\":1}}],{{}}]}}", 500, -32700, "*share version 1 requires signer of size 20 bytes" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"blob.Submit\",\"params\":[[{\"namespace\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=\",\"data\":\"AA==\"}],{}]}", 500, -32700, "*invalid user namespace: 00*" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"header.GetByHeight\",\"params\":[0]}", 200, 1, "height is equal to 0" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"header.GetByHeight\",\"params\":[100]}", 200, 1, "header: given height is from the future: networkHeight: 1, requestedHeight: 100" },
        { $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"blob.GetAll\",\"params\":[77,[{Ns}]]}}", 200, 1, "*given height is from the future*" },
        { $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"blob.Get\",\"params\":[1,{Ns},\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"]}}", 200, 1, "blob: not found" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"header.GetByHash\",\"params\":[\"0000000000000000000000000000000000000000000000000000000000000000\"]}", 200, 1, "header: not found" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"blob.Submit\",\"params\":[[],{}]}", 200, 1, "state: no blobs provided" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"state.BalanceForAddress\",\"params\":[\"cosmos1xyz\"]}", 200, 1, "decoding bech32 failed*" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task RequestIsRefusedAsTheNodeRefusesIt(string body, int status, int code, string message)
    {
        await using RunningServer running = await RunningServer.StartAsync();
        (int answered, byte[] reply, string? type) = await running.PostAsync(Encoding.UTF8.GetBytes(body));
        Assert.Equal(status, answered);
        Assert.Equal("application/json", type);
        using JsonDocument json = JsonDocument.Parse(reply);
        Assert.False(json.RootElement.TryGetProperty("result", out _));
        JsonElement error = json.RootElement.GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetInt32());
        string text = error.GetProperty("message").GetString()!;
        if (message.StartsWith('*')) Assert.Contains(message.Trim('*'), text, StringComparison.Ordinal);
        else if (message.EndsWith('*')) Assert.StartsWith(message[..^1], text, StringComparison.Ordinal);
        else Assert.Equal(message, text);
    }

    [Fact]
    public async Task NotificationGetsNoReplyAndABatchGetsOneForEachRequest()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        (int status, byte[] reply, _) = await running.PostAsync("{\"jsonrpc\":\"2.0\",\"method\":\"node.Ready\",\"params\":[]}"u8.ToArray());
        Assert.Equal(200, status);
        Assert.Empty(reply);
        (status, reply, string? type) = await running.PostAsync(Encoding.UTF8.GetBytes(
            "[{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"node.Ready\",\"params\":[]},{\"jsonrpc\":\"2.0\",\"method\":\"node.Ready\",\"params\":[]},{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"x.Y\",\"params\":[]}]"));
        Assert.Equal(200, status);
        Assert.Equal("application/json", type);
        using JsonDocument json = JsonDocument.Parse(reply);
        Assert.Equal(2, json.RootElement.GetArrayLength());
        Assert.Equal("a", json.RootElement[0].GetProperty("id").GetString());
        Assert.True(json.RootElement[0].GetProperty("result").GetBoolean());
        Assert.Equal(-32601, json.RootElement[1].GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task BodyAboveTheLimitIsRefusedWithTheLimit()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        (int status, byte[] reply, _) = await running.PostAsync(new byte[16_777_217]);
        Assert.Equal(500, status);
        Assert.Contains("request bigger than maximum 16777216 allowed", Encoding.UTF8.GetString(reply), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokensDecideWhatMayBeCalled()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        byte[] ready = RunningServer.Body("node.Ready"), info = RunningServer.Body("node.Info"), submit = RunningServer.SubmitBody(null, RunningServer.Blob("a", 1));
        Assert.Contains("missing permission to invoke 'Ready' (need 'read')", await TextAsync(ready, ""), StringComparison.Ordinal);
        Assert.Contains("\"result\":true", await TextAsync(ready, running.Server.ReadToken), StringComparison.Ordinal);
        Assert.Contains("missing permission to invoke 'Submit' (need 'write')", await TextAsync(submit, running.Server.ReadToken), StringComparison.Ordinal);
        Assert.Contains("missing permission to invoke 'Info' (need 'admin')", await TextAsync(info, running.Server.WriteToken), StringComparison.Ordinal);
        Assert.Contains("missing permission to invoke 'SetFault' (need 'admin')", await TextAsync(RunningServer.Body("devnet.SetFault", "{\"kind\":\"halt\"}"), running.Server.WriteToken), StringComparison.Ordinal);
        Assert.Contains("v0.31.4", await TextAsync(info, running.Server.AdminToken), StringComparison.Ordinal);
        (int status, _, _) = await running.PostAsync(ready, "", $"?token={running.Server.ReadToken}");
        Assert.Equal(200, status);

        async Task<string> TextAsync(byte[] body, string token)
        {
            (int code, byte[] reply, _) = await running.PostAsync(body, token);
            Assert.Equal(200, code);
            return JsonDocument.Parse(reply).RootElement.GetRawText();
        }
    }

    [Fact]
    public async Task WrongTokenIsRefusedWithAnEmptyBody()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        AuthToken expired = new(RpcPermissions.UpTo(RpcPermission.Read), new CometTime(1, 0));
        string past = expired.Sign(running.Server.Node.Secret, new byte[32]), foreign = new AuthToken(expired.Allow, CometTime.Zero).Sign(new byte[32], new byte[32]);
        foreach (string token in (string[])["garbage", foreign, past, running.Server.ReadToken + "x"])
        {
            (int status, byte[] reply, string? type) = await running.PostAsync(RunningServer.Body("node.Ready"), token);
            Assert.Equal(401, status);
            Assert.Empty(reply);
            Assert.Null(type);
        }
        using var request = new HttpRequestMessage(HttpMethod.Post, running.Server.Endpoint) { Content = new ByteArrayContent(RunningServer.Body("node.Ready")) };
        request.Headers.TryAddWithoutValidation("Authorization", "bearer " + running.Server.ReadToken);
        using HttpResponseMessage lowerCase = await running.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, lowerCase.StatusCode);
        Assert.Empty(await lowerCase.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task TokensAreMadeAndVerified()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        string token = (await running.OkAsync("node.AuthNew", "[\"public\",\"read\"]")).GetString()!;
        Assert.Equal("[\"public\",\"read\"]", (await running.OkAsync("node.AuthVerify", $"\"{token}\"")).GetRawText());
        string soon = (await running.OkAsync("node.AuthNewWithExpiry", "[\"read\"],1")).GetString()!;
        await RunningServer.UntilAsync(() => running.Server.Node.Verify(soon) is null);
        Assert.Equal(401, (await running.PostAsync(RunningServer.Body("node.Ready"), soon)).Status);
        Assert.Contains("unmarshaling params", (await running.ErrorAsync("node.AuthNew", "[\"root\"]")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutAuthEveryoneMayDoEverythingFromAnyOrigin()
    {
        await using RunningServer running = await RunningServer.StartAsync(static options => options with { SkipAuth = true });
        using var request = new HttpRequestMessage(HttpMethod.Post, running.Server.Endpoint) { Content = new ByteArrayContent(RunningServer.Body("node.Info")) };
        request.Headers.Add("Origin", "http://example.org");
        using HttpResponseMessage response = await running.Http.SendAsync(request);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("\"type\":2", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TooManyRequestsAreTurnedAway()
    {
        await using RunningServer rated = await RunningServer.StartAsync(static options => options with { RequestsPerSecondMax = 1 });
        List<(int Status, byte[] Body, string? Type)> answers = [];
        for (int i = 0; i < 6; i++) answers.Add(await rated.PostAsync(RunningServer.Body("node.Ready")));
        Assert.Equal(200, answers[0].Status);
        (int status, byte[] text, _) = answers.First(static answer => answer.Status != 200);
        Assert.Equal(429, status);
        Assert.Equal("rate limit exceeded", Encoding.UTF8.GetString(text));

        await using RunningServer narrow = await RunningServer.StartAsync(static options => options with { ConcurrentRequestsMax = 1 });
        byte[] wait = RunningServer.Body("header.WaitForHeight", "2");
        Task<(int Status, byte[] Body, string? Type)> waiting = narrow.PostAsync(wait);
        int refused = 0;
        byte[] busy = [];
        while (refused != 503)
        {
            (refused, busy, _) = await narrow.PostAsync(RunningServer.Body("node.Ready"));
            // The one that waits may itself have been turned away.
            if (waiting.IsCompleted) (waiting, refused) = (narrow.PostAsync(wait), 0);
            await Task.Delay(5);
        }
        Assert.Equal("server busy, try again later", Encoding.UTF8.GetString(busy));
        await narrow.Server.ProduceBlockAsync();
        Assert.Equal(200, (await waiting).Status);
    }

    [Fact]
    public async Task HealthAndMetricsAreServed()
    {
        await using RunningServer running = await RunningServer.StartAsync();
        await running.PublishAsync(RunningServer.Blob("a", 1_000));
        string health = await running.Http.GetStringAsync(new Uri(running.Server.Endpoint, "/health")), metrics = await running.Http.GetStringAsync(new Uri(running.Server.Endpoint, "/metrics"));
        Assert.Contains("\"status\":\"ok\"", health, StringComparison.Ordinal);
        Assert.Contains("dsdn_da_server_height 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("dsdn_da_server_blob_bytes_total 1000\n", metrics, StringComparison.Ordinal);
        Assert.Contains("dsdn_da_server_requests_total{method=\"blob.Submit\",outcome=\"ok\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain(running.Server.AdminToken, metrics, StringComparison.Ordinal);
        using HttpResponseMessage other = await running.Http.GetAsync(new Uri(running.Server.Endpoint, "/other"));
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }
}
