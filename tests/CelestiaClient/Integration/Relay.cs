using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Dsdn.CelestiaClient.Tests.Integration;

/// <summary>A way to a node that can be cut and mended.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly Uri _to;
    private readonly TcpListener _listener;
    private readonly ConcurrentDictionary<TcpClient, bool> _open = [];
    private readonly Task _accepting;
    private volatile bool _isCut;

    public Relay(Uri to)
    {
        _to = to;
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}{to.AbsolutePath}";
        _accepting = AcceptAsync();
    }

    public string Url { get; }

    /// <summary>Ends all connections and lets no other through until it is mended.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (TcpClient client in _open.Keys) client.Close();
    }

    public void Mend() => _isCut = false;

    public async ValueTask DisposeAsync()
    {
        Cut();
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient inward = await _listener.AcceptTcpClientAsync();
                if (_isCut) inward.Close();
                else _ = PassAsync(inward);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task PassAsync(TcpClient inward)
    {
        using TcpClient outward = new();
        _open[inward] = _open[outward] = true;
        try
        {
            await outward.ConnectAsync(_to.Host, _to.Port);
            Task there = inward.GetStream().CopyToAsync(outward.GetStream()), back = outward.GetStream().CopyToAsync(inward.GetStream());
            await Task.WhenAny(there, back);
        }
        catch (Exception broken) when (broken is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
        }
        inward.Close();
        _open.TryRemove(inward, out _);
        _open.TryRemove(outward, out _);
    }
}
