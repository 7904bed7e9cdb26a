using Dsdn.Celestia.Rpc;
using Dsdn.Chain.Crypto;
using Dsdn.DaServer.Accounts;
using Dsdn.DaServer.Blocks;
using Dsdn.DaServer.Faults;
using Dsdn.DaServer.Http;
using Dsdn.DaServer.Rpc;
using Dsdn.DaServer.Storage;
using Dsdn.DaServer.Submission;
using Microsoft.Extensions.Logging;

namespace Dsdn.DaServer;

/// <summary>
/// The development DA server: blocks on a timer with real squares, proofs and signed headers, behind the JSON-RPC of celestia-node. Runs until it
/// is disposed; what a submit was answered with is on disk.
/// </summary>
public sealed class DaServerProcess : IAsyncDisposable
{
    private readonly ServerFolder _folder;
    private readonly DaNode _node;
    private readonly DaListener _listener;
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Makes the folder and its tokens, for those who are started before the server.</summary>
    /// <exception cref="DaServerException">the folder is in use, damaged, or cannot be written</exception>
    public static void Prepare(DaServerOptions options)
    {
        using ServerFolder folder = ServerFolder.Open(options);
        folder.WriteTokens();
    }

    private DaServerProcess(ServerFolder folder, DaNode node, DaListener listener)
    {
        (_folder, _node, _listener) = (folder, node, listener);
        folder.WriteTokens();
        ReadToken = folder.Token(RpcPermission.Read);
        WriteToken = folder.Token(RpcPermission.Write);
        AdminToken = folder.Token(RpcPermission.Admin);
        Endpoint = new Uri($"http://{listener.Endpoint}/");
    }

    /// <summary>"http://127.0.0.1:26658/"; for WebSockets with the scheme ws.</summary>
    public Uri Endpoint { get; }

    public string ReadToken { get; }

    public string WriteToken { get; }

    public string AdminToken { get; }

    /// <summary>The same switches as devnet.SetFault.</summary>
    public FaultBoard Faults => _node.Faults;

    /// <summary>The last block; at least 1.</summary>
    public ulong Height => _node.Ledger.Height;

    /// <summary>Of the first account, which pays where a submit names none.</summary>
    public string AccountAddress => _node.Keyring[0].Address;

    /// <summary>The balance of that account after the last block.</summary>
    public UInt128 BalanceUtia => _node.Ledger.Accounts[0].BalanceUtia;

    /// <summary>Ends when no more blocks are made: in order when the server is disposed, with an exception otherwise.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    internal DaNode Node => _node;

