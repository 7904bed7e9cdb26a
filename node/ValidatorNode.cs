using System.Globalization;
using System.Net;
using System.Text.Json;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Mempool;
using Dsdn.Chain.RocksDb;
using Dsdn.Chain.Rpc;
using Dsdn.Chain.Storage;
using Dsdn.Chain.View;
using Dsdn.Consensus.Solo;
using Dsdn.Modules;
using Dsdn.Node.Configuration;
using Dsdn.Node.Observability;
using Dsdn.Node.Operations;
using Dsdn.Node.Validation;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node;

/// <summary>
/// A validator as one object: store, chain, view, consensus and JSON-RPC, put together here and nowhere else. Consensus and
/// execution share one thread; JSON-RPC has the thread pool; what they share is <see cref="ChainView"/>.
/// </summary>
public sealed class ValidatorNode : IAsyncDisposable
{
    /// <summary>A head older than this many block intervals is reported as unhealthy.</summary>
    private const int StaleIntervals = 30;

    private const int HousekeepingBlocks = 64;

    private readonly DataFolder _folder;
    private readonly RocksDbStore _store;
    private readonly ChainView _view;
    private readonly SoloShell _consensus;
    private readonly FileVoteSigner _signer;
    private readonly PrometheusExporter _metrics;
    private readonly NodeGauges _gauges;
    private readonly RpcServer _rpc;
    private readonly BlockPolicy _policy;
    private readonly NetworkGenesis _network;
    private ControlSocket? _control;

    private ValidatorNode(NodeOptions options, NetworkGenesis network, DataFolder folder, RocksDbStore store, OpenChain chain, FileVoteSigner signer, ILoggerFactory logs)
    {
        (_network, _folder, _store, _signer) = (network, folder, store, signer);

        var pool = new PoolOptions
        {
            TransactionsMax = options.PoolTransactionsMax,
            PendingPerSenderMax = options.PoolPerSenderMax,
            QueuedPerSenderMax = options.PoolPerSenderMax,
        };
        _view = new ChainView(chain, pool, DsdnModules.Descriptions, NowMs);
        _policy = Policy(options, network.Genesis.Parameters);
        ChainExecution execution = chain.Execution(_view, _view);
        Validator self = execution.Validators.Validators.FirstOrDefault(validator => validator.ConsensusKey.Span.SequenceEqual(signer.PublicKey.Span))
            ?? throw new KeyFileException("the consensus key is not that of this chain's validator");
        ulong chainId = network.Genesis.ChainId;
        _consensus = new SoloShell(
            new SoloCore(self.Operator, _policy), execution, signer,
            (height, round, hash) => SignBytes.Precommit(chainId, network.Genesis.Block.Hash, height, round, hash),
            () => _view.Pool.PendingCount, Housekeeping(options, chain), TimeProvider.System, logs.CreateLogger("dsdn.consensus"));
        _view.Subscribe(_consensus);
        _metrics = new PrometheusExporter();
        _gauges = new NodeGauges(_view);
        _rpc = new RpcServer(_view, RpcOptionsOf(options), Hooks(logs.CreateLogger("dsdn.rpc")), logs);
    }

    public ulong Height => _view.Head.Number;

    /// <summary>One line for people: what runs and where.</summary>
    public string Description => string.Create(CultureInfo.InvariantCulture,
        $"{_network.Name} (chain id {_view.ChainId}) height {Height}, JSON-RPC http://127.0.0.1:{_rpc.Port}");

    /// <exception cref="ConfigurationException">settings that cannot be used</exception>
    /// <exception cref="DataFolderInUseException">another process uses the data folder</exception>
    public static async Task<ValidatorNode> StartAsync(NodeOptions options, ILoggerFactory logs)
    {
        NetworkGenesis network = NetworkGenesis.Load(options.Network);
        DataFolder folder = DataFolder.Open(options.DataFolder);
        RocksDbStore? store = null;
        FileVoteSigner? signer = null;
        try
        {
            if (options.Reset) folder.Reset();
            signer = ValidatorKey.OpenSigner(options, network, folder);
            store = RocksDbStore.Open(folder.Chain);
            OpenChain chain = ChainOpening.Open(store, Retention.State(options.Retention), network.Genesis, DsdnModules.Kernel(), new ThreadParallel(Environment.ProcessorCount));
            Block head = chain.Head.Block;
            NodeLog.Opened(logs.CreateLogger("dsdn.node"), network.Genesis.ChainId, head.Header.Number, head.Header.StateRoot.ToString());
            var node = new ValidatorNode(options, network, folder, store, chain, signer, logs);
            try
            {
                await node.StartAsync(chain, logs);
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
            signer?.Dispose();
            store?.Dispose();
            folder.Dispose();
            throw;
        }
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
        _view.Unsubscribe(_consensus);
        _consensus.Dispose();
        _gauges.Dispose();
        _metrics.Dispose();
        _signer.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    private async Task StartAsync(OpenChain chain, ILoggerFactory logs)
    {
        Block head = chain.Head.Block;
        ulong timeMs = head.Consensus?.TimeMs ?? head.Header.Timestamp * 1000;
        _consensus.Start(timeMs, chain.HeadCertificate);
        try
        {
            await _rpc.StartAsync();
        }
        catch (IOException e)
        {
            throw new ConfigurationException($"JSON-RPC: {e.Message}; choose another address with --listen HOST:PORT");
        }
        _control = ControlSocket.TryOpen(_folder.Control, Checkpoint, logs.CreateLogger<ControlSocket>());
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
            if (height % HousekeepingBlocks != 0) return;
            _view.ExpirePool();
            pruner?.PruneSome(2 * HousekeepingBlocks);
        };
    }

    private RpcHooks Hooks(ILogger logger) => new()
    {
        Mine = _policy.Manual ? _ => _consensus.RequestBlockAsync() : null,
        Health = Health,
        Metrics = _metrics.Scrape,
        PeerCount = static () => 0,
        OnFault = (method, error) => NodeLog.RpcFault(logger, method, error),
    };

    private HealthReport Health()
    {
        ChainHead head = _view.Head;
        ulong headMs = head.Block.Consensus?.TimeMs ?? head.Block.Header.Timestamp * 1000;
        ulong ageMs = NowMs() > headMs ? NowMs() - headMs : 0;
        bool blocksAreDue = !_policy.Manual && (_policy.EmptyBlockIntervalMs > 0 || _view.Pool.PendingCount > 0);
        ulong limitMs = StaleIntervals * Math.Max(1_000, Math.Max(_policy.IntervalMs, _policy.EmptyBlockIntervalMs));
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

    private static BlockPolicy Policy(NodeOptions options, ChainParams parameters)
    {
        ulong interval = options.BlockTimeMs ?? parameters.BlockIntervalMs;
        return new BlockPolicy(interval, options.EmptyBlockMs ?? interval, options.ManualBlocks);
    }

    private static ulong NowMs() => (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
