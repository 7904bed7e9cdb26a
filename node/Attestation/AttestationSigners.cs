using Dsdn.Chain.Execution;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Signing;
using Dsdn.Node.Configuration;
using Dsdn.Node.RemoteSigning;
using Dsdn.Node.Validation;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Attestation;

/// <summary>Opens what attests for a node: its own key with the record beside that of votes, or a connection of its own to the signer.</summary>
internal static class AttestationSigners
{
    /// <summary>Between attempts the caller waits anyway: a synced write on a slow disk may take this long.</summary>
    private const int DeadlineMs = 5_000;

    /// <param name="signer">With the node's consensus key.</param>
    /// <param name="isAlone">No peers: nobody else has a log.</param>
    /// <param name="isArchiveEmpty">This node has no batch of the log.</param>
    /// <exception cref="KeyFileException">a new record cannot be written</exception>
    public static LocalAttestationSigner OpenLocal(
        FileVoteSigner signer, DataFolder folder, IChainView chain, NodeOptions options, bool isAlone, bool isArchiveEmpty, ILoggerFactory logs) =>
        OpenLocal(
            signer, folder, chain.ChainId, WhenMissing(SigningPolicy.IsKnown(chain, signer.PublicKey), chain.Head.Number, isArchiveEmpty, isAlone, options.DevValidator is not null),
            options.AttestAbove, TimeProvider.System, logs);

    /// <inheritdoc cref="OpenLocal(FileVoteSigner, DataFolder, IChainView, NodeOptions, bool, bool, ILoggerFactory)"/>
    public static LocalAttestationSigner OpenLocal(
        FileVoteSigner signer, DataFolder folder, ulong chainId, MissingRecord missing, ulong? attestAbove, TimeProvider clock, ILoggerFactory logs)
    {
        ILogger logger = logs.CreateLogger("dsdn.attestation");
        AttestationStore store = Open(folder.Attestations, missing, attestAbove);
        if (store.IsLost)
        {
            string why = store.Damage.Length > 0 ? $"{folder.Attestations}: {store.Damage}" : AttestRefusal.RecordLost.Text(0, 0);
            AttestationEvents.RecordLost(logger, AttestRefusal.RecordLost.Code(), why);
        }
        return new LocalAttestationSigner(signer.Key, store, chainId, clock, logger);
    }

    /// <param name="identity">Of this node, for this connection alone; disposed with it.</param>
    public static RemoteAttestationSigner OpenRemote(RemoteVoteSigner signer, SignerAddress address, NodeIdentity identity, ChainIdentity chain, ILoggerFactory logs) =>
        new(new SignerLink(address with { DeadlineMs = DeadlineMs }, identity, chain, TimeProvider.System, logs.CreateLogger("dsdn.attestation")), signer.PublicKey);

    /// <summary>The rules of the record of votes (<see cref="SigningPolicy"/>): a key that nobody knows attested nothing, one that the chain knows may have.</summary>
    /// <param name="isPublicKey">One of the development keys, which anybody has.</param>
    internal static MissingRecord WhenMissing(bool isKeyKnown, ulong height, bool isArchiveEmpty, bool isAlone, bool isPublicKey)
    {
        if (!isKeyKnown) return MissingRecord.NeverAttested;
        if (height > 0 || !isArchiveEmpty) return MissingRecord.Lost;
        return isAlone || isPublicKey ? MissingRecord.NeverAttested : MissingRecord.LogMayBegin;
    }

    private static AttestationStore Open(string path, MissingRecord missing, ulong? attestAbove)
    {
        try
        {
            return AttestationStore.Open(path, missing, attestAbove);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyFileException($"{path}: {e.Message}");
        }
    }
}
