using System.Globalization;
using System.Net;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Signing;
using Dsdn.Node.Attestation;
using Dsdn.Node.Configuration;
using Dsdn.Node.Observability;
using Dsdn.Node.Validation;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.RemoteSigning;

/// <summary>Where a signer listens, whom it serves, and from where on it signs.</summary>
/// <param name="SignAbove">Nothing at this height or below is signed; null: as the record says.</param>
public sealed record SignerSettings(IPAddress Address, int Port, IReadOnlySet<PeerId> Allowed, ulong? SignAbove);

/// <summary>Runs a signer in the foreground until it is told to stop.</summary>
public static class SignerProcess
{
    /// <summary>What was signed last.</summary>
    /// <exception cref="KeyFileException">the key does not open, or its record is lost</exception>
    /// <exception cref="ConfigurationException">the address cannot be listened to</exception>
    public static async Task<LastSign> RunAsync(NodeOptions options, SignerSettings settings, CancellationToken cancellation)
    {
        using ILoggerFactory logs = LogSetup.Create(options);
        var network = NetworkGenesis.Load(options.Network);
        using var folder = DataFolder.Open(options.DataFolder);
        using FileVoteSigner signer = ValidatorKey.OpenSigner(options, network, folder);
        bool isNewKey = signer.IsEmpty && settings.SignAbove == 0;
        CheckRecord(signer, folder, settings.SignAbove);
        using LocalAttestationSigner attestations = AttestationSigners.OpenLocal(
            signer, folder, network.Genesis.ChainId, isNewKey ? MissingRecord.NeverAttested : MissingRecord.Lost, options.AttestAbove, TimeProvider.System, logs);
        using var identity = new NodeIdentity(NodeKeyFile.OpenOrCreate(folder.NodeKey, NodeKeyFile.PasswordOf(options)));
        var chain = new ChainIdentity(network.Genesis.ChainId, network.Genesis.Block.Hash);
        await using var server = new SignerServer(signer, identity, chain, settings.Address, settings.Port, settings.Allowed, TimeProvider.System, logs, attestations);
        try
        {
            await server.StartAsync(cancellation);
        }
        catch (IOException e)
        {
            throw new ConfigurationException($"--listen: {e.Message}");
        }
        LastSign last = signer.Last;
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"ready: signer {identity.Id} for {network.Name} (chain id {chain.ChainId}) at {new IPEndPoint(settings.Address, server.Port)}, last signed {last.Height} / {last.Round} {last.Step}, {attestations.Description}"));
        await Console.Out.FlushAsync(CancellationToken.None);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration stop = cancellation.Register(stopped.SetResult);
        await stopped.Task;
        return signer.Last;
    }

    /// <summary>What an empty record does not say, nobody else may say but the operator.</summary>
    private static void CheckRecord(FileVoteSigner signer, DataFolder folder, ulong? signAbove)
    {
        if (signAbove is { } height && (signer.IsEmpty || signer.Last.Height < height)) signer.Raise(height);
        if (signer.IsEmpty)
            throw new KeyFileException($"{folder.LastSign}: no record of what this key signed. Move it here with the key, or start once with --sign-above HEIGHT: 0 for a key that never signed, else a height that it cannot have reached");
    }
}
