using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Dsdn.Chain.Primitives;
using Dsdn.Services.Batches;

namespace Dsdn.Bench.Load;

/// <summary>A development network of one validator with storage nodes, each service in a process of its own, in a folder that goes away with it.</summary>
public sealed class BenchDevnet : IDisposable
{
    private const int ReadyMs = 180_000;

    private readonly Process _process;

    private BenchDevnet(string folder, Process process, JsonElement rows)
    {
        (Folder, _process) = (folder, process);
        Rpc = rows.GetProperty("homes")[0].GetProperty("rpc").GetString() ?? "";
        Services = [.. rows.GetProperty("services").EnumerateArray().Select(static row => new BenchService(Text(row, "name"), Text(row, "url"), Text(row, "directory"), Text(row, "address")))];
    }

    public string Folder { get; }

    public string Rpc { get; }

    public IReadOnlyList<BenchService> Services { get; }

    public BenchService Coordinator => Services.Single(static service => service.Name == "coordinator");

    public BenchService Ingress => Services.Single(static service => service.Name == "ingress");

    public IEnumerable<BenchService> Storage => Services.Where(static service => service.Name.StartsWith("storage", StringComparison.Ordinal));

    public LogAddress CoordinatorAddress => LogAddress.Parse(Coordinator.Address) ?? throw new InvalidOperationException("no coordinator");

    private static string Program => Environment.GetEnvironmentVariable("DSDN_PROGRAM") ?? throw new InvalidOperationException("run this through ./tests/bench");

    public static async Task<BenchDevnet> StartAsync(int zones)
    {
        string folder = Directory.CreateTempSubdirectory("dsdn-bench-").FullName;
        string[] line = ["--data", Path.Combine(folder, "net"), "--validators", "1", "--zones", zones.ToString(CultureInfo.InvariantCulture), "--port", "0", "--p2p-port", "0"];
        JsonElement rows = JsonSerializer.Deserialize<JsonElement>(await RunAsync(["dev", "init", .. line, "--json"]));
        Uri rpc = new(rows.GetProperty("homes")[0].GetProperty("rpc").GetString() ?? "");
        string p2p = (rows.GetProperty("homes")[0].GetProperty("p2p").GetString() ?? "").Split(':')[^1];
        Process process = Start(["dev", "up", "--processes", "--log-level", "warning", "--stop-with-input", .. line[..6], "--port", rpc.Port.ToString(CultureInfo.InvariantCulture), "--p2p-port", p2p, "--json"]);
        var network = new BenchDevnet(folder, process, rows);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        long started = Stopwatch.GetTimestamp();
        while (!await IsUpAsync(http, network.Ingress.Url))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started).TotalMilliseconds > ReadyMs) throw new InvalidOperationException($"the network did not start: {folder}");
            await Task.Delay(200);
        }
        return network;
    }

    /// <summary>The process of a service, by its folder.</summary>
    public static int PidOf(BenchService service)
    {
        foreach (string entry in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(entry), out int pid)) continue;
            try
            {
                string[] arguments = File.ReadAllText(Path.Combine(entry, "cmdline")).Split('\0');
                if (Array.IndexOf(arguments, "--data") is >= 0 and var at && arguments[at + 1] == service.Directory && !arguments.Contains("dev")) return pid;
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }
        throw new InvalidOperationException($"{service.Name} does not run");
    }

    /// <summary>The most memory that a process ever held, MiB; null where it ended.</summary>
    public static double? TryPeakMiB(int pid)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/status").FirstOrDefault(static line => line.StartsWith("VmHWM", StringComparison.Ordinal));
            return line is null ? null : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Gone at once.</summary>
    public static void Kill(BenchService service) => Process.GetProcessById(PidOf(service)).Kill();

    public static Process Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{Program} did not start");
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    public static async Task<string> RunAsync(IEnumerable<string> arguments)
    {
        using Process process = Start(arguments);
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"dsdn {string.Join(' ', arguments)}: exit {process.ExitCode}");
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(30_000)) _process.Kill(entireProcessTree: true);
        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static string Text(JsonElement row, string name) => row.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";

    private static async Task<bool> IsUpAsync(HttpClient http, string url)
    {
        try
        {
            using HttpResponseMessage response = await http.GetAsync(url + "/health");
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}

/// <param name="Url">Of its operator's endpoint.</param>
/// <param name="Address">Where it serves.</param>
public sealed record BenchService(string Name, string Url, string Directory, string Address);
