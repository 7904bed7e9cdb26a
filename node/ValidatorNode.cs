using System.Globalization;
using System.Net;
using System.Text.Json;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Mempool;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.RocksDb;
using Dsdn.Chain.Rpc;
using Dsdn.Chain.Storage;
using Dsdn.Chain.View;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Signing;
using Dsdn.Consensus.Sync;
using Dsdn.Consensus.Tendermint;
using Dsdn.Consensus.Wal;
using Dsdn.Modules;
using Dsdn.Node.Configuration;
using Dsdn.Node.Following;
using Dsdn.Node.LogService;
using Dsdn.Services.Batches;
using Dsdn.Node.Observability;
using Dsdn.Node.Operations;
using Dsdn.Node.RemoteSigning;
using Dsdn.Node.Sync;
using Dsdn.Node.Validation;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node;

/// <summary>
/// A validator or follower as one object: store, chain, view, consensus and JSON-RPC, put together here and nowhere else.
/// Consensus and execution have a thread each; JSON-RPC has the thread pool; what they share is <see cref="ChainView"/>.
/// </summary>
public sealed class ValidatorNode : IAsyncDisposable
{
    /// <summary>A head older than this many block intervals is reported as unhealthy.</summary>
    private const int StaleIntervals = 30;

    private const int HousekeepingBlocks = 64;

    private readonly DataFolder _folder;
    private readonly RocksDbStore _store;
    private readonly ChainView _view;
    private readonly ReplicaShell _consensus;
    private readonly WalFile _wal;
    private readonly SnapshotStore? _snapshots;
    private readonly VoteArchive _votes = new();
    private readonly SnapshotSchedule? _snapshotSchedule;
    private readonly PeerLinks? _links;
    private readonly IVoteSigner? _signer;
    private readonly WatchedSigner? _voter;
    private readonly PrometheusExporter _metrics;
    private readonly NodeGauges _gauges;
    private readonly RpcServer _rpc;
    private readonly CoreOptions _core;
    private readonly NetworkGenesis _network;
    private readonly bool _followsLog;

    /// <summary>Where the WAL of the height was removed, a lone validator goes on above what it signed (docs/decisions/0015-rollback.md).</summary>
    private readonly uint _firstRound;
    private readonly ulong _startHeight;
    private ControlSocket? _control;
    private LogFollowing? _log;
    private CelestiaScan? _scan;
    private LogServer? _logServer;

    private ValidatorNode(NodeOptions options, NetworkGenesis network, DataFolder folder, RocksDbStore store, OpenChain chain, WalFile wal, IVoteSigner? signer, ILoggerFactory logs)
    {
        (_network, _folder, _store, _wal, _signer) = (network, folder, store, wal, signer);

        var pool = new PoolOptions
        {
            TransactionsMax = options.PoolTransactionsMax,
            PendingPerSenderMax = options.PoolPerSenderMax,
            QueuedPerSenderMax = options.PoolPerSenderMax,
        };
        _view = new ChainView(chain, pool, DsdnModules.Descriptions, NowMs);
        _startHeight = chain.Head.Number;
        _core = CoreOf(options, network.Genesis.Parameters);
        _voter = signer is null ? null : SigningPolicy.Watch(
            signer, new KeyStop(folder.KeyInUse), _view, options, IsAlone(options), network.Genesis.Parameters.EpochBlocks, logs.CreateLogger("dsdn.consensus"));
        WalLog log = WalLog.Open(wal, chain.Head.Number);
        if (IsAlone(options) && log.Records.Count == 0 && signer?.Last.Height == chain.Head.Number + 1)
        {
            _firstRound = signer.Last.Round + 1;
            (signer as FileVoteSigner)?.ForgetLock(); // one in another process forgets nothing that a node says
        }
        if (!IsAlone(options)) _links = new PeerLinks(options, folder, network.Genesis.ChainId, network.Genesis.Block.Hash, logs);
        if (_links is not null && options.SnapshotBlocks > 0)
        {
            ILogger sync = logs.CreateLogger("dsdn.sync");
            _snapshots = new SnapshotStore(folder.Snapshots);
            _snapshotSchedule = new SnapshotSchedule(store, chain.Services.Blocks, _snapshots, options.SnapshotBlocks, (taken, error) =>
            {
                if (taken is not null) SyncLog.Taken(sync, taken.Height);
                else if (error is not null) SyncLog.NotTaken(sync, error);
            });
        }
        _consensus = Consensus(options, chain, log, logs.CreateLogger("dsdn.consensus"));
        if (_links is not null) _links.Sink = _consensus;
        _view.Subscribe(_consensus);
        _followsLog = options.LogSources.Count > 0 && network.Log is not null;
        _metrics = new PrometheusExporter();
        _gauges = new NodeGauges(_view, _followsLog ? () => _log?.Status : null);
        _rpc = new RpcServer(_view, RpcOptionsOf(options), Hooks(logs.CreateLogger("dsdn.rpc")), logs);
    }

