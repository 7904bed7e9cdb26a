using System.Text.Json;
using Dsdn.Chain.Execution;
using Dsdn.Chain.View;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Log.Attestation;
using Dsdn.Log.Following;
using Dsdn.Node.Archive;
using Dsdn.Node.Attestation;
using Dsdn.Node.Configuration;
using Dsdn.Node.RemoteSigning;
using Dsdn.Node.Validation;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Following;

/// <summary>Opening a node's log from its settings.</summary>
internal static class LogFollowingOpening
{
    /// <summary>Null: this node follows no log.</summary>
    /// <exception cref="ConfigurationException">the network has no log, or it cannot be opened</exception>
    public static LogFollowing? Open(NodeOptions options, NetworkGenesis network, DataFolder folder, IChainView view, IVoteSigner? signer, bool isAlone, ILoggerFactory logs)
    {
        if (options.LogSources.Count == 0) return null;
        if (network.Log is not { } genesis) throw new ConfigurationException($"--log-sources: the genesis of {network.Name} names no committee, so it has no log");
        var store = LogStore.Open(folder.Log, genesis, new ThreadParallel(Environment.ProcessorCount), FollowerLimits.Default);
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
            return new LogFollowing(store, statements, attester, options.LogSources, Identity(), chain, TimeProvider.System, logs.CreateLogger("dsdn.log"));
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>The answer of dsdn_logStatus.</summary>
    public static string Describe(LogFollowStatus? status) => status is null ? "null" : JsonSerializer.Serialize(new
    {
        seq = "0x" + status.Seq.ToString("x", System.Globalization.CultureInfo.InvariantCulture),
        coreHash = status.CoreHash.ToString(),
        logTimeMs = "0x" + status.LogTimeMs.ToString("x", System.Globalization.CultureInfo.InvariantCulture),
        source = status.Source,
        attestedSeq = "0x" + status.AttestedSeq.ToString("x", System.Globalization.CultureInfo.InvariantCulture),
        refused = "0x" + status.Refused.ToString("x", System.Globalization.CultureInfo.InvariantCulture),
    });
}
