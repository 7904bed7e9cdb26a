using System.Net;
using System.Security.Cryptography.X509Certificates;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Peers;
using Dsdn.Grpc;
using Dsdn.Grpc.Server;
using Dsdn.Node.Attestation;
using Dsdn.Node.Validation;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.RemoteSigning;

/// <summary>Serves a consensus key over mutual TLS to the nodes it was told, which are known by their node ids (<see cref="TlsBinding"/>).</summary>
public sealed class SignerServer : IAsyncDisposable
{
    private readonly ChainIdentity _chain;
    private readonly IReadOnlySet<PeerId> _allowed;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly NodeCertificates _certificates;
    private readonly GrpcServer _server;

    /// <param name="signer">With a record that is not empty; belongs to the caller, as the identity does.</param>
    /// <param name="port">0: any free one.</param>
    /// <param name="attestations">Of the same key, with a record of its own; belongs to the caller. Null: this signer attests nothing.</param>
    public SignerServer(
        FileVoteSigner signer, NodeIdentity identity, ChainIdentity chain, IPAddress address, int port, IReadOnlySet<PeerId> allowed, TimeProvider clock, ILoggerFactory logs,
        IAttestationSigner? attestations = null)
    {
        if (signer.IsEmpty) throw new ArgumentException("an empty record does not say what was signed");
        (_chain, _allowed, _clock, _logger) = (chain, allowed, clock, logs.CreateLogger("dsdn.signer"));
        _certificates = new NodeCertificates(identity, chain, TlsRole.Signer, clock);
        _server = new GrpcServer(new SignerService(signer, attestations, chain, _logger).Services(Identify), new GrpcServerOptions
        {
            Address = address,
            Port = port,
            Tls = () => _certificates.Server(CheckCaller),
            RequestBytesMax = SignerMethods.MessageBytesMax,
            ResponseBytesMax = SignerMethods.MessageBytesMax,
            ConnectionsMax = 64,
            CallsPerConnectionMax = 8,
            CallsMax = 64,
            StopGraceMs = 500,
        }, logs);
    }

    /// <summary>The port it listens on, after <see cref="StartAsync"/>.</summary>
    public int Port => _server.Port;

    /// <exception cref="IOException">the address is taken</exception>
    public Task StartAsync(CancellationToken cancellation = default) => _server.StartAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _certificates.Dispose();
    }

    /// <summary>Inside the handshake: a stranger gets no further.</summary>
    private bool CheckCaller(X509Certificate2? certificate)
    {
        if (Refusal(certificate, out PeerId? node) is not { } code) return true;
        SignerLog.CallerRefused(_logger, code, node?.ToString() ?? "unknown");
        return false;
    }

    /// <summary>Again for each call: a connection may outlive its certificate.</summary>
    private void Identify(GrpcServerCall call)
    {
        if (Refusal(call.Connection.ClientCertificate, out _) is { } code) throw new GrpcException(GrpcStatusCode.Unauthenticated, code);
    }

    private string? Refusal(X509Certificate2? certificate, out PeerId? node)
    {
        BindingError error = TlsBinding.Verify(certificate, _chain, TlsRole.Signer, _clock.GetUtcNow(), out TlsBinding? binding);
        node = binding?.Node;
        if (error != BindingError.None || binding is null) return error.Code();
        return _allowed.Contains(binding.Node) ? null : SignerCodes.NotAllowed;
    }
}
