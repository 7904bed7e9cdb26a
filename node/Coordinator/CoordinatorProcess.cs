using System.Globalization;
using System.Text;
using Dsdn.CelestiaClient;
using Dsdn.CelestiaClient.Health;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.View;
using Dsdn.Chain.Wallet.Keystore;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Tendermint;
using Dsdn.Consensus.Wal;
using Dsdn.Coordinator.Audits;
using Dsdn.Genesis;
using Dsdn.Log.Attestation;
using Dsdn.Log.Following;
using Dsdn.Log.Routing;
using Dsdn.Log.State;
using Dsdn.Node;
using Dsdn.Node.Archive;
using Dsdn.Node.Configuration;
using Dsdn.Node.Following;
using Dsdn.Node.LogService;
using Dsdn.Node.Observability;
using Dsdn.Node.Operations;
using Dsdn.Node.Outbox;
using Dsdn.Node.Validation;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Rpc;
using Dsdn.Services;
using Microsoft.Extensions.Logging;

namespace Dsdn.Coordinator;

/// <summary>A coordinator as one object, put together here and nowhere else: log, batches, where they go, the chain on both sides, and who asks.</summary>
public sealed class CoordinatorProcess : IAsyncDisposable
{
    private const ulong StaleBatches = 15;
    private const int StartCheckMs = 10_000;

    private readonly CoordinatorFolder _folder;
    private readonly Stack<IDisposable> _owned = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly LogStore _store;
    private readonly BatchLoop _loop;
    private readonly DaLine _da;
    private readonly ChainLine _chain;
    private readonly CelestiaNode _celestia;
    private readonly LogServer _server;
    private readonly OperatorEndpoint _operator;
    private readonly CoordinatorGauges _gauges;
    private readonly LogStatements _statements;
    private readonly CoordinatorHost _host;
    private ControlSocket? _control;
    private readonly LivenessWatch _watch;
    private readonly AuditLine _audits;
    private readonly ReportLine _reports;
    private Task _chainTask = Task.CompletedTask, _watchTask = Task.CompletedTask, _auditTask = Task.CompletedTask;

