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
    private readonly CancellationTokenSource _closed = new();

    public SocketConnection(Socket socket)
    {
        socket.NoDelay = true;
        Socket = socket;
        (LocalEndPoint, RemoteEndPoint, ConnectionClosed) = (socket.LocalEndPoint, socket.RemoteEndPoint, _closed.Token);
        Stream = new ConnectionStream(this);
        Transport = new StreamPipes(Stream);
    }

    public Socket Socket { get; }

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
            Socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // it was closed before
        }
        Socket.Dispose();
        _closed.Cancel();
    }
}

/// <summary>What is written to a client that is gone goes nowhere, as Kestrel expects of a transport: its end is what is read.</summary>
internal sealed class ConnectionStream(SocketConnection connection) : NetworkStream(connection.Socket, ownsSocket: false)
{
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await base.WriteAsync(buffer, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            connection.Abort(new ConnectionAbortedException("the client is gone", failure));
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await base.ReadAsync(buffer, cancellationToken);
        }
        catch (ObjectDisposedException)
        {
            return 0; // closed here
        }
    }
}

/// <summary>In pieces of a whole TLS record (RFC 8446 5.1): each read decrypts one, each write makes one.</summary>
internal sealed class StreamPipes(Stream stream) : IDuplexPipe
{
    private const int RecordBytesMax = 16 * 1024;

    public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: RecordBytesMax, minimumReadSize: RecordBytesMax / 4, leaveOpen: true, useZeroByteReads: true));

    public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: RecordBytesMax, leaveOpen: true));
}
