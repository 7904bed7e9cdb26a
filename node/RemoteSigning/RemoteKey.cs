using Dsdn.Chain.Codecs;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Peers;
using Dsdn.Node.Configuration;
using Dsdn.Node.Validation;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.RemoteSigning;

/// <summary>Finds the signer that --signer names. Its public key is kept in DATA/signer/remote-key, so that a later start does not need the signer: the node follows, and votes once it answers.</summary>
internal static class RemoteKey
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a start waits for the signer where it can, and where it cannot, go on without.</summary>
    private static readonly TimeSpan PatienceWithKey = TimeSpan.FromSeconds(2), Patience = TimeSpan.FromSeconds(12);

    /// <param name="identity">Of this node.</param>
    /// <exception cref="ConfigurationException">settings or files that contradict --signer</exception>
    /// <exception cref="KeyFileException">the signer refuses, or does not answer and its key is not known yet</exception>
    public static async Task<RemoteVoteSigner> OpenAsync(
        NodeOptions options, SignerAddress address, NodeIdentity identity, ChainIdentity chain, DataFolder folder, ILogger logger, CancellationToken cancellation)
    {
        RefuseLocalKey(options, folder);
        var link = new SignerLink(address, identity, chain, TimeProvider.System, logger);
        try
        {
            ReadOnlyMemory<byte> key = await KeyOfAsync(link, folder.RemoteKey, identity.Id, cancellation);
            return new RemoteVoteSigner(link, key);
        }
        catch
        {
            link.Dispose();
            throw;
        }
    }

    /// <exception cref="ConfigurationException">only one of the two settings is given</exception>
    public static SignerAddress? AddressOf(NodeOptions options) => (options.Signer, options.SignerId) switch
    {
        (null, null) => null,
        ({ } at, { } id) => new SignerAddress(at.Host, at.Port, new PeerId(id)),
        _ => throw new ConfigurationException("--signer HOST:PORT and --signer-id ID belong together"),
    };

    /// <summary>One key in two places is how a validator signs twice.</summary>
    private static void RefuseLocalKey(NodeOptions options, DataFolder folder)
    {
        if (options.Follow) throw new ConfigurationException("--signer and --follow contradict each other");
        if (options.DevValidator is not null || options.ValidatorKeyFile is not null) throw new ConfigurationException("--signer: the consensus key is with the signer; --validator-key and --dev-validator name one here");
        if (File.Exists(folder.ValidatorKey)) throw new ConfigurationException($"--signer: {folder.ValidatorKey} is a consensus key here; move it to the signer, or remove it");
        if (File.Exists(folder.Attestations)) throw new ConfigurationException($"--signer: {folder.Attestations} is the record of a consensus key here; move it to the signer with its key, or remove it if it is of another one");
        if (File.Exists(folder.LastSign)) throw new ConfigurationException($"--signer: {folder.LastSign} is the record of a consensus key here; move it to the signer with its key, or remove it if it is of another one");
    }

    private static async Task<ReadOnlyMemory<byte>> KeyOfAsync(SignerLink link, string cache, PeerId self, CancellationToken cancellation)
    {
        byte[]? known = File.Exists(cache) && Hex.TryDecode((await File.ReadAllTextAsync(cache, cancellation)).Trim(), out byte[]? read) && read.Length == Ed25519.PublicKeySize ? read : null;
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                ReadOnlyMemory<byte> key = link.Describe().PublicKey;
                await File.WriteAllTextAsync(cache, Hex.Encode(key.Span) + "\n", cancellation);
                return key;
            }
            catch (SignerAwayException e) when (TimeProvider.System.GetElapsedTime(began) > (known is null ? Patience : PatienceWithKey))
            {
                if (known is not null) return known;
                throw new KeyFileException($"{e.Message}; a first start needs the signer, which must --allow {self}");
            }
            catch (SignerAwayException)
            {
                await Task.Delay(Pause, cancellation);
            }
            catch (NotSignedException e)
            {
                throw new KeyFileException(e.Message);
            }
        }
    }
}
