using System.Net;
using System.Text.Json;
using Dsdn.CelestiaClient;
using Dsdn.CelestiaClient.Configuration;
using Dsdn.Chain.Execution;
using Dsdn.Chain.View;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Genesis;
using Dsdn.Log.Attestation;
using Dsdn.Log.Following;
using Dsdn.Node.Archive;
using Dsdn.Node.Attestation;
using Dsdn.Node.Configuration;
using Dsdn.Node.LogService;
using Dsdn.Services.Batches;
using Dsdn.Node.RemoteSigning;
using Dsdn.Node.Validation;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Following;

/// <summary>Opening a node's log from its settings.</summary>
internal static class LogFollowingOpening
{
    /// <summary>Null: this node follows no log. The record of attestations is made all the same, with the node: a later one would count as lost.</summary>
    /// <param name="watched">The same signer as the node votes with: it stops where another machine uses the key.</param>
    /// <exception cref="ConfigurationException">the network has no log, or it cannot be opened</exception>
    public static LogFollowing? Open(
        NodeOptions options, NetworkGenesis network, DataFolder folder, IChainView view, IVoteSigner? signer, IVoteSigner? watched, bool isAlone, ILoggerFactory logs)
    {
        if (options.LogSources.Count == 0)
        {
            if (network.Log is not null && signer is FileVoteSigner own) AttestationSigners.OpenLocal(own, folder, view, options, isAlone, !Directory.Exists(folder.Log), logs).Dispose();
            return null;
        }
        if (network.Log is not { } genesis) throw new ConfigurationException($"--log-sources: the genesis of {network.Name} names no committee, so it has no log");
        var store = LogStore.Open(folder.Log, genesis, new ThreadParallel(Environment.ProcessorCount), FollowerLimits.Default, NetworkGenesis.RootsPerCheckpoint(genesis));
        try
        {
            var chain = new ChainIdentity(genesis.ChainId, genesis.LogId);
            var statements = new LogStatements(genesis.ChainId, options.DaNamespace ?? LogStatements.DefaultNamespace(genesis.LogId), network.Genesis.Parameters.EpochBlocks);
            NodeIdentity Identity() => new(NodeKeyFile.OpenOrCreate(folder.NodeKey, NodeKeyFile.PasswordOf(options)));
            IAttestationSigner? attester = signer switch
            {
                FileVoteSigner local => AttestationSigners.OpenLocal(local, folder, view, options, isAlone, store.State.Seq == 0, logs),
                RemoteVoteSigner remote when RemoteKey.AddressOf(options) is { } address => AttestationSigners.OpenRemote(remote, address, Identity(), chain, logs),
                _ => null,
            };
            if (attester is not null && watched is not null) attester = new WatchedAttestationSigner(attester, watched);
            return new LogFollowing(store, statements, attester, options.LogSources, Identity(), chain, TimeProvider.System, logs.CreateLogger("dsdn.log"));
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Null: this node serves the log to nobody.</summary>
    /// <exception cref="ConfigurationException">the address cannot be listened to</exception>
    public static async Task<LogServer?> ServeAsync(NodeOptions options, NetworkGenesis network, DataFolder folder, LogFollowing? log, ILoggerFactory logs)
    {
        if (options.LogListen is not { } listen || log is null || network.Log is not { } genesis) return null;
        if (!IPAddress.TryParse(listen.Host == "localhost" ? "127.0.0.1" : listen.Host, out IPAddress? address)) throw new ConfigurationException($"--log-listen: '{listen.Host}' is not an IP address");
        var identity = new NodeIdentity(NodeKeyFile.OpenOrCreate(folder.NodeKey, NodeKeyFile.PasswordOf(options)));
        var server = new LogServer(
            new ArchiveHost(log, genesis.ChainId, genesis.LogId), identity, new ChainIdentity(genesis.ChainId, genesis.LogId), address, listen.Port, TimeProvider.System, logs, log);
        try
        {
            await server.StartAsync();
            return server;
        }
        catch (IOException e)
        {
            await server.DisposeAsync();
            throw new ConfigurationException($"--log-listen: {e.Message}");
        }
    }

    /// <summary>Null: Celestia is not read.</summary>
    /// <exception cref="ConfigurationException">the settings do not fit</exception>
    public static CelestiaScan? OpenScan(NodeOptions options, NetworkGenesis network, DataFolder folder, ILoggerFactory logs)
    {
        if (options.Da is null || options.LogSources.Count == 0) return null;
        // A development network has a DA server of its own, at whatever address.
        bool isDevelopment = network.Genesis.ChainId == GenesisTemplates.DevnetChainId && options.Da != DaConfiguration.FromEnvironment;
        string? Variable(string name) => name switch
        {
            DaVariable.Url when isDevelopment && options.Da != DaConfiguration.Development => options.Da,
            DaVariable.TokenFile when options.DaTokenFile is not null => options.DaTokenFile,
            DaVariable.Token when options.DaTokenFile is not null => null,
            DaVariable.Namespace when options.DaNamespace is { } own => own.ToString(),
            _ => Environment.GetEnvironmentVariable(name),
        };
        DaFailure failure = DaConfiguration.TryLoad(isDevelopment ? DaConfiguration.Development : options.Da, Variable, null, out CelestiaOptions? celestia);
        if (celestia is null) throw new ConfigurationException($"--da: {failure}");
        celestia = celestia with { TrustFile = celestia.TrustFile ?? Path.Combine(folder.Log, "celestia-head.json") };
        return new CelestiaScan(new CelestiaNode(celestia), Path.Combine(folder.Log, "celestia-cursor"), logs.CreateLogger("dsdn.log"));
    }

    /// <summary>The answer of dsdn_logStatus.</summary>
    public static string Describe(LogFollowStatus? status, CelestiaScanStatus? scan) => status is null ? "null" : JsonSerializer.Serialize(new
    {
        seq = Quantity(status.Seq),
        coreHash = status.CoreHash.ToString(),
        logTimeMs = Quantity(status.LogTimeMs),
        source = status.Source,
        attestedSeq = Quantity(status.AttestedSeq),
        refused = Quantity(status.Refused),
        celestia = scan is null ? null : new { height = Quantity(scan.Height), batches = Quantity(scan.Batches), foreign = Quantity(scan.Foreign), unreadable = Quantity(scan.Unreadable) },
    });

    private static string Quantity(ulong value) => "0x" + value.ToString("x", System.Globalization.CultureInfo.InvariantCulture);
}
