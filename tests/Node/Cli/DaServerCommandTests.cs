using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Dsdn.DaServer;
using Dsdn.DaServer.Faults;
using Dsdn.Host;

namespace Dsdn.Node.Tests.Cli;

/// <summary><c>dsdn da</c> as a process that is killed, and <c>dsdn da fault</c>.</summary>
public sealed class DaServerCommandTests : IDisposable
{
    private const int PatienceMs = 120_000;

    private readonly CliRun _run = new() { Host = static context => [DaCommand.Create(context)] };

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task FaultsAreSetListedAndClearedFromTheCommandLine()
    {
        await using DaServerProcess server = await StartAsync();
        string url = server.Endpoint.ToString();
        await _run.ExpectAsync(0, $"da fault set delay=1@blob.Submit*3 --url {url} --json");
        Assert.Equal(1, _run.Json.GetProperty("id").GetInt32());
        await _run.ExpectAsync(0, $"da fault set halt --url {url}");
        await _run.ExpectAsync(0, $"da fault list --url {url} --json");
        Assert.Equal(["delay", "halt"], _run.Json.GetProperty("faults").EnumerateArray().Select(static fault => fault.GetProperty("kind").GetString()));
        Assert.Equal([new FaultRule(FaultKind.Delay, "blob.Submit", 1, 3), new FaultRule(FaultKind.Halt)], server.Faults.List().Select(static fault => fault.Rule));
        await _run.ExpectAsync(0, $"da fault clear halt --url {url} --json");
        Assert.Equal(1, _run.Json.GetProperty("cleared").GetInt32());
        await _run.ExpectAsync(0, $"da fault clear --url {url}");
        Assert.Empty(server.Faults.List());
    }

    [Fact]
    public async Task WrongFaultIsAUsageErrorAndAServerThatIsAwayIsUnreachable()
    {
        await using DaServerProcess server = await StartAsync();
        await _run.ExpectAsync(2, $"da fault set nothing --url {server.Endpoint}");
        Assert.Contains("drop-reply", _run.Error, StringComparison.Ordinal);
        await _run.ExpectAsync(2, "da --listen nowhere");
        await _run.ExpectAsync(2, "da --api-version v9");
        await _run.ExpectAsync(2, "da --fault nothing");
        await _run.ExpectAsync(2, "da --listen 127.0.0.1:0"); // the folder is in use
        await _run.ExpectAsync(3, "da fault list --url http://127.0.0.1:1");
        File.Delete(Path.Combine(_run.Home, "da", "tokens", "admin.jwt"));
        await _run.ExpectAsync(1, $"da fault list --url {server.Endpoint}");
        Assert.Contains("missing permission", _run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KilledServerGoesOnWithWhatItHasAnswered()
    {
        string folder = Path.Combine(_run.Home, "da");
        Namespace.TryUser("killed"u8, out Namespace name);
        ulong last = 0;
        for (int round = 0; round < 2; round++)
        {
            using Process server = Start(folder);
            try
            {
                Uri endpoint = await ReadyAsync(server);
                using HttpClient http = new() { Timeout = TimeSpan.FromMilliseconds(PatienceMs) };
                http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(folder, "tokens", "write.jwt"))).Trim());
                if (last > 0) Assert.Equal(1, (await CallAsync(http, endpoint, CelestiaCalls.GetAll(RpcId.Of(1), last, [name]))).GetArrayLength());
                Blob.TryCreate(name, Encoding.ASCII.GetBytes($"round {round}"), out Blob? blob);
                ulong height = (await CallAsync(http, endpoint, CelestiaCalls.Submit(RpcId.Of(1), [(blob!, ShareCommitment.Of(blob!))], new SubmitOptions()))).GetUInt64();
                Assert.True(height > last);
                last = height;
            }
            finally
            {
                server.Kill();
                await server.WaitForExitAsync();
            }
        }
        await using DaServerProcess after = await StartAsync();
        Assert.True(after.Height >= last);
        Assert.True(after.BalanceUtia < 1_000_000_000_000);
    }

    private Task<DaServerProcess> StartAsync() =>
        DaServerProcess.StartAsync(new DaServerOptions { DataFolder = Path.Combine(_run.Home, "da"), Listen = new IPEndPoint(IPAddress.Loopback, 0), BlockTimeMs = 0 });

    private static Process Start(string folder)
    {
        var info = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (string argument in (string[])[Path.Combine(AppContext.BaseDirectory, "dsdn.dll"), "da", "--data", folder, "--listen", "127.0.0.1:0", "--block-time", "50", "--log-level", "error", "--lang", "en", "--stop-with-input"])
            info.ArgumentList.Add(argument);
        return Process.Start(info) ?? throw new InvalidOperationException("not started");
    }

    private static async Task<Uri> ReadyAsync(Process server)
    {
        using var limit = new CancellationTokenSource(PatienceMs);
        string line = await server.StandardOutput.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException("it ended");
        const string Before = "ready at ";
        int at = line.IndexOf(Before, StringComparison.Ordinal) + Before.Length;
        return new Uri(line[at..line.IndexOf(": chain", StringComparison.Ordinal)]);
    }

    private static async Task<JsonElement> CallAsync(HttpClient http, Uri endpoint, byte[] body)
    {
        using HttpResponseMessage response = await http.PostAsync(endpoint, new ByteArrayContent(body));
        RpcReply reply = RpcReply.ReadHttp((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(), RpcId.Of(1));
        Assert.True(reply.Error is null, reply.Error?.Message);
        return reply.Result;
    }
}