    private CoordinatorProcess(CoordinatorOptions options, NetworkGenesis network, LogGenesis genesis, CoordinatorFolder folder, ILoggerFactory logs)
    {
        _folder = folder;
        TimeProvider clock = TimeProvider.System;
        ulong chainId = network.Genesis.ChainId;
        Committee committee = genesis.FirstCommittee;
        var chainIdentity = new ChainIdentity(chainId, network.Genesis.Block.Hash);
        byte[] nodeSeed = NodeKeyFile.OpenOrCreate(folder.NodeKey, Password(options));
        var identity = new NodeIdentity(nodeSeed);
        var key = new ConsensusKey(MemberSeed(options, network, folder));
        if (committee.Members.Count != 1 || !committee.Members[0].Key.Span.SequenceEqual(key.PublicKey.Span))
            throw new KeyFileException("the key is not the member's that the genesis names, or the committee has more than one member, which this version does not run");
        _store = Own(OpenLog(folder, genesis));
        WalFile wal = Own(WalFile.Open(folder.Wal));
        MemberSigner signer = Own(new MemberSigner(key, LastSignFile.Open(folder.LastRound), LastSignFile.Open(folder.LastFinal)));
        OutboxFolder outbox = Own(OutboxFolder.Open(folder.Outbox));
        EmergencyStore copies = Own(EmergencyStore.Open(Path.Combine(folder.Emergency, "copies.log"), nodeSeed, new EmergencyOptions { LocationPrefix = $"dsdn:{identity.Id}/" }));
        _statements = new LogStatements(chainId, options.Celestia.Namespace, network.Genesis.Parameters.EpochBlocks);
        _celestia = new CelestiaNode(options.Celestia, clock);
        _host = new CoordinatorHost(genesis, _store.Archive, clock);
        _host.Opened(_store.State);
        ILogger logger = logs.CreateLogger("dsdn.coordinator");

        var faults = new FaultReports();
        var desk = new AttestationDesk(_statements, chainId, Certified, anchor => _chain?.Send(anchor), clock);
        _da = new DaLine(
            new DaLineParts(outbox, _store.Archive, copies, _celestia, _statements, options.Celestia.Namespace.ToArray(), (id, body) => _loop?.Announce(id, body), level => _loop?.Press(level)),
            options.Router, clock, logger);
        CoreOptions pacing = CoreOptions.Default with { IntervalMs = options.IntervalMs, IdleIntervalMs = options.IdleMs };
        _loop = new BatchLoop(new BatchLoopParts(_store, WalLog.Open(wal, _store.State.Seq), signer, pacing, options.PatienceMs, (batch, roots) =>
        {
            DaStatement statement = desk.Expect(batch.Header, batch.Encoded, batch.DaSet.Validators, roots?.Roots);
            if (roots is { } anchored) faults.Collect(_store.State, anchored);
            _host.Publish(batch);
            _da.Decided(new AppliedFacts(batch.Seq, batch.CoreHash, statement.Commitment, statement.DataBytes));
        }, ids => _da.Announced(ids)), clock, logger);
        var rpc = Own(new RpcClient(options.Chain));
        var chain = new ChainClient(rpc);
        var verifier = new ChainAnchorVerifier(chainId, network.Genesis.Block.Hash, genesis.GenesisValidators);
        Account? account = AccountOf(options, network);
        _chain = new ChainLine(
            new ChainReader(chain, verifier, [FeedChain.Nodes, FeedChain.Committee, FeedChain.Agreements]), chain, _loop, account, options.ChainPollMs, options.AnchorMs, clock, logger);
        foreach ((BatchHeader header, byte[] envelope) in Uncertified()) desk.Expect(header, envelope, ArchivedSets.At(_store.Archive, genesis, header.Seq), _store.State.RootsAt(header.Seq)?.Roots);
        (_host.Loop, _host.Da, _host.Chain, _host.Desk) = (_loop, _da, _chain, desk);
        var channels = Own(new ServiceChannels(identity, chainIdentity, TlsRole.Service, clock));
        var answers = new AnswerStore(folder.Answers, chainId);
        var lies = new LieReports(folder.Lies, chainId, answers);
        _audits = new AuditLine(_loop, channels, new SheetDesk(answers, lies, _loop.TakeSheetAsync, logger), chainId, genesis.Audits, clock, logger);
        _reports = new ReportLine(faults, lies, chain, account, TimeSpan.FromMilliseconds(options.AnchorMs), clock, logger);
        _host.AuditAnswers = answers;
        _watch = Own(new LivenessWatch(_loop, channels, genesis.Storage, clock, logger));
        _server = new LogServer(_host, identity, chainIdentity, options.Listen.Address, options.Listen.Port, clock, logs, _host);
        _gauges = Own(new CoordinatorGauges(_host));
        PrometheusExporter exporter = Own(new PrometheusExporter());
        ulong staleMs = Math.Max(10_000, StaleBatches * options.IdleMs);
        _operator = new OperatorEndpoint(options.Operator.Address, options.Operator.Port, () => _host.Health(staleMs), exporter.Scrape, _host.Describe);
        Id = identity.Id.ToString();
    }

    /// <summary>Under which TLS knows it.</summary>
    public string Id { get; }

    public int Port => _server.Port;

    public int OperatorPort => _operator.Port;

    /// <summary>Of the last batch.</summary>
    public ulong Seq => _host.Status.Seq;

    /// <exception cref="ConfigurationException">settings that cannot be used</exception>
    /// <exception cref="KeyFileException">the key does not open, or is not the member's</exception>
    public static async Task<CoordinatorProcess> StartAsync(CoordinatorOptions options, ILoggerFactory logs, CancellationToken cancel)
    {
        NetworkGenesis network = NetworkGenesis.Load(options.Network);
        LogGenesis genesis = network.Log ?? throw new ConfigurationException($"{network.Name}: its genesis names no committee, so it has no log");
        CoordinatorFolder folder = CoordinatorFolder.Open(options.DataFolder);
        return await ServiceStart.RunAsync(
            folder,
            async () =>
            {
                await RecoverAsync(options, genesis, folder, logs.CreateLogger("dsdn.coordinator"), cancel);
                return new CoordinatorProcess(options, network, genesis, folder, logs);
            },
            process => process.StartAsync(logs, cancel));
    }