    /// <exception cref="DaServerException">the folder is in use or damaged, the address taken, an option impossible</exception>
    public static async Task<DaServerProcess> StartAsync(DaServerOptions options, CancellationToken cancel = default)
    {
        Check(options);
        ILogger log = options.Logs.CreateLogger("Dsdn.DaServer");
        ServerFolder folder = ServerFolder.Open(options);
        BlockFiles? files = null;
        try
        {
            files = BlockFiles.Open(folder.Blocks);
            if (files.CutBytes > 0) DaServerLog.Cut(log, files.CutBytes);
            DaNode node = Compose(options, folder, files, log);
            foreach (FaultRule rule in options.Faults) node.Faults.Set(rule);
            if (node.Ledger.Height == 0) await node.Producer.ProduceAsync(cancel); // there is always a head
            DaListener listener = new(node, options, TimeProvider.System, log);
            await listener.StartAsync(cancel);
            DaServerProcess server = new(folder, node, listener);
            server.Run(options.BlockTimeMs);
            DaServerLog.Serving(log, server.Endpoint, folder.Settings.ChainId, server.Height, node.Preset.NodeText);
            return server;
        }
        catch
        {
            files?.Dispose();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Makes a block now, whatever the timer says.</summary>
    /// <returns>Its height.</returns>
    public async Task<ulong> ProduceBlockAsync(CancellationToken cancel = default) => (await _node.Producer.ProduceAsync(cancel)).Height;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        try
        {
            await Ended;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // It was logged when it happened; the rest is still closed in order.
        }
        _node.Mempool.Stop();
        await _listener.DisposeAsync();
        _node.Producer.Dispose();
        _node.Ledger.Dispose();
        _folder.Dispose();
        _stopping.Dispose();
    }

    private static DaNode Compose(DaServerOptions options, ServerFolder folder, BlockFiles files, ILogger log)
    {
        Preset preset = Preset.Of(options.ApiVersion);
        if (options.SquareWidthMax is { } width) preset = preset with { SquareWidthMax = width };
        TimeProvider clock = TimeProvider.System;
        HeaderMaker headers = new(folder.Settings.ChainId, folder.ValidatorSeed);
        Ledger ledger = new(files, headers, [.. folder.Keyring.Select(_ => new AccountState(0, folder.Settings.BalanceUtia))], options.CacheBytesMax);
        if (ledger.Accounts.Count != folder.Keyring.Count) throw new DaServerException("the keyring is not that of the blocks", isIntegrity: true);
        FaultBoard faults = new(() => ledger.Height);
        Mempool mempool = new(ledger, folder.Keyring, folder.Settings.ChainId, preset);
        Horizon horizon = new(ledger, options.RetentionMs, clock);
        Producer producer = new(ledger, mempool, headers, horizon, faults, preset, clock, log);
        byte[] peerKey = new byte[Ed25519.PublicKeySize];
        Ed25519.PublicKey(folder.ValidatorSeed, peerKey);
        DaNode node = new(
            preset, ledger, new HeightGate(ledger, horizon, faults, preset), mempool, new Submitter(mempool, ledger, faults, preset, options.SubmitTimeoutMs), producer, faults,
            folder.Keyring, folder.Secret, PeerId.Of(peerKey), new DaMetrics(), clock, log);
        producer.Made += block => node.Metrics.BlockMade(block.Square.Blobs.Count, block.Square.Blobs.Sum(static blob => (long)blob.Blob.Data.Length));
        producer.Made += node.Subscriptions.Publish;
        faults.Changed += () => DaServerLog.FaultsNow(log, string.Join(", ", faults.List().Select(static fault => fault.Rule)));
        return node;
    }

    private void Run(int blockTimeMs) => Ended = Task.Run(async () =>
    {
        try
        {
            await _node.Producer.RunAsync(blockTimeMs, _stopping.Token);
        }
        catch (Exception failure)
        {
            DaServerLog.ProducerEnded(_node.Log, failure);
            throw;
        }
    });

    private static void Check(DaServerOptions options)
    {
        const int AccountsMax = 16, BlockTimeMsMax = 3_600_000;
        if (options.BlockTimeMs is < 0 or > BlockTimeMsMax) throw new DaServerException($"a block time of {options.BlockTimeMs} ms, at most {BlockTimeMsMax} are possible");
        if (options.Accounts is < 1 or > AccountsMax) throw new DaServerException($"{options.Accounts} accounts, 1 to {AccountsMax} are possible");
        if (options.ChainId.Length is 0 or > Celestia.DaLimits.ChainIdBytesMax || options.ChainId.AsSpan().ContainsAnyExceptInRange('!', '~')) throw new DaServerException($"'{options.ChainId}' is no chain id");
        if (options.RequestsPerSecondMax is < 1 || options.ConcurrentRequestsMax is < 1) throw new DaServerException("a limit of requests is at least 1");
        if (options.SubmitTimeoutMs < 1 || options.CacheBytesMax < 0) throw new DaServerException("a limit is below its least value");
        if (options.SquareWidthMax is { } width && (width is < 1 or > Celestia.DaLimits.SquareWidthMax || !System.Numerics.BitOperations.IsPow2(width)))
            throw new DaServerException($"a square width of {width}: powers of two up to {Celestia.DaLimits.SquareWidthMax} are possible");
        if (options.Faults.Count > FaultBoard.FaultsMax) throw new DaServerException($"at most {FaultBoard.FaultsMax} faults are possible");
    }
}
