using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Dsdn.DaServer;

namespace Dsdn.Bench;

/// <summary>The development DA server: a block with one blob of 1 MiB, from the transaction that waits to the synced file.</summary>
public static class DaServerBench
{
    private const int BlobBytes = 1 << 20;
    private const int Blocks = 40;
    private const int PatienceMs = 60_000;

    public static void Run(TextWriter output) => RunAsync(output).GetAwaiter().GetResult();

    private static async Task RunAsync(TextWriter output)
    {
        string folder = Path.Combine(Path.GetTempPath(), "dsdn-bench-da-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
        try
        {
            List<double> full = [], work = [], empty = [], submits = [];
            await using (DaServerProcess server = await DaServerProcess.StartAsync(new DaServerOptions { DataFolder = folder, Listen = new IPEndPoint(IPAddress.Loopback, 0), BlockTimeMs = 0 }))
            {
                using HttpClient http = new() { Timeout = TimeSpan.FromMilliseconds(PatienceMs) };
                http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.WriteToken);
                for (int i = 0; i < Blocks; i++)
                {
                    byte[] body = Submit();
                    long begun = Stopwatch.GetTimestamp();
                    Task<HttpResponseMessage> submit = http.PostAsync(server.Endpoint, new ByteArrayContent(body));
                    while (await WaitingAsync(http, server.Endpoint) == 0) await Task.Delay(1);
                    submits.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                    TimeSpan before = Environment.CpuUsage.TotalTime;
                    full.Add(await TimeAsync(server));
                    work.Add((Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
                    using HttpResponseMessage answer = await submit;
                    if (!RpcReply.ReadHttp((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(), RpcId.Of(1)).Result.TryGetUInt64(out ulong height) || height != server.Height) throw new InvalidOperationException("the blob is in no block");
                    empty.Add(await TimeAsync(server));
                }
            }
            new Figure("da.server.block", full.Min(), "ms", Note: string.Create(CultureInfo.InvariantCulture, $"one blob of 1 MiB: square, extension, all roots, trees, header, synced file; median {Median(full):F1}, least time of processors {work.Min():F1}; goal 60")).Print(output);
            new Figure("da.server.block.empty", empty.Min(), "ms", Note: string.Create(CultureInfo.InvariantCulture, $"header, signature, synced file; median {Median(empty):F2}")).Print(output);
            new Figure("da.server.accept", submits.Min(), "ms", Note: string.Create(CultureInfo.InvariantCulture, $"1 MiB from HTTP to the mempool, with its commitment; median {Median(submits):F1}")).Print(output);
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> TimeAsync(DaServerProcess server)
    {
        long begun = Stopwatch.GetTimestamp();
        await server.ProduceBlockAsync();
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    private static async Task<int> WaitingAsync(HttpClient http, Uri endpoint)
    {
        const string Gauge = "\ndsdn_da_server_mempool_transactions ";
        string metrics = await http.GetStringAsync(new Uri(endpoint, "/metrics"));
        int at = metrics.IndexOf(Gauge, StringComparison.Ordinal) + Gauge.Length;
        return int.Parse(metrics.AsSpan(at, metrics.IndexOf('\n', at) - at), CultureInfo.InvariantCulture);
    }

    private static byte[] Submit()
    {
        Namespace.TryUser("dsdn-bench"u8, out Namespace name);
        Blob.TryCreate(name, RandomNumberGenerator.GetBytes(BlobBytes), out Blob? blob);
        return blob is null ? throw new InvalidOperationException("the blob is refused") : CelestiaCalls.Submit(RpcId.Of(1), [(blob, ShareCommitment.Of(blob))], new SubmitOptions());
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
