using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Dsdn.Cli.Display;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Cli.Commands;

/// <summary><c>dsdn doctor</c>: what this machine needs and whether the node answers. Problems exit with the class of the first.</summary>
internal static class DoctorCommand
{
    private const long DiskBytesMin = 2L * 1024 * 1024 * 1024;
    private const ulong ClockSkewSecondsMax = 60;

    private static readonly (string Library, string Package)[] Libraries =
        [("librocksdb.so.7.8", "librocksdb7.8"), ("libsecp256k1.so.1", "libsecp256k1-1"), ("libsodium.so.23", "libsodium23")];

    private enum Outcome { Ok, Warning, Problem }

    private sealed record Check(string Name, Outcome Outcome, string Detail, ErrorClass Class = ErrorClass.Usage);

    public static Command Create(CommandContext context) => context.Leaf("doctor", async (run, cancel) =>
    {
        var checks = new List<Check>
        {
            new("dsdn", Outcome.Ok, VersionAction.Version),
            new("runtime", Outcome.Ok, $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, {System.Environment.ProcessorCount} CPU"),
        };
        checks.AddRange(Libraries.Select(Library));
        checks.Add(Disk(run.Home));
        checks.AddRange(Keys(run));
        checks.AddRange(await NodeAsync(run, cancel));
        Check? first = checks.FirstOrDefault(check => check.Outcome == Outcome.Problem);
        return new Report { ExitCode = first is null ? 0 : (int)first.Class }.AddTable("checks", ["check", "status", "detail"],
            checks.Select(check => (IReadOnlyList<Cell>)[check.Name, Shown(run, check.Outcome), check.Detail]).ToArray());
    });

    private static Cell Shown(Invocation run, Outcome outcome) => outcome switch
    {
        Outcome.Ok => new Cell("ok", run.Texts["text.ok"]),
        Outcome.Warning => new Cell("warning", run.Texts["text.warning"]),
        _ => new Cell("problem", run.Texts["text.bad"]),
    };

    private static Check Library((string Library, string Package) wanted)
    {
        if (!NativeLibrary.TryLoad(wanted.Library, out nint handle)) return new Check(wanted.Library, Outcome.Problem, $"apt-get install -y {wanted.Package}");
        NativeLibrary.Free(handle);
        return new Check(wanted.Library, Outcome.Ok, wanted.Package);
    }

    private static Check Disk(string home)
    {
        string existing = home;
        while (!Directory.Exists(existing)) existing = Path.GetDirectoryName(existing) ?? "/";
        long free = new DriveInfo(existing).AvailableFreeSpace;
        return new Check("disk", free >= DiskBytesMin ? Outcome.Ok : Outcome.Warning, $"{existing}: {(free / (1024 * 1024)).ToString(CultureInfo.InvariantCulture)} MiB");
    }

    private static IEnumerable<Check> Keys(Invocation run)
    {
        IReadOnlyList<KeyEntry> keys = run.Keys.List();
        yield return new Check("keys", Outcome.Ok, $"{run.Keys.Folder}: {keys.Count.ToString(CultureInfo.InvariantCulture)}");
        foreach (KeyEntry key in keys)
        {
            if (PrivateFile.IsExposed(key.Path)) yield return new Check(key.Name, Outcome.Problem, $"chmod 600 {key.Path}", ErrorClass.Key);
        }
    }

    private static async Task<IEnumerable<Check>> NodeAsync(Invocation run, CancellationToken cancel)
    {
        try
        {
            ulong chainId = await run.Chain.ChainIdAsync(cancel);
            string client = (await run.Rpc.CallAsync("web3_clientVersion", cancel)).ToText();
            var found = new List<Check>
            {
                new("rpc", Outcome.Ok, $"{run.Rpc.Endpoint} {client}"),
                new("network", NetworkName.Of(chainId) == "unknown" ? Outcome.Warning : Outcome.Ok, $"{NetworkName.Of(chainId)} ({chainId.ToString(CultureInfo.InvariantCulture)})"),
            };
            if (await run.Chain.BlockAsync(BlockRef.Latest, transactions: false, cancel) is { } head) found.Add(Clock(head));
            return found;
        }
        catch (DsdnException failure)
        {
            return [new Check("rpc", Outcome.Problem, $"{run.Rpc.Endpoint}: {failure.Error.Details ?? failure.Error.Code}", failure.Error.Class)];
        }
    }

    /// <summary>A head from the future means that this clock is behind, or the network's is ahead.</summary>
    private static Check Clock(JsonElement head)
    {
        ulong block = head.Field("timestamp").ToUInt64();
        ulong now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        bool ahead = block > now + ClockSkewSecondsMax;
        return new Check("clock", ahead ? Outcome.Warning : Outcome.Ok,
            $"{DateTimeOffset.UtcNow.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)}, head {(block > now ? block - now : now - block).ToString(CultureInfo.InvariantCulture)} s {(block > now ? "ahead" : "ago")}");
    }
}
