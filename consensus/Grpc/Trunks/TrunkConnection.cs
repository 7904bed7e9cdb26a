using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;

namespace Dsdn.Grpc.Trunks;

/// <summary>A client's end of a trunk.</summary>
internal sealed class TrunkConnection(Socket socket, SslStream stream) : IDisposable
{
    public PipeReader Input { get; } = TrunkProtocol.Reader(stream);

    public Stream Output => stream;

    /// <summary>Of <see cref="Environment.TickCount64"/>.</summary>
    public long IdleSinceMs { get; set; }

    /// <summary>Between calls a server says nothing but that it closes.</summary>
    public bool IsQuiet
    {
        get
        {
            try
            {
                return !socket.Poll(TimeSpan.Zero, SelectMode.SelectRead);
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    /// <summary>At once: what waits on it fails.</summary>
    public void Dispose() => socket.Dispose();
}
