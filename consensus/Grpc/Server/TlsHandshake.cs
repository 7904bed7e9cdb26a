using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Dsdn.Grpc.Trunks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Dsdn.Grpc.Server;

/// <summary>TLS in front of HTTP/2 (RFC 9113 9.2): ALPN h2 or a trunk, within a time. Kestrel's own needs a host around it, and tells nobody why a handshake failed.</summary>
internal sealed class TlsHandshake(Func<SslServerAuthenticationOptions> tls, GrpcServerOptions options, TrunkServer trunks)
{
    public async Task Run(ConnectionContext connection, ConnectionDelegate next)
    {
        IDuplexPipe plain = connection.Transport;
        await using var stream = new SslStream(new DuplexPipeStream(plain), leaveInnerStreamOpen: true);
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
            timeout.CancelAfter(options.TlsHandshakeTimeoutMs);
            SslServerAuthenticationOptions authentication = tls();
            authentication.ApplicationProtocols = [SslApplicationProtocol.Http2, TrunkProtocol.Alpn];
            await stream.AuthenticateAsServerAsync(authentication, timeout.Token);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException)
        {
            options.HandshakeFailed?.Invoke(connection.RemoteEndPoint as IPEndPoint ?? new IPEndPoint(IPAddress.None, 0), e);
            connection.Abort(new ConnectionAbortedException("TLS handshake failed"));
            return;
        }
        var facts = new TlsFacts(stream);
        connection.Features.Set<ITlsHandshakeFeature>(facts);
        connection.Features.Set<ITlsConnectionFeature>(facts);
        connection.Features.Set<ITlsApplicationProtocolFeature>(facts);
        if (connection.Features.Get<GrpcConnection>() is { } mine) mine.ClientCertificate = facts.ClientCertificate;
        if (stream.NegotiatedApplicationProtocol == TrunkProtocol.Alpn)
        {
            await trunks.RunAsync(connection, connection.Features.GetRequiredFeature<GrpcConnection>(), stream);
            return;
        }
        var pipes = new StreamPipes(stream);
        connection.Transport = pipes;
        try
        {
            await next(connection);
        }
        finally
        {
            await pipes.Input.CompleteAsync();
            await pipes.Output.CompleteAsync();
            connection.Transport = plain;
        }
    }

    /// <summary>In pieces of a whole record (RFC 8446 5.1): each read decrypts one, each write makes one.</summary>
    private sealed class StreamPipes(Stream stream) : IDuplexPipe
    {
        private const int RecordBytesMax = 16 * 1024;

        public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: RecordBytesMax, minimumReadSize: RecordBytesMax / 4, leaveOpen: true, useZeroByteReads: true));

        public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: RecordBytesMax, leaveOpen: true));
    }

    /// <summary>What Kestrel's HTTP/2 wants to see of the handshake.</summary>
    private sealed class TlsFacts : ITlsHandshakeFeature, ITlsConnectionFeature, ITlsApplicationProtocolFeature
    {
        public TlsFacts(SslStream stream)
        {
            Protocol = stream.SslProtocol;
            NegotiatedCipherSuite = stream.NegotiatedCipherSuite;
            ApplicationProtocol = stream.NegotiatedApplicationProtocol.Protocol;
            HostName = stream.TargetHostName;
            ClientCertificate = stream.RemoteCertificate as X509Certificate2;
        }

        public SslProtocols Protocol { get; }

        public TlsCipherSuite? NegotiatedCipherSuite { get; }

        public string HostName { get; }

        public ReadOnlyMemory<byte> ApplicationProtocol { get; }

        public X509Certificate2? ClientCertificate { get; set; }

#pragma warning disable SYSLIB0058 // members of the interface that say less than NegotiatedCipherSuite
        public CipherAlgorithmType CipherAlgorithm => CipherAlgorithmType.None;

        public int CipherStrength => 0;

        public HashAlgorithmType HashAlgorithm => HashAlgorithmType.None;

        public int HashStrength => 0;

        public ExchangeAlgorithmType KeyExchangeAlgorithm => ExchangeAlgorithmType.None;

        public int KeyExchangeStrength => 0;
#pragma warning restore SYSLIB0058

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
    }
}
