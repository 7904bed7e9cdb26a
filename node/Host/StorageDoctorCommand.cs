using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Grpc;
using Dsdn.Node;
using Dsdn.Node.Configuration;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules;
using Dsdn.Sdk.Rpc;
using Dsdn.Services.Batches;
using Dsdn.Services.Batches.Wire;
using Dsdn.StorageNode;
using Dsdn.StorageNode.Keys;
using Dsdn.StorageNode.Storing;

namespace Dsdn.Host;

/// <summary><c>dsdn storage doctor</c>: whether a storage node can do its work from here. Also while it runs; changes nothing. Problems exit with the class of the first.</summary>
internal static class StorageDoctorCommand
{
    private const ulong ClockSkewSecondsMax = 60;
    private const uint WriteKibPerSecondMin = 10 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private sealed record Check(string Name, bool IsGood, string Detail, ErrorClass Class = ErrorClass.Usage);

    public static Command Create(CommandContext context)
    {
        var flags = new StorageFlags(context);
        return context.Leaf("storage.doctor", (run, cancel) => NodeFailures.CodedAsync(async () =>
        {
            StorageNodeOptions options = flags.Read(run);
            (List<Check> checks, Hash256 id, Hash256 fingerprint) = Local(run, options);
            checks.AddRange(await ChainAsync(run, id, fingerprint, cancel));
            foreach (LogAddress source in options.LogSources) checks.Add(await LogAsync(options, source, cancel));
            checks.Add(await ReachAsync(options, cancel));
            Check? first = checks.FirstOrDefault(static check => !check.IsGood);
            return new Report { ExitCode = first is null ? 0 : (int)first.Class }.AddTable(
                "checks", ["check", "status", "detail"],
                checks.Select(check => (IReadOnlyList<Cell>)[check.Name, check.IsGood ? new Cell("ok", run.Texts["text.ok"]) : new Cell("problem", run.Texts["text.bad"]), check.Detail]).ToArray());
        }), flags.All);
    }

    private static (List<Check> Checks, Hash256 Id, Hash256 Fingerprint) Local(Invocation run, StorageNodeOptions options)
    {
        string nodeKey = Path.Combine(options.DataFolder, "node.key"), tlsKey = Path.Combine(options.DataFolder, "tls.key");
        foreach (string key in (string[])[nodeKey, tlsKey])
            if (!File.Exists(key)) throw new ConfigurationException($"{key}: missing; make the node's keys with dsdn storage init");
        Hash256 id = NodeKeyFile.IdOf(NodeKeyFile.OpenOrCreate(nodeKey, run.Terminal.Environment("DSDN_PASSWORD")));
        using TlsKey tls = TlsKeyFile.OpenOrCreate(tlsKey);
        DiskSpeed speed = DiskSpeed.Measure(options.DataFolder);
        long free = new DriveInfo(Path.GetFullPath(options.DataFolder)).AvailableFreeSpace;
        List<Check> checks =
        [
            new("keys", true, $"node {id}, TLS {tls.Fingerprint}"),
            new("disk", free > options.ReserveBytes, Text($"{free / (1 << 20)} MiB free, {options.ReserveBytes / (1 << 20)} MiB stay free")),
            new("disk speed", speed.WriteKibPerSecond >= WriteKibPerSecondMin, Text($"synced writes {speed.WriteKibPerSecond / 1_024} MiB/s, reads {speed.ReadKibPerSecond / 1_024} MiB/s")),
        ];
        return (checks, id, tls.Fingerprint);
    }

    /// <summary>What the registry says, and the clock against the head of the chain.</summary>
    private static async Task<IReadOnlyList<Check>> ChainAsync(Invocation run, Hash256 id, Hash256 fingerprint, CancellationToken cancel)
    {
        try
        {
            List<Check> checks = [];
            if (await run.Chain.BlockAsync(BlockRef.Latest, transactions: false, cancel) is { } head)
            {
                ulong block = head.Field("timestamp").ToUInt64(), now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
                checks.Add(new("clock", block <= now + ClockSkewSecondsMax, Text($"the head of the chain is {(block > now ? block - now : now - block)} s {(block > now ? "ahead" : "ago")}")));
            }
            ModuleMethod method = ModuleCatalog.Method("Nodes", "getNode");
            AbiValue row = (await new ModuleClient(run.Chain).CallAsync(method, [id], cancel: cancel))[0];
            IReadOnlyList<AbiParameter> fields = method.Function.Outputs[0].Type.Components;
            AbiValue Field(string name) => row.Items[fields.TakeWhile(field => field.Name != name).Count()];
            ulong status = Field("status").UInt64;
            checks.Add(new("registered", status == 1, Text($"status {status} (1 is active), zone {Field("zone").UInt64}"), ErrorClass.Rejected));
            checks.Add(new("fingerprint", Field("tlsFingerprint").Hash == fingerprint, Field("tlsFingerprint").Hash.ToString(), ErrorClass.Rejected));
            return checks;
        }
        catch (DsdnException failure)
        {
            return [new Check("registered", false, $"{run.Rpc.Endpoint}: {failure.Error.Details ?? failure.Error.Code}", failure.Error.Class)];
        }
    }

    private static async Task<Check> LogAsync(StorageNodeOptions options, LogAddress source, CancellationToken cancel)
    {
        NetworkGenesis network = NetworkGenesis.Load(options.Network);
        using var identity = NodeIdentity.Create();
        using var client = new LogClient(source, identity, new ChainIdentity(network.Genesis.ChainId, network.Genesis.Block.Hash), TimeProvider.System);
        try
        {
            StatusReply status = await client.StatusAsync(cancel).WaitAsync(Patience, cancel);
            return new Check($"log {source}", true, Text($"batch {status.Seq}, from {status.OldestSeq} on, {status.Mode}"));
        }
        catch (Exception e) when (e is GrpcException or TimeoutException)
        {
            return new Check($"log {source}", false, e.Message, ErrorClass.Unreachable);
        }
    }

    /// <summary>Whether somebody answers where others will look for the node. From here: a firewall further out is not seen.</summary>
    private static async Task<Check> ReachAsync(StorageNodeOptions options, CancellationToken cancel)
    {
        System.Net.IPEndPoint at = options.Advertise ?? options.Listen;
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(at, cancel).AsTask().WaitAsync(Patience, cancel);
            return new Check("reachable", true, $"{at}");
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            return new Check("reachable", false, $"{at}: {e.Message}", ErrorClass.Unreachable);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
