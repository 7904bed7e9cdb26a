using System.Net;
using System.Text.Json;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.View;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Genesis;
using Dsdn.Log.Attestation;
using Dsdn.Log.Following;
using Dsdn.Log.State;
using Dsdn.Log.Storing;
using Dsdn.Node;
using Dsdn.Node.Archive;
using Dsdn.Node.Configuration;
using Dsdn.Node.Following;
using Dsdn.Node.Observability;
using Dsdn.Node.Operations;
using Dsdn.Node.Queries;
using Dsdn.Services;
using Dsdn.Services.Batches;
using Dsdn.Storage;
using Dsdn.Storage.Disk;
using Dsdn.Storage.Quotas;
using Dsdn.Storage.Scrubbing;
using Dsdn.StorageNode.Auditing;
using Dsdn.StorageNode.Fetching;
using Dsdn.StorageNode.Keys;
using Dsdn.StorageNode.Observability;
using Dsdn.StorageNode.Serving;
using Dsdn.StorageNode.Storing;
using Dsdn.StorageNode.Submitting;
using Microsoft.Extensions.Logging;

namespace Dsdn.StorageNode;

/// <summary>A storage node as one object, put together here and nowhere else: the log it follows, the store, who puts and reads, what it fetches and says.</summary>
public sealed class StorageNodeProcess : IAsyncDisposable
{
    private readonly StorageNodeOptions _options;
    private readonly StorageNodeFolder _folder;
    private readonly Stack<IDisposable> _owned = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly StorageIdentity _identity;
    private readonly ChunkStore _store;
    private readonly LogFollowing _following;
    private readonly NodeLog _log;
    private readonly FactsReader _facts;
    private readonly StoringLoop _storing;
    private readonly EventDesk _events;
    private readonly PutDesk _puts;
    private readonly GetDesk _gets;
    private readonly AuditDesk _audits;
    private readonly ChunkServer _server;
    private readonly OperatorEndpoint _operator;
    private readonly Scrubber _scrubber;
    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly ILogger _logger;
    private Task _scrubbing = Task.CompletedTask, _auditing = Task.CompletedTask;

    private StorageNodeProcess(StorageNodeOptions options, StorageNetwork network, StorageNodeFolder folder, ILoggerFactory logs)
    {
        (_folder, _logger) = (folder, logs.CreateLogger("dsdn.storage"));
        LogGenesis genesis = network.Log;
        var chain = new ChainIdentity(genesis.ChainId, genesis.LogId);
        string? password = options.PasswordFile is { } file && File.Exists(file) ? File.ReadLines(file).FirstOrDefault() ?? "" : Environment.GetEnvironmentVariable("DSDN_PASSWORD");
        _identity = Own(StorageIdentity.OpenOrCreate(folder, password));
        _store = Own(OpenStore(options, folder, out StartReport report));
        StorageNodeLog.Opened(_logger, _identity.Id, report.Chunks, report.Resumable, report.Deleted, report.Quarantined, report.Foreign);
        StorageNodeMetrics metrics = Own(new StorageNodeMetrics());
        LogStore log = LogStore.Open(folder.Log, genesis, new ThreadParallel(Environment.ProcessorCount), FollowerLimits.Default, network.RootsPerCheckpoint);
        var statements = new LogStatements(genesis.ChainId, LogStatements.DefaultNamespace(genesis.LogId), network.EpochBlocks);
        _following = new LogFollowing(
            log, statements, null, options.LogSources, _identity.ForTls(), chain, _clock, logs.CreateLogger("dsdn.log"),
            (_, batches) => _storing?.Applied([.. batches.SelectMany(static batch => batch.Touched)]));
        _log = new NodeLog(_following);
        var tlsIdentity = Own(_identity.ForTls());
        var peers = Own(new PeerClients(Own(new ServiceChannels(tlsIdentity, chain, TlsRole.Service, _clock, _identity.Tls))));
        _events = new EventDesk(
            [.. options.LogSources.Select(source => new LogClient(source, tlsIdentity, chain, _clock))], _identity, EventCounter.Open(folder.EventCounter), _log, genesis.ChainId, metrics, _clock, _logger);
        _options = options;
        _facts = new FactsReader(_store, options.CapacityBytes, DiskSpeed.MeasureOrNone(folder.Chunks));
        _storing = new StoringLoop(
            _store, _log, new StoringCore(_identity.Id, network.Storing with { FetchesMax = options.FetchesMax }), new ChunkFetcher(_store, peers), _events, _facts, metrics, _clock, _logger);
        var limits = new ServingLimits();
        _puts = Own(new PutDesk(_store, _log, _storing, _identity, genesis.ChainId, limits, _clock));
        _gets = Own(new GetDesk(_store, _log, _storing, limits, _clock));
        _audits = new AuditDesk(_store, _log, _storing, _events, _identity, folder.Audits, network.Storing.SayAgainMs, _clock, _logger);
        _server = new ChunkServer(_puts, _gets, _audits, _identity, chain, options.Listen, limits, _clock, logs, services => new PlacementService(_following, chain, TlsRole.Service, _clock).Register(services));
        _scrubber = new Scrubber(_store, options.ScrubBytesPerSecond, _clock);
        metrics.Watch(() => Status);
        PrometheusExporter exporter = Own(new PrometheusExporter());
        _operator = new OperatorEndpoint(options.Operator.Address, options.Operator.Port, Health, exporter.Scrape, () => Status.ToJson());
    }