    /// <summary>Returns when a thread has ended by itself (with its error) or the caller cancels (null).</summary>
    public async Task<Exception?> EndedAsync(CancellationToken cancel)
    {
        try
        {
            return await await Task.WhenAny(_loop.Ended, _da.Ended).WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Stops in the order in which work enters.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_control is not null) await _control.DisposeAsync();
        await _server.DisposeAsync();
        await _operator.DisposeAsync();
        await _stop.CancelAsync();
        await Task.WhenAll(_chainTask, _watchTask, _auditTask);
        _loop.Dispose();
        _da.Dispose();
        await _celestia.DisposeAsync();
        while (_owned.TryPop(out IDisposable? owned)) owned.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }

    /// <summary>Before anything is opened to be decided on.</summary>
    private static async Task RecoverAsync(CoordinatorOptions options, LogGenesis genesis, CoordinatorFolder folder, ILogger logger, CancellationToken cancel)
    {
        if (options.LogSources.Count == 0) return;
        using LogStore store = OpenLog(folder, genesis);
        if (!LogRecovery.IsNeeded(folder, store)) return;
        await new LogRecovery(genesis, options.LogSources, TimeProvider.System, logger).RunAsync(store, cancel);
        using OutboxFolder outbox = OutboxFolder.Open(folder.Outbox);
        LogRecovery.Adopt(store, outbox.Journal, options.Celestia.Namespace);
    }

    private static LogStore OpenLog(CoordinatorFolder folder, LogGenesis genesis) =>
        LogStore.Open(folder.Log, genesis, new ThreadParallel(Environment.ProcessorCount), FollowerLimits.Default, NetworkGenesis.RootsPerCheckpoint(genesis));

    private async Task StartAsync(ILoggerFactory logs, CancellationToken cancel)
    {
        await CheckCelestiaAsync(logs.CreateLogger("dsdn.coordinator"), cancel);
        _da.Start(_store.State.Seq, FactsOf);
        _loop.Start();
        await _server.StartAsync(cancel);
        await _operator.StartAsync(cancel);
        _chainTask = Task.Run(() => _chain.RunAsync(_stop.Token), CancellationToken.None);
        _watchTask = Task.Run(() => _watch.RunAsync(_stop.Token), CancellationToken.None);
        _auditTask = Task.Run(() => Task.WhenAll(_audits.RunAsync(_stop.Token), _reports.RunAsync(_stop.Token)), CancellationToken.None);
        _control = ControlSocket.TryOpen(_folder.Control, [ModeOrder()], logs.CreateLogger<ControlSocket>());
    }

    /// <summary>Before anything is served. Wrong settings end it; an outage does not: the process is there to bridge it.</summary>
    /// <exception cref="ConfigurationException">what is configured can never work</exception>
    private async Task CheckCelestiaAsync(ILogger logger, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(StartCheckMs);
        try
        {
            StartReport report = await DaStartCheck.RunAsync(_celestia, patience.Token);
            foreach (StartFinding finding in report.Findings.Where(static finding => finding.Level != StartLevel.Good))
                CoordinatorLog.StartFinding(logger, finding.Check, finding.Code, finding.Detail, finding.Suggestion);
            if (!report.MayServe) throw new ConfigurationException("--da: " + string.Join("; ", report.Findings.Where(static finding => finding.Level == StartLevel.Refusal).Select(static finding => $"{finding.Code} {finding.Detail}")));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            CoordinatorLog.StartFinding(logger, "connection", DaCodes.Timeout, $"no answer within {StartCheckMs} ms", "the log starts without Celestia");
        }
    }

    /// <summary>Of a batch that was decided just before the process ended.</summary>
    private AppliedFacts FactsOf(ulong seq)
    {
        (BatchHeader header, byte[] envelope) = Archived(seq);
        return new AppliedFacts(seq, header.CoreHash, _statements.CommitmentOf(envelope), (uint)envelope.Length);
    }