    public ulong Height => _view.Head.Number;

    /// <summary>One line for people: what runs and where.</summary>
    public string Description => string.Create(CultureInfo.InvariantCulture,
        $"{_network.Name} (chain id {_view.ChainId}) height {Height}, JSON-RPC http://127.0.0.1:{_rpc.Port}");

    /// <exception cref="ConfigurationException">settings that cannot be used</exception>
    /// <exception cref="DataFolderInUseException">another process uses the data folder</exception>
    /// <exception cref="OperationCanceledException">told to stop during state sync, which goes on where it stood at the next start</exception>
    public static async Task<ValidatorNode> StartAsync(NodeOptions options, ILoggerFactory logs, CancellationToken cancellation = default)
    {
        NetworkGenesis network = NetworkGenesis.Load(options.Network);
        DataFolder folder = DataFolder.Open(options.DataFolder);
        RocksDbStore? store = null;
        IVoteSigner? signer = null;
        WalFile? wal = null;
        try
        {
            if (options.Reset) folder.Reset();
            signer = await OpenSignerAsync(options, network, folder, logs, cancellation);
            store = RocksDbStore.Open(folder.Chain);
            if (options.StateSync) await StateSyncAsync(options, network, folder, store, logs, cancellation);
            OpenChain chain = ChainOpening.Open(store, Retention.State(options.Retention), network.Genesis, DsdnModules.Kernel(), new ThreadParallel(Environment.ProcessorCount));
            Block head = chain.Head.Block;
            NodeLog.Opened(logs.CreateLogger("dsdn.node"), network.Genesis.ChainId, head.Header.Number, head.Header.StateRoot.ToString());
            wal = WalFile.Open(folder.Wal);
            var node = new ValidatorNode(options, network, folder, store, chain, wal, signer, logs);
            try
            {
                node._log = LogFollowingOpening.Open(options, network, folder, node._view, signer, node._voter, IsAlone(options), logs);
                node._scan = LogFollowingOpening.OpenScan(options, network, folder, logs);
                node._logServer = await LogFollowingOpening.ServeAsync(options, network, folder, node._log, logs);
                await node.StartAsync(logs);
            }
            catch
            {
                await node.DisposeAsync();
                throw;
            }
            return node;
        }
        catch
        {
            (signer as IDisposable)?.Dispose();
            wal?.Dispose();
            store?.Dispose();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Null: this node follows only.</summary>
    private static async Task<IVoteSigner?> OpenSignerAsync(NodeOptions options, NetworkGenesis network, DataFolder folder, ILoggerFactory logs, CancellationToken cancellation)
    {
        if (RemoteKey.AddressOf(options) is not { } address) return options.Follow ? null : ValidatorKey.OpenSigner(options, network, folder);
        var identity = new NodeIdentity(NodeKeyFile.OpenOrCreate(folder.NodeKey, NodeKeyFile.PasswordOf(options)));
        var chain = new ChainIdentity(network.Genesis.ChainId, network.Genesis.Block.Hash);
        return await RemoteKey.OpenAsync(options, address, identity, chain, folder, logs.CreateLogger("dsdn.signer"), cancellation);
    }

    /// <summary>Leaves a chain in the store where there was none; a store with a chain goes on by block sync.</summary>
    /// <exception cref="StateSyncFailedException">no peer can help</exception>
    private static async Task StateSyncAsync(NodeOptions options, NetworkGenesis network, DataFolder folder, RocksDbStore store, ILoggerFactory logs, CancellationToken cancellation)
    {
        if (!StateSyncRun.IsPossible(store)) return;
        if (options.Trust is not { } trust) throw new ConfigurationException("--state-sync needs --trust HEIGHT:HASH, a block you know to be of this chain");
        if (IsAlone(options)) throw new ConfigurationException("--state-sync needs --peers");
        await using var links = new PeerLinks(options, folder, network.Genesis.ChainId, network.Genesis.Block.Hash, logs);
        var sync = new StateSyncShell(store, network.Genesis, links, TimeProvider.System, logs.CreateLogger("dsdn.sync"));
        links.Sink = sync;
        await links.StartAsync();
        await sync.RunAsync(trust.Height, trust.Hash, cancellation);
    }

    /// <summary>Returns when consensus has ended by itself (with its error) or the caller cancels (null).</summary>
    public async Task<Exception?> EndedAsync(CancellationToken cancellation)
    {
        try
        {
            return await _consensus.Ended.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Stops in the order in which work enters: control socket, JSON-RPC, consensus (its block is finished), store.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_control is not null) await _control.DisposeAsync();
        await _rpc.DisposeAsync();
        if (_logServer is not null) await _logServer.DisposeAsync();
        if (_log is not null) await _log.DisposeAsync();
        if (_scan is not null) await _scan.DisposeAsync();
        if (_links is not null) await _links.DisposeAsync();
        _view.Unsubscribe(_consensus);
        _consensus.Dispose();
        if (_snapshotSchedule is not null) await _snapshotSchedule.DisposeAsync();
        _gauges.Dispose();
        _metrics.Dispose();
        (_signer as IDisposable)?.Dispose();
        _wal.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    private async Task StartAsync(ILoggerFactory logs)
    {
        _consensus.Start(_firstRound);
        _log?.Start(_scan);
        try
        {
            await _rpc.StartAsync();
        }
        catch (IOException e)
        {
            throw new ConfigurationException($"JSON-RPC: {e.Message}; choose another address with --listen HOST:PORT");
        }
        if (_links is not null) await _links.StartAsync();
        _control = ControlSocket.TryOpen(_folder.Control, [ControlOrder.Snapshot(Checkpoint)], logs.CreateLogger<ControlSocket>());
    }

    /// <summary>The copy is of this head or a later one.</summary>
    private string Checkpoint(string directory)
    {
        ChainHead head = _view.Head;
        _store.Checkpoint(directory);
        return string.Create(CultureInfo.InvariantCulture, $"{head.Number} {head.Block.Hash}");
    }

    /// <summary>What is done between blocks, some at a time: outdated transactions leave the pool, bodies outside the retention window the disk.</summary>
    private Action<ulong> Housekeeping(NodeOptions options, OpenChain chain)
    {
        BlockPruner? pruner = Retention.Blocks(options.Retention) is { } retained ? new BlockPruner(_store, chain.Services.Blocks, retained) : null;
        return height =>
        {
            _snapshotSchedule?.OnCommitted(height);
            if (height % HousekeepingBlocks != 0) return;
            _view.ExpirePool();
            pruner?.PruneSome(2 * HousekeepingBlocks);
        };
    }

    private RpcHooks Hooks(ILogger logger) => new()
    {
        Mine = _core.Manual ? _ => _consensus.RequestBlockAsync() : null,
        Health = Health,
        Metrics = _metrics.Scrape,
        PeerCount = () => _links?.Count ?? 0,
        Syncing = Syncing,
        Status = () => Status().ToJson(),
        Votes = _votes.Find,
        SubmitEvidence = item => _consensus.Offer(item),
        LogStatus = _followsLog ? () => LogFollowingOpening.Describe(_log?.Status, _scan?.Status) : null,
        Batch = _followsLog ? seq => _log?.Read(seq) : null,
        OnFault = (method, error) => NodeLog.RpcFault(logger, method, error),
    };

    private SyncProgress? Syncing()
    {
        ReplicaProgress progress = _consensus.Progress;
        return progress.IsCaughtUp ? null : new SyncProgress(_startHeight, progress.DecidedHeight, Math.Max(progress.BestHeight, progress.DecidedHeight));
    }

    private HealthReport Health()
    {
        ChainHead head = _view.Head;
        ulong headMs = head.Block.Consensus?.TimeMs ?? head.Block.Header.Timestamp * 1000;
        ulong ageMs = NowMs() > headMs ? NowMs() - headMs : 0;
        bool blocksAreDue = !_core.Manual && (_core.IdleIntervalMs > 0 || _view.Pool.PendingCount > 0);
        ulong limitMs = StaleIntervals * Math.Max(1_000, Math.Max(_core.IntervalMs, _core.IdleIntervalMs));
        bool stopped = _consensus.Ended.IsCompleted;
        bool healthy = !stopped && !(blocksAreDue && ageMs > limitMs && Height > 0);
        string json = JsonSerializer.Serialize(new
        {
            status = healthy ? "ok" : stopped ? "consensus stopped" : "no blocks",
            network = _network.Name,
            chainId = _view.ChainId,
            height = head.Number,
            headAgeMs = ageMs,
            pooled = _view.Pool.PendingCount,
        });
        return new HealthReport(healthy ? 200 : 503, json);
    }

    private static RpcOptions RpcOptionsOf(NodeOptions options)
    {
        IPAddress? address = options.RpcHost == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(options.RpcHost, out IPAddress? parsed) ? parsed : null;
        return new RpcOptions
        {
            ListenAddress = address ?? throw new ConfigurationException($"--listen: '{options.RpcHost}' is not an IP address or localhost"),
            Port = options.RpcPort,
            Namespaces = options.ManualBlocks ? [.. options.RpcNamespaces, "evm"] : options.RpcNamespaces,
            CorsOrigins = options.RpcCorsOrigins,
            ClientVersion = $"dsdn/v{typeof(ValidatorNode).Assembly.GetName().Version?.ToString(3)}/dotnet{Environment.Version.ToString(2)}",
        };
    }

    private ReplicaShell Consensus(NodeOptions options, OpenChain chain, WalLog log, ILogger logger)
    {
        ulong chainId = _network.Genesis.ChainId;
        Hash256 genesisHash = _network.Genesis.Block.Hash;
        var scheme = new ChainMessageScheme(chainId, genesisHash);
        SyncOptions sync = _links is null ? SyncOptions.Default with { StartGraceMs = 0 } : SyncOptions.Default;
        var replica = new ReplicaOptions { ChainId = chainId, GenesisHash = genesisHash, Core = _core, Sync = sync };
        ChainServices services = chain.Services;
        int Pending() => _view.Pool.PendingCount;
        var worker = new ExecutionWorker(new NodeExecution(
            chain.Execution(_view, _view), _voter, services.Chain, () => services.Blocks.OldestBody, Pending, Housekeeping(options, chain), TimeProvider.System, logger));
        var parts = new ReplicaParts(
            worker, log, _voter, ListenMs(options, chain), scheme, _links ?? (IPeerLinks)new NoPeers(), Pending, raw => _view.Pool.Submit(raw),
            height => _voter?.Heard(height),
            new SyncServer(services.Blocks, _snapshots).Answer, TimeProvider.System) { Votes = _votes };
        return new ReplicaShell(new ReplicaCore(replica, scheme, _links?.Self ?? default), parts, logger);
    }

    private NodeStatus Status()
    {
        ReplicaProgress progress = _consensus.Progress;
        Block head = _view.Head.Block;
        NodeMode mode = !progress.IsCaughtUp ? NodeMode.CatchingUp : progress.Self.IsZero ? NodeMode.Following : NodeMode.Voting;
        LastSign? last = _voter?.Last;
        return new NodeStatus(
            _links?.Self.Key, _links?.Listen, mode, progress.Height, progress.Round, StepName(progress.Step),
            new VotesSeen(progress.PrevotePower, progress.PrecommitPower, progress.TotalPower),
            head.Header.Number, head.Hash, head.Consensus?.TimeMs ?? head.Header.Timestamp * 1000, Math.Max(progress.BestHeight, head.Header.Number),
            progress.Self.IsZero ? null : progress.Self,
            last is null || last.Height == 0 ? null : new SignedLast(last.Height, last.Round, last.Step.ToString().ToLowerInvariant()),
            _voter?.Status, _links?.Peers() ?? []);
    }

    private static string StepName(CoreStep step) => step == CoreStep.Decided ? "commit" : step.ToString().ToLowerInvariant();

    private static bool IsAlone(NodeOptions options) => options.P2p is null && options.Peers.Count == 0 && options.Seeds.Count == 0;

    /// <summary>At the beginning of a chain there is nothing to listen to.</summary>
    private static ulong ListenMs(NodeOptions options, OpenChain chain) => IsAlone(options) || chain.Head.Number == 0 ? 0 : options.ListenMs;

    private static CoreOptions CoreOf(NodeOptions options, ChainParams parameters)
    {
        ulong interval = options.BlockTimeMs ?? parameters.BlockIntervalMs;
        return CoreOptions.Default with { IntervalMs = interval, IdleIntervalMs = options.EmptyBlockMs ?? interval, Manual = options.ManualBlocks };
    }

    private static ulong NowMs() => (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