    public Hash256 Id => _identity.Id;

    /// <summary>SHA-256 of the SPKI, as it is to be registered.</summary>
    public Hash256 TlsFingerprint => _identity.Tls.Fingerprint;

    public int Port => _server.Port;

    public int OperatorPort => _operator.Port;

    /// <summary>Of the last batch that was applied.</summary>
    public ulong Seq => _log.Seq;

    public StorageNodeStatus Status
    {
        get
        {
            StoringStatus storing = _storing.Status;
            StoreCapacity capacity = _store.Capacity;
            ulong nowMs = (ulong)_clock.GetUtcNow().ToUnixTimeMilliseconds();
            return _log.Ask(state =>
            {
                NodeEntry? self = state.Queries.Node(Id);
                IReadOnlyList<ReplicaEntry> mine = state.Queries.ReplicasOf(Id);
                IReadOnlyList<NodeEntry> peers = [.. state.Queries.Nodes().Where(node => node.Id != Id && node.Record.IsActive)];
                return new StorageNodeStatus(
                    Id, TlsFingerprint, StandingOf(self), self?.Record.TlsFingerprint == TlsFingerprint, state.Seq, nowMs > state.LogTimeMs ? nowMs - state.LogTimeMs : 0, storing.IsFresh,
                    _following.Status.Source, _store.Count, mine.Count(static replica => replica.IsHeld), mine.Count(static replica => !replica.IsHeld), storing.Fetching, storing.ToFetch,
                    storing.Releasing, _store.QuarantinedCount, storing.Waiting, capacity.UsedBytes, capacity.FreeBytes, _puts.Running, _gets.Running, peers.Count,
                    peers.Count(static node => node.IsSuspect), _storing.Inconsistent);
            });
        }
    }

    /// <exception cref="ConfigurationException">settings or files that cannot be used</exception>
    /// <exception cref="DataFolderInUseException">another process has the folder</exception>
    public static Task<StorageNodeProcess> StartAsync(StorageNodeOptions options, ILoggerFactory logs, CancellationToken cancel) =>
        StartAsync(options, StorageNetwork.Load(options.Network), logs, cancel);

    internal static async Task<StorageNodeProcess> StartAsync(StorageNodeOptions options, StorageNetwork network, ILoggerFactory logs, CancellationToken cancel)
    {
        if (options.LogSources.Count == 0) throw new ConfigurationException("--log-sources: name who serves the log, such as 127.0.0.1:45900");
        StorageNodeFolder folder = StorageNodeFolder.Open(options.DataFolder);
        return await ServiceStart.RunAsync(folder, () => Task.FromResult(new StorageNodeProcess(options, network, folder, logs)), process => process.StartAsync(cancel));
    }

