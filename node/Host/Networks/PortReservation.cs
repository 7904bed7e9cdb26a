using System.Net;
using System.Net.Sockets;

namespace Dsdn.Host.Networks;

/// <summary>
/// Keeps the kernel from giving the ports of a network to outgoing connections before a service listens there, and while it is down: they lie in the range that such connections
/// take theirs from. A socket that is bound and does not listen keeps nobody from listening (both allow reuse of the address, as every TCP socket that .NET binds does).
/// </summary>
internal sealed class PortReservation : IDisposable
{
    private readonly List<Socket> _held = [];

    /// <summary>Those that are taken already are left.</summary>
    public static PortReservation Of(IEnumerable<IPEndPoint> endpoints)
    {
        var reservation = new PortReservation();
        foreach (IPEndPoint endpoint in endpoints)
        {
            var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(endpoint);
                reservation._held.Add(socket);
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
        }
        return reservation;
    }

    public void Dispose()
    {
        foreach (Socket socket in _held) socket.Dispose();
        _held.Clear();
    }
}
