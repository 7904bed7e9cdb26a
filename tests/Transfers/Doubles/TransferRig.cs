using System.Security.Cryptography;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Files;
using Dsdn.Services.Batches;
using Dsdn.Transfers.Catalogs;
using Dsdn.Transfers.Downloading;
using Dsdn.Transfers.Network;
using Dsdn.Transfers.Sources;
using Dsdn.Transfers.Uploading;

namespace Dsdn.Transfers.Tests.Doubles;

/// <summary>A log, storage nodes, a wallet and folders of their own.</summary>
internal sealed class TransferRig : IAsyncDisposable
{
    public static readonly Hash256 Agreement = new([.. Enumerable.Repeat((byte)0xa9, Hash256.Size)]);

    private static readonly ChainIdentity Chain = new(17_847, new Hash256([.. Enumerable.Repeat((byte)7, Hash256.Size)]));

    private TransferRig(ScriptedLog log) => Log = log;

    public ScriptedLog Log { get; }

    public List<ScriptedNode> Nodes => Log.Nodes;

    public Account Account { get; } = Account.FromPrivateKey(RandomNumberGenerator.GetBytes(32));

    public string Folder { get; } = Directory.CreateTempSubdirectory("dsdn-transfers-").FullName;

    public string Source => Path.Combine(Folder, "source");

    public string Target => Path.Combine(Folder, "target");

    public TransferProgress Progress { get; private set; } = new();

    /// <summary>Sends pauses of the client by at once.</summary>
    public static async Task<TransferRig> StartAsync(int nodes = 6, int zones = 3)
    {
        var rig = new TransferRig(new ScriptedLog(Chain));
        for (int i = 0; i < nodes; i++)
        {
            var node = new ScriptedNode(Chain, (ushort)(1 + (i % zones)));
            await node.StartAsync();
            rig.Nodes.Add(node);
        }
        await rig.Log.StartAsync();
        Directory.CreateDirectory(rig.Source);
        return rig;
    }

    public StorageNetwork Connect(TimeProvider? clock = null) => new(Chain, [new LogAddress("127.0.0.1", Log.Port, null)], Log.Validators, clock ?? TimeProvider.System);

    public string Write(string path, int bytes) => Write(path, RandomNumberGenerator.GetBytes(bytes));

    public string Write(string path, byte[] content)
    {
        string full = Path.Combine(Source, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);
        return full;
    }

    public async Task<UploadResult> UploadAsync(string path, Func<UploadRequest, UploadRequest>? change = null, CancellationToken cancel = default)
    {
        Progress = new TransferProgress();
        using StorageNetwork network = Connect();
        using WalletKeys keys = Account.DeriveFileKeys();
        SourceScan scan = SourceScan.Of([path], null, []);
        UploadRequest request = new(Agreement, ChunkCoding.Replicas, false, scan.Items, Path.Combine(Folder, "journals", "one.upload"));
        return await new Uploader(network, Account, keys).UploadAsync(change?.Invoke(request) ?? request, Progress, cancel);
    }

    /// <summary>Fetches what has a name, with nothing but the wallet.</summary>
    public async Task<int> GetAsync(string name, bool overwrite = false, string? folder = null)
    {
        using StorageNetwork network = Connect();
        using WalletKeys keys = Account.DeriveFileKeys();
        (CatalogEntry upload, string path) = await new Catalog(network, keys, Account.Address).FindAsync(name, default);
        return await new Downloader(network).GetAsync(path.Length == 0 ? upload.Manifest.Entries : upload.At(path), folder ?? Target, overwrite, new TransferProgress(), default);
    }

    public async Task<IReadOnlyList<CatalogEntry>> ListAsync()
    {
        using StorageNetwork network = Connect();
        using WalletKeys keys = Account.DeriveFileKeys();
        return (await new Catalog(network, keys, Account.Address).ListAsync(default)).Uploads;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ScriptedNode node in Nodes) await node.DisposeAsync();
        await Log.DisposeAsync();
        Account.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
