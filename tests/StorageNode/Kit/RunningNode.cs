using System.Net;
using Dsdn.Chain.Codecs;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;
using Dsdn.Log.Storing;
using Dsdn.Log.Tests.Kit;
using Dsdn.StorageNode.Keys;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dsdn.StorageNode.Tests.Kit;

/// <summary>A storage node in a folder of its own, under the key of a name.</summary>
internal sealed class RunningNode : IAsyncDisposable
{
    public static readonly StoringOptions Quick = new() { SayAgainMs = 2_000, BackoffMs = 50, BackoffMsMax = 500, SweepEveryMs = 1_000, StatsEveryMs = 3_600_000 };

    private readonly string _folder;
    private StorageNodeProcess? _process;

    /// <param name="above">The folder that its own is made in.</param>
    public RunningNode(string name, string? above = null)
    {
        Name = name;
        _folder = Path.Combine(above ?? Path.Combine(Path.GetTempPath(), "dsdn-storage-tests"), Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(_folder);
        using (var file = new FileStream(Path.Combine(_folder, "node.key"), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            file.Write(System.Text.Encoding.ASCII.GetBytes("0x" + Convert.ToHexStringLower(LogKeys.Seed(name))));
        using var tls = TlsKeyFile.OpenOrCreate(Path.Combine(_folder, "tls.key"));
        TlsFingerprint = tls.Fingerprint;
    }

    public string Name { get; }

    public string Folder => _folder;

    public Hash256 Id => LogKeys.PublicKey(Name);

    public Hash256 TlsFingerprint { get; }

    public StorageNodeProcess Process => _process ?? throw new InvalidOperationException("not started");

    /// <summary>The row of the registry with the node's own TLS key.</summary>
    public void Register(SampleLog log, ushort zone, byte status = NodeRecord.StatusActive) => log.Chain.Record(
        Dsdn.Chain.Log.Anchors.FeedChain.Nodes, EventKind.NodeRegistered,
        new NodeChanged(Id, ChainSide.RowOf(Name, zone, status) with { TlsFingerprint = TlsFingerprint }, EventKind.NodeRegistered).Encode());

    public async Task StartAsync(ServedLog log, long? capacityBytes = 1L << 30, StoringOptions? storing = null, int port = 0)
    {
        var options = new StorageNodeOptions
        {
            DataFolder = _folder, Listen = new IPEndPoint(IPAddress.Loopback, port), Operator = new IPEndPoint(IPAddress.Loopback, 0), LogSources = [log.Address], CapacityBytes = capacityBytes, ReserveBytes = 0,
            ScrubBytesPerSecond = 1 << 20,
        };
        _process = await StorageNodeProcess.StartAsync(options, new StorageNetwork(log.Log.Genesis, 4, 100, storing ?? Quick), NullLoggerFactory.Instance, CancellationToken.None);
    }

    public async Task StopAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