    /// <summary>Returns when it has ended by itself (with its error) or the caller cancels (null).</summary>
    public async Task<Exception?> EndedAsync(CancellationToken cancel)
    {
        try
        {
            if (await Task.WhenAny(_storing.Ended, _following.Ended).WaitAsync(cancel) == _following.Ended) return await _following.Ended;
            await _storing.Ended;
            return null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    /// <summary>Stops in the order in which work enters; what was being written stays as a part and is gone on with.</summary>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _operator.DisposeAsync();
        await _stop.CancelAsync();
        await _scrubbing;
        await _auditing;
        await _storing.DisposeAsync();
        await _events.DisposeAsync();
        await _following.DisposeAsync();
        while (_owned.TryPop(out IDisposable? owned)) owned.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }

    private async Task StartAsync(CancellationToken cancel)
    {
        _storing.Start();
        _events.Start();
        _following.Start();
        await _server.StartAsync(cancel);
        _facts.Listens(_options.Advertise ?? new IPEndPoint(_options.Listen.Address, _server.Port));
        _storing.StartTicking();
        await _operator.StartAsync(cancel);
        _scrubbing = Task.Run(ScrubAsync, CancellationToken.None);
        _auditing = Task.Run(AuditAsync, CancellationToken.None);
    }

    /// <summary>A disk that fails costs the answer that was under way, not the node.</summary>
    private async Task AuditAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _audits.RunAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                StorageNodeLog.NotAnswered(_logger, e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), _clock, CancellationToken.None);
            }
        }
    }

    private async Task ScrubAsync()
    {
        try
        {
            await _scrubber.RunAsync(
                bad =>
                {
                    StorageNodeLog.Scrubbed(_logger, bad.Verdict.Code, bad.Key.ChunkId, bad.Verdict.Details);
                    _storing.Look(bad.Key);
                },
                _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private (bool IsHealthy, string Json) Health()
    {
        StorageNodeStatus status = Status;
        string state = _storing.Ended.IsFaulted ? "stopped" : !status.IsFresh ? "log is behind" : status.Standing != "active" ? status.Standing : !status.IsFingerprintRegistered ? "another TLS key is registered" : "ok";
        return (state == "ok", JsonSerializer.Serialize(new { status = state, seq = status.Seq, logAgeMs = status.LogAgeMs, held = status.Held, freeBytes = status.FreeBytes }));
    }

    private static string StandingOf(NodeEntry? self) => self?.Record switch
    {
        null => "unknown",
        { HasLeft: true } => "left",
        { Status: 0 } => "pending",
        { Status: NodeRecord.StatusActive } => "active",
        { Status: 2 } => "quarantined",
        { Status: 3 } => "banned",
        _ => "leaving",
    };

    private static ChunkStore OpenStore(StorageNodeOptions options, StorageNodeFolder folder, out StartReport report)
    {
        StoreVerdict opened = FolderDisk.TryOpen(folder.Chunks, out FolderDisk? disk);
        if (disk is null) throw opened.Fault == StoreFault.Locked ? new DataFolderInUseException(folder.Chunks) : new ConfigurationException($"{folder.Chunks}: {opened.Code} {opened.Details}");
        StorageOptions limits = new() { CapacityBytes = options.CapacityBytes ?? long.MaxValue, ReserveBytes = options.ReserveBytes };
        StoreVerdict filled = ChunkStore.TryOpen(disk, limits, new UndeclaredLimit(options.UndeclaredBytesMax), TimeProvider.System, out ChunkStore? store, out StartReport? found);
        if (store is null || found is null)
        {
            disk.Dispose();
            throw new ConfigurationException($"{folder.Chunks}: {filled.Code} {filled.Details}");
        }
        report = found;
        return store;
    }

    private T Own<T>(T item) where T : IDisposable
    {
        _owned.Push(item);
        return item;
    }
}
