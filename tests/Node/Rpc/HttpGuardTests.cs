using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Dsdn.Chain.Rpc;

namespace Dsdn.Node.Tests.Rpc;

/// <summary>What is refused before JSON is looked at, and what browsers are told.</summary>
public sealed class HttpGuardTests
{
    private const string ChainId = """{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}""";

    [Theory]
    [InlineData(null, 415)]
    [InlineData("text/plain", 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData("application/json", 200)]
    [InlineData("application/json; charset=utf-8", 200)]
    [InlineData("Application/JSON", 200)]
    public async Task Only_json_content_is_read(string? type, int status)
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        var answer = await client.Send("POST", ChainId, type);
        Assert.Equal(status, answer.Status);
        Assert.Equal(status != 200, JsonNode.Parse(answer.Body)!["error"] is not null);
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("localhost:8545", true)]
    [InlineData("127.0.0.1:8545", true)]
    [InlineData("[::1]:8545", true)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example:8545", false)]
    public async Task A_page_that_rebinds_its_name_to_this_machine_is_refused(string host, bool isAllowed)
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        Assert.Equal(isAllowed ? 200 : 403, (await client.Send("POST", ChainId, "application/json", ("Host", host))).Status);
    }

    [Fact]
    public async Task Browsers_may_read_only_from_listed_origins()
    {
        await using RpcTestNode node = await RpcTestNode.Start(o => o with { CorsOrigins = ["https://wallet.example"] });
        using var client = new RpcClient(node.Url);
        var listed = await client.Send("OPTIONS", (string?)null, null, ("Origin", "https://wallet.example"), ("Access-Control-Request-Method", "POST"));
        Assert.Equal("https://wallet.example", Assert.Single(listed.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Contains("content-type", Assert.Single(listed.Headers.GetValues("Access-Control-Allow-Headers")), StringComparison.Ordinal);
        var other = await client.Send("OPTIONS", (string?)null, null, ("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST"));
        Assert.False(other.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_foreign_page_cannot_open_a_websocket()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var socket = new System.Net.WebSockets.ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "https://evil.example");
        await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => socket.ConnectAsync(node.WebSocketUrl, default));
    }

    [Fact]
    public async Task A_body_above_the_limit_is_refused_with_and_without_its_length_told()
    {
        await using RpcTestNode node = await RpcTestNode.Start(o => o with { BodyBytesMax = 10_000 });
        using var client = new RpcClient(node.Url);
        string large = "[\"" + new string('x', 20_000) + "\"]";
        Assert.Equal(413, (await client.Send("POST", large, "application/json")).Status);
        Assert.StartsWith("HTTP/1.1 413", await Chunked(node, large), StringComparison.Ordinal);
        Assert.Equal(200, (await client.Send("POST", ChainId, "application/json")).Status);
    }

    [Fact]
    public async Task Other_methods_and_paths_are_refused()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var client = new RpcClient(node.Url);
        Assert.Equal(405, (await client.Send("PUT", ChainId, "application/json")).Status);
        Assert.Equal(405, (await client.Send("DELETE", (string?)null, null)).Status);
        var get = await client.Send("GET", (string?)null, null);
        Assert.Equal((200, ""), (get.Status, get.Body));
        using var metrics = new RpcClient(new Uri(node.Url, "metrics"));
        Assert.Equal(404, (await metrics.Send("GET", (string?)null, null)).Status);
    }

    [Fact]
    public async Task Health_and_metrics_of_the_node_are_served_where_it_gives_them()
    {
        await using RpcTestNode node = await RpcTestNode.Start(hooks: h => h with
        {
            Health = () => new HealthReport(503, """{"healthy":false}"""), Metrics = () => "dsdn_up 1\n",
        });
        using var health = new RpcClient(new Uri(node.Url, "health"));
        var report = await health.Send("GET", (string?)null, null);
        Assert.Equal((503, """{"healthy":false}"""), (report.Status, report.Body));
        using var metrics = new RpcClient(new Uri(node.Url, "metrics"));
        Assert.Equal("dsdn_up 1\n", (await metrics.Send("GET", (string?)null, null)).Body);
    }

    [Fact]
    public async Task A_namespace_that_is_not_listed_does_not_exist()
    {
        await using RpcTestNode node = await RpcTestNode.Start(o => o with { Namespaces = ["eth"] });
        using var client = new RpcClient(node.Url);
        Assert.Equal("0x45b7", (string?)await client.Result("eth_chainId"));
        Assert.Equal((-32601, "the method net_version does not exist/is not available"), await client.Error("net_version"));
        Assert.Equal(-32601, (await client.Error("evm_mine")).Code);
    }

    [Fact]
    public async Task A_body_that_comes_byte_by_byte_is_answered()
    {
        await using RpcTestNode node = await RpcTestNode.Start();
        using var socket = new TcpClient("127.0.0.1", node.Server.Port);
        NetworkStream stream = socket.GetStream();
        string request = $"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {ChainId.Length}\r\nConnection: close\r\n\r\n{ChainId}";
        foreach (byte b in Encoding.ASCII.GetBytes(request)) await stream.WriteAsync(new[] { b });
        Assert.EndsWith("""{"jsonrpc":"2.0","id":1,"result":"0x45b7"}""", await new StreamReader(stream).ReadToEndAsync(), StringComparison.Ordinal);
    }

    private static async Task<string> Chunked(RpcTestNode node, string body)
    {
        using var socket = new TcpClient("127.0.0.1", node.Server.Port);
        NetworkStream stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n"));
        byte[] buffer = new byte[4096];
        int read = await stream.ReadAsync(buffer);
        return Encoding.ASCII.GetString(buffer, 0, read);
    }
}
