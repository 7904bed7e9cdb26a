using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Dsdn.Grpc.Server;

/// <summary>
/// Accepts connections for Kestrel and lends it their stream itself. Kestrel's own transport has a pair of pipes of small blocks and a task of its own between socket and TLS, which costs as much as
/// the encryption (docs/decisions/0034).
/// </summary>
internal sealed class SocketListenerFactory : IConnectionListenerFactory
{
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => ValueTask.FromResult<IConnectionListener>(new SocketListener(endpoint));
}

internal sealed class SocketListener : IConnectionListener
{
    private const int Backlog = 512;

    private readonly Socket _socket;

    /// <exception cref="AddressInUseException"/>
    public SocketListener(EndPoint endpoint)
    {
        _socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endpoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any)) _socket.DualMode = true;
            _socket.Bind(endpoint);
            _socket.Listen(Backlog);
        }
        catch (SocketException failure)
        {
            _socket.Dispose();
            if (failure.SocketErrorCode == SocketError.AddressAlreadyInUse) throw new AddressInUseException(failure.Message, failure);
            throw;
        }
        EndPoint = _socket.LocalEndPoint ?? endpoint;
    }

    public EndPoint EndPoint { get; }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        for (; ; )
        {
            try
            {
                return new SocketConnection(await _socket.AcceptAsync(cancellationToken));
            }
            catch (Exception failure) when (failure is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null; // closed
            }
            catch (SocketException)
            {
                // That one was gone before it was there.
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}

/// <summary>An accepted connection.</summary>
internal sealed class SocketConnection : DefaultConnectionContext
{
    private readonly Socket _socket;
    private readonly CancellationTokenSource _closed = new();

    public SocketConnection(Socket socket)
    {
        socket.NoDelay = true;
        _socket = socket;
        (LocalEndPoint, RemoteEndPoint, ConnectionClosed) = (socket.LocalEndPoint, socket.RemoteEndPoint, _closed.Token);
        Stream = new NetworkStream(socket, ownsSocket: false);
        Transport = new StreamPipes(Stream);
    }

    /// <summary>What <see cref="DefaultConnectionContext.Transport"/> reads and writes, for whoever puts TLS between them.</summary>
    public Stream Stream { get; }

    public override void Abort(ConnectionAbortedException abortReason) => Close();

    public override async ValueTask DisposeAsync()
    {
        Close();
        await base.DisposeAsync();
    }

    private void Close()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // it was closed before
        }
        _socket.Dispose();
        _closed.Cancel();
    }
}

/// <summary>In pieces of a whole TLS record (RFC 8446 5.1): each read decrypts one, each write makes one.</summary>
internal sealed class StreamPipes(Stream stream) : IDuplexPipe
{
    private const int RecordBytesMax = 16 * 1024;

    public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: RecordBytesMax, minimumReadSize: RecordBytesMax / 4, leaveOpen: true, useZeroByteReads: true));

    public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: RecordBytesMax, leaveOpen: true));
}
