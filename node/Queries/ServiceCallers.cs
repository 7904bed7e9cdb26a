using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Network.Links;
using Dsdn.Grpc;
using Dsdn.Grpc.Server;
using Dsdn.Services;

namespace Dsdn.Node.Queries;

/// <summary>Who may call a service, and how often: anybody of the chain, each connection up to its rate.</summary>
public sealed class ServiceCallers(ChainIdentity chain, TlsRole role, TimeProvider clock, int perSecond)
{
    private readonly ConditionalWeakTable<GrpcConnection, RateLimit> _rates = [];

    /// <summary>Inside the handshake: who is of another chain gets no further.</summary>
    public bool IsOfThisChain(X509Certificate2? certificate) => TlsBinding.Verify(certificate, chain, role, clock.GetUtcNow(), out _) == BindingError.None;

    /// <summary>Again for each call: a connection may outlive its certificate.</summary>
    /// <param name="cost">What the call counts for.</param>
    /// <exception cref="GrpcException">refused</exception>
    public void Check(GrpcServerCall call, int cost = 1)
    {
        if (!IsOfThisChain(call.Connection.ClientCertificate)) throw new GrpcException(GrpcStatusCode.Unauthenticated, "the certificate is no longer valid");
        RateLimit rate = _rates.GetValue(call.Connection, _ => new RateLimit(perSecond, clock));
        lock (rate)
        {
            if (rate.Take(cost) > TimeSpan.Zero) throw ServiceCodes.Refuse(GrpcStatusCode.ResourceExhausted, ServiceCodes.Rate, $"more than {perSecond} a second on one connection; slow down");
        }
    }
}
