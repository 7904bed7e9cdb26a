using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;

namespace Dsdn.Grpc.Server;

/// <summary>The connection that calls arrive on.</summary>
public sealed class GrpcConnection
{
    private readonly ConnectionContext _context;

    internal GrpcConnection(ConnectionContext context)
    {
        _context = context;
        Remote = context.RemoteEndPoint as IPEndPoint ?? new IPEndPoint(IPAddress.None, 0);
    }

    public IPEndPoint Remote { get; }

    /// <summary>What the client showed in the TLS handshake; null without TLS or without one.</summary>
    public X509Certificate2? ClientCertificate { get; internal set; }

    /// <summary>Closes at once; calls on it end.</summary>
    public void Abort(string reason) => _context.Abort(new ConnectionAbortedException(reason));
}
