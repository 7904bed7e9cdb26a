using System.Net;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Log.Storing;
using Dsdn.Services;
using Dsdn.Services.Chunks;

namespace Dsdn.StorageNode.Fetching;

/// <summary>Connections to other nodes, kept for the next chunk: a handshake for each would cost more than a small one.</summary>
internal sealed class PeerClients(ServiceChannels channels) : IDisposable
{
    /// <summary>Those that nobody uses; beyond it the one longest unused is closed.</summary>
    private const int IdleMax = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<ServiceAddress, Connection> _open = [];
    private long _uses;

    public Lease Take(FetchSource source)
    {
        IPAddress ip = new(source.Endpoint.Ip.Span);
        ServiceAddress address = new((ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip).ToString(), source.Endpoint.Port, new PeerId(source.NodeId), source.TlsFingerprint);
        lock (_lock)
        {
            if (!_open.TryGetValue(address, out Connection? connection)) _open[address] = connection = new Connection(address, new ChunkClient(channels, address));
            connection.Users++;
            connection.LastUse = ++_uses;
            return new Lease(this, connection);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (Connection connection in _open.Values) connection.Client.Dispose();
            _open.Clear();
        }
    }

    private void GiveBack(Connection connection)
    {
        lock (_lock)
        {
            connection.Users--;
            List<Connection> idle = [.. _open.Values.Where(static one => one.Users == 0)];
            if (idle.Count <= IdleMax || idle.MinBy(static one => one.LastUse) is not { } oldest) return;
            _open.Remove(oldest.Address);
            oldest.Client.Dispose();
        }
    }

    internal sealed class Connection(ServiceAddress address, ChunkClient client)
    {
        public ServiceAddress Address => address;

        public ChunkClient Client => client;

        public int Users { get; set; }

        public long LastUse { get; set; }
    }

    /// <summary>A connection in use.</summary>
    internal readonly struct Lease(PeerClients owner, Connection connection) : IDisposable
    {
        public ChunkClient Client => connection.Client;

        public void Dispose() => owner.GiveBack(connection);
    }
}
