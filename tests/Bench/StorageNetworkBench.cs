using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Dsdn.Bench.Load;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Genesis;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Files;
using Dsdn.Sdk.Rpc;
using Dsdn.Storage.Disk;
using Dsdn.Transfers;
using Dsdn.Transfers.Catalogs;
using Dsdn.Transfers.Downloading;
using Dsdn.Transfers.Network;
using Dsdn.Transfers.Sources;
using Dsdn.Transfers.Uploading;

namespace Dsdn.Bench;

/// <summary>
/// What a user of the storage network sees, on a development network of processes on this machine: four zones of two nodes, one validator. Beside it, in the same run, what
/// hashing and writing alone cost, and nginx with TLS. Everything shares the machine's cores.
/// </summary>
public static class StorageNetworkBench
{
    private const long FileBytes = 1L << 30;
    private const int ChunkBytes = 16 << 20, Copies = 3, SmallPuts = 40, RangeReads = 400, WarmReads = 200, RangeBytes = 64 << 10, UserAccount = 9;
    private const long LongFileBytes = 10L << 30;

    public static void Run(TextWriter output) => RunAsync(output).GetAwaiter().GetResult();

    private static async Task RunAsync(TextWriter output)
    {
        using BenchDevnet net = await BenchDevnet.StartAsync(zones: 4);
        using Account account = Account.FromPrivateKey(DevnetKeys.PrivateKey(UserAccount));
        using WalletKeys keys = account.DeriveFileKeys();
        using var rpc = new RpcClient(new Uri(net.Rpc));
        using StorageNetwork network = await ConnectAsync(net, rpc);
        Hash256 agreement = await OpenAsync(net);
        string file = Path.Combine(net.Folder, "file.bin"), back = Path.Combine(net.Folder, "back");
        Fill(file, FileBytes);
        var uploader = new Uploader(network, account, keys);
        // Also warms up all nodes.
        await MemoryAsync(output, net, file, FileBytes);

        long started = Stopwatch.GetTimestamp();
        UploadResult uploaded = await uploader.UploadAsync(Request(agreement, file, net, isPublic: false), new TransferProgress(), CancellationToken.None);
        double upload = Rate(FileBytes, started);
        double alone = HashAndWrite(net.Folder, file);
        new Figure("storage.network.upload", upload, "MB/s", "eight hashes and three synced writes alone, two threads", alone, "1 GiB, encrypted, three nodes, mutual TLS, certified and read back").Print(output);
        new Figure("storage.network.node.memory", net.Storage.Max(static node => BenchDevnet.TryPeakMiB(BenchDevnet.PidOf(node)) ?? 0), "MiB", Note: "the largest storage node").Print(output);

        (CatalogEntry entry, _) = await new Catalog(network, keys, account.Address).FindAsync(uploaded.ManifestId.ToString(), CancellationToken.None);
        started = Stopwatch.GetTimestamp();
        await new Downloader(network).GetAsync(entry.Manifest.Entries, back, false, new TransferProgress(), CancellationToken.None);
        double download = Rate(FileBytes, started);
        if (!Digest(file).AsSpan().SequenceEqual(Digest(Path.Combine(back, "file.bin")))) throw new InvalidOperationException("what came back is something else");
        using NginxTls? nginx = NginxTls.TryStart(net.Folder);
        new Figure("storage.network.download", download, "MB/s", "nginx with TLS, curl to a file", nginx?.Download("file.bin"), "1 GiB, every block proved, every chunk hashed, decrypted").Print(output);

        double[] puts = new double[SmallPuts];
        for (int i = 0; i < SmallPuts; i++)
        {
            string small = Path.Combine(net.Folder, string.Create(CultureInfo.InvariantCulture, $"small{i}"));
            Fill(small, 1_024);
            started = Stopwatch.GetTimestamp();
            await uploader.UploadAsync(Request(agreement, small, net, isPublic: false), new TransferProgress(), CancellationToken.None);
            puts[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
        Array.Sort(puts);
        new Figure("storage.network.put.1k.p50", puts[SmallPuts / 2], "ms", Note: string.Create(CultureInfo.InvariantCulture, $"to certified and read back, content and manifest; p95 {puts[SmallPuts * 95 / 100]:F0} ms")).Print(output);

        UploadResult open = await uploader.UploadAsync(Request(agreement, file, net, isPublic: true), new TransferProgress(), CancellationToken.None);
        double ours = await RangesAsync(new Uri($"{net.Ingress.Address}/object/{Convert.ToHexStringLower(open.Objects[0].Object.Span)}"), null);
        double? theirs = nginx is null ? null : await RangesAsync(nginx.Url("file.bin"), nginx.Handler());
        new Figure("storage.network.range.64k.p50", ours, "ms", "nginx with TLS", theirs, "random ranges of 1 GiB over the ingress, each at most once").Print(output);

        await RepairAsync(output, net, uploaded.ContentBytes * 3);
        if (Environment.GetEnvironmentVariable("DSDN_LONG") == "1")
        {
            Fill(file, LongFileBytes);
            await MemoryAsync(output, net, file, LongFileBytes);
        }
        if (nginx is null) output.WriteLine("""{"note":"nginx is not installed: apt-get install -y nginx-light"}""");
    }

    /// <summary>As a user uploads: a process of its own.</summary>
    private static async Task MemoryAsync(TextWriter output, BenchDevnet net, string file, long bytes)
    {
        long started = Stopwatch.GetTimestamp();
        using Process upload = BenchDevnet.Start(["upload", file, "--rpc", net.Rpc, "--coordinator", net.Coordinator.Address, "--home", Path.Combine(net.Folder, "home"), "--json"]);
        upload.BeginOutputReadLine();
        double peak = 0;
        while (!upload.HasExited)
        {
            peak = BenchDevnet.TryPeakMiB(upload.Id) ?? peak;
            await Task.Delay(100);
        }
        if (upload.ExitCode != 0) throw new InvalidOperationException($"dsdn upload: exit {upload.ExitCode}");
        new Figure("storage.network.upload.memory", peak, "MiB", Note: string.Create(CultureInfo.InvariantCulture, $"dsdn upload of {bytes >> 30} GiB, {Rate(bytes, started):F0} MB/s with the start of the process")).Print(output);
    }

    /// <summary>A zone dies with its two nodes: what of all content lay there is stored again in the fourth.</summary>
    private static async Task RepairAsync(TextWriter output, BenchDevnet net, long contentBytes)
    {
        foreach (BenchService node in net.Storage.TakeLast(2).ToArray()) BenchDevnet.Kill(node);
        using var http = new HttpClient();
        async Task<JsonElement> StatusAsync() => await http.GetFromJsonAsync<JsonElement>(net.Coordinator.Url + "/status");
        while ((await StatusAsync()).GetProperty("nodesGone").GetInt32() < 2) await Task.Delay(100);
        long started = Stopwatch.GetTimestamp();
        int most = 0;
        for (int empty = 0; empty < 5;)
        {
            await Task.Delay(200);
            JsonElement status = await StatusAsync();
            int queue = status.GetProperty("repairQueue").GetInt32() + status.GetProperty("degradedChunks").GetInt32();
            most = Math.Max(most, queue);
            empty = queue == 0 && most > 0 ? empty + 1 : 0;
            if (Stopwatch.GetElapsedTime(started).TotalMinutes > 5) throw new InvalidOperationException($"not repaired: {status}");
        }
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds - 1;
        new Figure("storage.network.repair", seconds, "s", Note: string.Create(CultureInfo.InvariantCulture,
            $"from down to full margins, {most} chunks of {contentBytes >> 20} MiB stored at once; 10 s of it a copy is given to come back")).Print(output);
    }

    private static async Task<StorageNetwork> ConnectAsync(BenchDevnet net, RpcClient rpc)
    {
        JsonElement info = await rpc.CallAsync("dsdn_nodeInfo", CancellationToken.None);
        return new StorageNetwork(new ChainIdentity(info.Field("chainId").ToUInt64(), info.Field("genesisHash").ToHash()), [net.CoordinatorAddress], new ChainValidatorSets(new ChainClient(rpc)), TimeProvider.System);
    }

    private static async Task<Hash256> OpenAsync(BenchDevnet net)
    {
        string home = Path.Combine(net.Folder, "home"), secret = Path.Combine(net.Folder, "secret");
        Directory.CreateDirectory(home);
        await File.WriteAllTextAsync(secret, Convert.ToHexString(DevnetKeys.PrivateKey(UserAccount)));
        Environment.SetEnvironmentVariable("DSDN_PASSWORD", "the password of a bench");
        await BenchDevnet.RunAsync(["keys", "import", "bench", "--file", secret, "--home", home]);
        JsonElement opened = JsonSerializer.Deserialize<JsonElement>(await BenchDevnet.RunAsync(["agreement", "open", "16GiB", "--for", "30d", "--yes", "--rpc", net.Rpc, "--home", home, "--json"]));
        if (!Hash256.TryParse(opened.GetProperty("agreement").GetString() ?? "", out Hash256 id)) throw new InvalidOperationException("no agreement");
        await Task.Delay(5_000); // until the log has it from the chain
        return id;
    }

    private static UploadRequest Request(Hash256 agreement, string file, BenchDevnet net, bool isPublic) =>
        new(agreement, ChunkCoding.Replicas, isPublic, SourceScan.Of([file], null, []).Items, Path.Combine(net.Folder, Path.GetFileName(file) + (isPublic ? ".public" : "") + ".journal"));

    private static void Fill(string path, long bytes)
    {
        using FileStream file = File.Create(path);
        byte[] block = new byte[Math.Min(bytes, 1 << 20)];
        for (long left = bytes; left > 0; left -= block.Length)
        {
            RandomNumberGenerator.Fill(block);
            file.Write(block);
        }
    }

    /// <summary>Id and root by the client and by three nodes, and three copies on the disk: what no implementation can leave out.</summary>
    private static double HashAndWrite(string folder, string file)
    {
        long started = Stopwatch.GetTimestamp();
        if (!FolderDisk.TryOpen(Path.Combine(folder, "alone"), out FolderDisk? disk).IsDone || disk is null) throw new InvalidOperationException("no disk");
        using (disk)
            Parallel.For(0, (int)(FileBytes / ChunkBytes), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            {
                byte[] chunk = new byte[ChunkBytes];
                using (var source = File.OpenHandle(file)) RandomAccess.Read(source, chunk, (long)i * ChunkBytes);
                ChunkHasher.Of(chunk);
                for (int copy = 0; copy < Copies; copy++)
                {
                    ChunkHasher.Of(chunk);
                    string name = string.Create(CultureInfo.InvariantCulture, $"{i}-{copy}");
                    using (IDiskFile target = disk.CreateLarge("", name))
                    {
                        target.Write(chunk, 0);
                        target.Sync();
                    }
                    disk.Delete("", name);
                }
            });
        return Rate(FileBytes, started);
    }

    private static async Task<double> RangesAsync(Uri url, HttpMessageHandler? handler)
    {
        using var http = new HttpClient(handler ?? new SocketsHttpHandler());
        int[] places = [.. Enumerable.Range(0, (int)(FileBytes / RangeBytes))];
        Random.Shared.Shuffle(places);
        double[] times = new double[RangeReads];
        for (int i = -WarmReads; i < RangeReads; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            long from = (long)places[i + WarmReads] * RangeBytes;
            request.Headers.Range = new RangeHeaderValue(from, from + RangeBytes - 1);
            long started = Stopwatch.GetTimestamp();
            using HttpResponseMessage response = await http.SendAsync(request);
            if ((await response.Content.ReadAsByteArrayAsync()).Length != RangeBytes) throw new InvalidOperationException($"{url}: {response.StatusCode}");
            if (i >= 0) times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
        Array.Sort(times);
        return times[RangeReads / 2];
    }

    private static double Rate(long bytes, long started) => bytes / 1e6 / Stopwatch.GetElapsedTime(started).TotalSeconds;

    private static byte[] Digest(string path)
    {
        using FileStream file = File.OpenRead(path);
        return SHA256.HashData(file);
    }
}
