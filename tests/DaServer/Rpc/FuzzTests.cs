using System.Text;
using Dsdn.Celestia.Rpc;

namespace Dsdn.DaServer.Tests.Rpc;

/// <summary>Whatever is sent, something is answered and the server lives.</summary>
public sealed class FuzzTests
{
    private const int Rounds = 1_500;

    private static readonly string[] Values =
    [
        "null", "0", "1", "2", "-1", "18446744073709551615", "1e400", "1.5", "true", "\"\"", "\"x\"", "[]", "{}", "[null]", "[[]]", "[{}]", "{\"namespace\":null}", "\"\\ud800\"",
        "\"AAAAAAAAAAAAAAAAAAAAAAAAAGRzZG4uLi4uLi4=\"", "[\"AAAAAAAAAAAAAAAAAAAAAAAAAGRzZG4uLi4uLi4=\"]", "\"/////////////////////////////////////w==\"", "\"////////////////////////////////////////\"",
        "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"", "[{\"namespace\":\"AAAAAAAAAAAAAAAAAAAAAAAAAGRzZG4uLi4uLi4=\",\"data\":\"AA==\"}]", "{\"header\":{\"height\":\"1\"}}", "{\"kind\":\"delay\",\"value\":0,\"times\":1}", "9223372036854775807",
    ];

    [Theory]
    [InlineData(NodeVersion.V0_16, 1)]
    [InlineData(NodeVersion.V0_31, 2)]
    public async Task CallsWithAnyParametersAreAnswered(NodeVersion version, int seed)
    {
        Random random = new(seed);
        await using RunningServer running = await RunningServer.StartAsync(options => options with { ApiVersion = version, SubmitTimeoutMs = 1 });
        Assert.Equal(CallFault.UnknownOutcome, (await running.ErrorAsync(RunningServer.SubmitBody(null, RunningServer.Blob("dsdn", 3_000)))).Fault);
        await running.Server.ProduceBlockAsync();
        // Those that wait for what does not come, or end the work, are tested elsewhere.
        string[] methods = [.. RpcMethod.Of(version).Where(static method => method.Name != RpcMethod.WaitForHeight).Select(static method => method.Name), "devnet.Faults", "blobstream.GetDataRootTupleRoot", "node.AuthNewWithExpiry", "devnet.ClearFaults"];
        for (int i = 0; i < Rounds; i++)
        {
            string method = methods[random.Next(methods.Length)];
            int count = RpcMethod.Of(version).FirstOrDefault(known => known.Name == method)?.ParamCount ?? random.Next(4);
            string[] values = [.. Enumerable.Range(0, count).Select(_ => Values[random.Next(Values.Length)])];
            // The height above the head is waited for.
            if (count > 0 && values[0] == "2" && running.Server.Height == 1) values[0] = "1";
            (int status, byte[] reply, _) = await running.PostAsync(RunningServer.Body(method, string.Join(',', values)));
            Assert.True(status is 200 or 500, $"{method}({string.Join(',', values)}): {status}");
            Assert.DoesNotContain("panic", Encoding.UTF8.GetString(reply), StringComparison.Ordinal);
        }
        await running.OkAsync("node.Ready");
    }

    [Fact]
    public async Task MutatedBodiesAreAnswered()
    {
        Random random = new(3);
        await using RunningServer running = await RunningServer.StartAsync(static options => options with { SubmitTimeoutMs = 1 });
        byte[] seed = RunningServer.SubmitBody(new SubmitOptions(KeyName: "default"), RunningServer.Blob("dsdn", 40));
        for (int i = 0; i < Rounds; i++)
        {
            byte[] body = [.. seed];
            for (int changes = random.Next(1, 6); changes > 0; changes--) body[random.Next(body.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) body = body[..random.Next(body.Length)];
            (int status, byte[] reply, _) = await running.PostAsync(body);
            Assert.True(status is 200 or 400 or 500, $"{status}");
            Assert.DoesNotContain("panic", Encoding.UTF8.GetString(reply), StringComparison.Ordinal);
        }
        await running.OkAsync("node.Ready");
    }
}
