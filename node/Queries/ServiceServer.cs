using System.Net;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Network.Links;
using Dsdn.Grpc.Server;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Queries;

/// <summary>Services of one process over mutual TLS, for whoever belongs to the chain.</summary>
public sealed class ServiceServer : IAsyncDisposable
{
    private const int ConnectionsPerAddress = 64;

    private readonly NodeIdentity _identity;
    private readonly NodeCertificates _certificates;
    private readonly GrpcServer _server;
    private readonly IpLimit _addresses = new(ConnectionsPerAddress);

    /// <param name="identity">Disposed with this.</param>
    /// <param name="port">0: any free one.</param>
    public ServiceServer(
        GrpcServices services, ServiceCallers callers, NodeIdentity identity, ChainIdentity chain, TlsRole role, IPAddress address, int port, int messageBytesMax, TimeProvider clock, ILoggerFactory logs)
    {
        _identity = identity;
        _certificates = new NodeCertificates(identity, chain, role, clock);
        _server = new GrpcServer(services, new GrpcServerOptions
        {
            Address = address,
            Port = port,
            Tls = () => _certificates.Server(callers.IsOfThisChain),
            RequestBytesMax = messageBytesMax,
            ResponseBytesMax = messageBytesMax,
            Admit = _addresses.TryEnter,
            StopGraceMs = 500,
        }, logs);
    }

    /// <summary>The port it listens on, after <see cref="StartAsync"/>.</summary>
    public int Port => _server.Port;

    /// <exception cref="IOException">the address is taken</exception>
    public Task StartAsync(CancellationToken cancel = default) => _server.StartAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _certificates.Dispose();
        _identity.Dispose();
    }
}