    /// <summary>Of the last batches those that the quorum had not signed when the process ended: validators sign again when they connect.</summary>
    private IEnumerable<(BatchHeader Header, byte[] Envelope)> Uncertified()
    {
        ulong head = _store.State.Seq;
        for (ulong seq = head > LogFollowing.SignedAgainMax ? head - LogFollowing.SignedAgainMax + 1 : 1; seq <= head; seq++)
            if (_store.Archive.Certificate(seq) is null) yield return Archived(seq);
    }

    private (BatchHeader Header, byte[] Envelope) Archived(ulong seq)
    {
        byte[] envelope = _store.Archive.Read(seq) ?? throw new InvalidOperationException($"batch {seq} is not in the archive");
        BatchEnvelopeCodec.TryDecode(envelope, out BatchEnvelope? read);
        return (read?.Header ?? throw new InvalidOperationException($"batch {seq} cannot be read"), envelope);
    }

    private void Certified(DaCertificate certificate)
    {
        _store.Archive.PutCertificate(certificate.Statement.Seq, certificate);
        _da.Certified(certificate.Statement.Seq, certificate.Hash);
    }

    private ControlOrder ModeOrder() => new(
        "mode", "mode auto|healthy|degraded|emergency", "DSDN-E-DA-MODE",
        static name => Modes.ContainsKey(name) ? null : "auto, healthy, degraded or emergency",
        name => _da.ForceAsync(Modes[name]).GetAwaiter().GetResult().ToString().ToLower(CultureInfo.InvariantCulture));

    private static readonly IReadOnlyDictionary<string, RouterMode?> Modes = new Dictionary<string, RouterMode?>(StringComparer.Ordinal)
    {
        ["auto"] = null, ["healthy"] = RouterMode.Healthy, ["degraded"] = RouterMode.Degraded, ["emergency"] = RouterMode.Emergency,
    };

    private T Own<T>(T item) where T : IDisposable
    {
        _owned.Push(item);
        return item;
    }

    private static string? Password(CoordinatorOptions options) =>
        options.PasswordFile is { } file && File.Exists(file) ? File.ReadLines(file).FirstOrDefault() ?? "" : Environment.GetEnvironmentVariable("DSDN_PASSWORD");

    private static byte[] MemberSeed(CoordinatorOptions options, NetworkGenesis network, CoordinatorFolder folder)
    {
        string file = options.KeyFile ?? folder.MemberKey;
        if (!File.Exists(file))
        {
            if (options.KeyFile is null && network.PublicCommitteeSeed is { } seed) return seed;
            throw new KeyFileException($"{file}: no member key; name it with --key");
        }
        string password = Password(options) ?? throw new KeyFileException($"{file} is locked: give its password with --password-file or DSDN_PASSWORD");
        KeystoreError error = KeyFile.Decrypt(File.ReadAllBytes(file), Encoding.UTF8.GetBytes(password), out KeyFile? _, out byte[] secret);
        if (error != KeystoreError.None) throw new KeyFileException($"{file}: {error.Code()}");
        return secret.Length == Ed25519.SeedSize ? secret : throw new KeyFileException($"{file}: holds {secret.Length} bytes, an Ed25519 seed has {Ed25519.SeedSize}");
    }

    private Account? AccountOf(CoordinatorOptions options, NetworkGenesis network)
    {
        if (options.DevelopmentAccount is { } number)
        {
            if (network.Genesis.ChainId != GenesisTemplates.DevnetChainId) throw new ConfigurationException($"--dev-account: chain {network.Genesis.ChainId} is no development chain");
            return Own(Account.FromPrivateKey(DevnetKeys.PrivateKey(number)));
        }
        if (options.AccountFile is not { } file) return null;
        string password = Password(options) ?? throw new KeyFileException($"{file} is locked: give its password with --password-file or DSDN_PASSWORD");
        return Own(Account.FromKeystore(File.ReadAllText(file), password));
    }
}
