using System.Text.Json;
using Dsdn.Chain.Execution;
using Dsdn.Chain.View;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Ingress.Http;
using Dsdn.Log.Attestation;
using Dsdn.Log.Following;
using Dsdn.Log.State;
using Dsdn.Node;
using Dsdn.Node.Archive;
using Dsdn.Node.Configuration;
using Dsdn.Node.Following;
using Dsdn.Node.Observability;
using Dsdn.Node.Operations;
using Dsdn.Reading;
using Dsdn.Services;
using Microsoft.Extensions.Logging;

namespace Dsdn.Ingress;

/// <summary>
/// An ingress as one object, put together here and nowhere else: it follows the log itself, so that it knows where chunks lie whoever is alive, reads them from the nodes, and serves them over HTTP.
/// </summary>
public sealed class IngressProcess : IAsyncDisposable
{
    private readonly DataFolder _folder;
    private readonly Stack<IDisposable> _owned = new();
    private readonly LogFollowing _log;
    private readonly ChunkFetcher _fetcher;
    private readonly IngressMetrics _metrics;
    private readonly IngressServer _server;
    private readonly OperatorEndpoint _operator;
    private readonly TimeProvider _clock = TimeProvider.System;

    private IngressProcess(IngressOptions options, NetworkGenesis network, LogGenesis genesis, DataFolder folder, ILoggerFactory logs)
    {
        _folder = folder;
        var chain = new ChainIdentity(genesis.ChainId, genesis.LogId);
        byte[] seed = NodeKeyFile.OpenOrCreate(folder.NodeKey, PasswordOf(options));
        NodeIdentity identity = Own(new NodeIdentity(seed));
        Id = identity.Id.ToString();
        ServiceChannels channels = Own(new ServiceChannels(identity, chain, TlsRole.Service, _clock));
        _fetcher = Own(new ChunkFetcher(channels, options.Reading, _clock));
        PrometheusExporter exporter = Own(new PrometheusExporter());
        LogStore store = LogStore.Open(folder.Log, genesis, new ThreadParallel(Environment.ProcessorCount), FollowerLimits.Default, NetworkGenesis.RootsPerCheckpoint(genesis));
        var statements = new LogStatements(genesis.ChainId, LogStatements.DefaultNamespace(genesis.LogId), network.Genesis.Parameters.EpochBlocks);
        _log = new LogFollowing(store, statements, null, options.Sources, new NodeIdentity(seed), chain, _clock, logs.CreateLogger("dsdn.log"));
        _metrics = Own(new IngressMetrics(() => _log.Status, _clock));
        _server = new IngressServer(new ObjectCatalog(new LogLocator(_log, _clock), _fetcher), options.Http, _metrics, Health, _clock, logs.CreateLogger("dsdn.ingress"));
        _operator = new OperatorEndpoint(options.Operator.Address, options.Operator.Port, Health, exporter.Scrape, Describe);
    }

    /// <summary>Under which TLS knows it.</summary>
    public string Id { get; }

    public int Port => _server.Port;

    public int OperatorPort => _operator.Port;

    /// <summary>Of the last batch it has applied.</summary>
    public ulong Seq => _log.Seq;

    /// <exception cref="ConfigurationException">settings that cannot be used</exception>
    public static async Task<IngressProcess> StartAsync(IngressOptions options, ILoggerFactory logs, CancellationToken cancel)
    {
        NetworkGenesis network = NetworkGenesis.Load(options.Network);
        LogGenesis genesis = network.Log ?? throw new ConfigurationException($"{network.Name}: its genesis names no committee, so it has no log");
        if (options.Sources.Count == 0) throw new ConfigurationException("--log-sources: name at least one that serves the log");
        DataFolder folder = DataFolder.Open(options.DataFolder);
        return await ServiceStart.RunAsync(folder, () => Task.FromResult(new IngressProcess(options, network, genesis, folder, logs)), async process =>
        {
            process._log.Start();
            await process._server.StartAsync(cancel);
            await process._operator.StartAsync(cancel);
        });
    }

    /// <summary>Returns when the log cannot be followed any more (with the error) or the caller cancels (null).</summary>
    public async Task<Exception?> EndedAsync(CancellationToken cancel)
    {
        try
        {
            return await _log.Ended.WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Stops in the order in which work enters.</summary>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _operator.DisposeAsync();
        await _log.DisposeAsync();
        while (_owned.TryPop(out IDisposable? owned)) owned.Dispose();
        _folder.Dispose();
    }

    /// <summary>Sources that are gone are no illness of its own: what it knows it serves, and who asks for more than it knows is told so.</summary>
    private (bool IsHealthy, string Json) Health()
    {
        LogFollowStatus status = _log.Status;
        bool isEnded = _log.Ended.IsCompleted, isStarting = status.Seq == 0;
        string state = isEnded ? "stopped" : isStarting ? "starting" : status.Source.Length == 0 ? "no source" : "ok";
        return (!isEnded && !isStarting, JsonSerializer.Serialize(new { status = state, seq = status.Seq, logTimeMs = status.LogTimeMs, source = status.Source }));
    }

    private string Describe()
    {
        LogFollowStatus status = _log.Status;
        ReadCounters read = _fetcher.Metrics.Snapshot();
        (long responses, long bytes, long cut) = _metrics.Snapshot();
        return JsonSerializer.Serialize(new
        {
            id = Id, seq = status.Seq, coreHash = status.CoreHash.ToString(), logTimeMs = status.LogTimeMs, source = status.Source, refused = status.Refused,
            requests = _metrics.UnderWay, responses, sentBytes = bytes, cutResponses = cut,
            fetches = read.Fetches, fetchedBytes = read.FetchedBytes, cacheHits = read.Hits, cacheDiskHits = read.DiskHits, cacheMisses = read.Misses, hedges = read.Hedges,
            failures = read.Failures, wrongBytes = read.WrongBytes, rebuilds = read.Rebuilds,
        });
    }

    private T Own<T>(T item) where T : IDisposable
    {
        _owned.Push(item);
        return item;
    }

    private static string? PasswordOf(IngressOptions options) =>
        options.PasswordFile is { } file && File.Exists(file) ? File.ReadLines(file).FirstOrDefault() ?? "" : Environment.GetEnvironmentVariable("DSDN_PASSWORD");
}
