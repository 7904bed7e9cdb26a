using System.Net;
using System.Security.Cryptography.X509Certificates;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Network.Links;
using Dsdn.Grpc;
using Dsdn.Grpc.Server;
using Dsdn.Services.Chunks;
using Dsdn.Services.Chunks.Wire;
using Dsdn.StorageNode.Auditing;
using Dsdn.StorageNode.Keys;
using Microsoft.Extensions.Logging;

namespace Dsdn.StorageNode.Serving;

/// <summary>The gRPC service of a storage node over mutual TLS, for whoever belongs to the chain. Its certificates are of the key that is registered there.</summary>
internal sealed class ChunkServer : IAsyncDisposable
{
    private readonly NodeIdentity _identity;
    private readonly ChainIdentity _chain;
    private readonly TimeProvider _clock;
    private readonly NodeCertificates _certificates;
    private readonly GrpcServer _server;
    private readonly IpLimit _addresses;

    /// <param name="extend">Further services on the same port; null: none.</param>
    public ChunkServer(
        PutDesk puts, GetDesk gets, AuditDesk audits, StorageIdentity identity, ChainIdentity chain, IPEndPoint listen, ServingLimits limits, TimeProvider clock, ILoggerFactory logs, Action<GrpcServices>? extend)
    {
        (_chain, _clock) = (chain, clock);
        _identity = identity.ForTls();
        _addresses = new IpLimit(limits.ConnectionsPerAddress);
        _certificates = new NodeCertificates(_identity, chain, TlsRole.Service, clock, identity.Tls);
        GrpcServices services = new GrpcServices()
            .ClientStreaming(ChunkMethods.TakePut, (reader, call) => Checked(call, () => puts.PutAsync(reader, call)))
            .ServerStreaming(ChunkMethods.Get, (request, writer, call) => Checked(call, () => gets.GetAsync(request, writer, call)))
            .ServerStreaming(ChunkMethods.Audit, (request, writer, call) => Checked(call, () => audits.SendAsync(request, writer, call)))
            .Unary(ChunkMethods.Has, (request, call) => Checked(call, () => Task.FromResult(gets.Has(request))));
        extend?.Invoke(services);
        _server = new GrpcServer(services, new GrpcServerOptions
        {
            Address = listen.Address,
            Port = listen.Port,
            Tls = () => _certificates.Server(IsOfThisChain),
            RequestBytesMax = ChunkMethods.MessageBytesMax,
            ResponseBytesMax = 1 << 20,
            CallsPerConnectionMax = limits.CallsPerConnection,
            CallsMax = limits.Calls,
            StreamWindowBytes = 1 << 20,
            ConnectionWindowBytes = ChunkMethods.StreamWindowBytes,
            Admit = _addresses.TryEnter,
            StopGraceMs = 2_000,
        }, logs);
    }

    /// <summary>The port it listens on, after <see cref="StartAsync"/>.</summary>
    public int Port => _server.Port;

    /// <exception cref="IOException">the address is taken</exception>
    public Task StartAsync(CancellationToken cancel) => _server.StartAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _certificates.Dispose();
        _identity.Dispose();
    }

    private bool IsOfThisChain(X509Certificate2? certificate) => TlsBinding.Verify(certificate, _chain, TlsRole.Service, _clock.GetUtcNow(), out _) == BindingError.None;

    /// <summary>Again for each call: a connection may outlive its certificate.</summary>
    private void CheckCaller(GrpcServerCall call)
    {
        if (!IsOfThisChain(call.Connection.ClientCertificate)) throw new GrpcException(GrpcStatusCode.Unauthenticated, "the certificate is no longer valid");
    }

    private T Checked<T>(GrpcServerCall call, Func<T> run)
    {
        CheckCaller(call);
        return run();
    }
}
