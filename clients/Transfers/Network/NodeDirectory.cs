using System.Collections.Concurrent;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Services;
using Dsdn.Services.Chunks;
using Dsdn.Services.Placements.Wire;

namespace Dsdn.Transfers.Network;

/// <summary>Where storage nodes are, and the connections to them. Asked for again where a node is not known or moved.</summary>
public sealed class NodeDirectory : IDisposable
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(10);

    private readonly StorageNetwork _network;
    private readonly ServiceChannels _channels;
    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly ConcurrentDictionary<Hash256, ChunkClient> _clients = [];
    private IReadOnlyDictionary<Hash256, Node> _nodes = new Dictionary<Hash256, Node>();
    private DateTimeOffset _askedAt = DateTimeOffset.MinValue;

    internal NodeDirectory(StorageNetwork network, ServiceChannels channels) => (_network, _channels) = (network, channels);

    /// <summary>All nodes of the log.</summary>
    public async Task<IReadOnlyDictionary<Hash256, Node>> AllAsync(CancellationToken cancel)
    {
        await _asking.WaitAsync(cancel);
        try
        {
            if (_network.Clock.GetUtcNow() - _askedAt < FreshFor) return _nodes;
            NodesReply reply = await _network.AskAsync(static (client, token) => client.NodesAsync(new NodesRequest(), token), cancel);
            _nodes = reply.Nodes.Where(static node => node.Id.Length == Hash256.Size).DistinctBy(static node => node.Id).ToDictionary(static node => new Hash256(node.Id.Span));
            _askedAt = _network.Clock.GetUtcNow();
            return _nodes;
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>A connection to a node's chunks; null where the log has no address for it.</summary>
    public async Task<ChunkClient?> FindAsync(Hash256 id, CancellationToken cancel)
    {
        IReadOnlyDictionary<Hash256, Node> nodes = await AllAsync(cancel);
        if (!nodes.TryGetValue(id, out Node? node)) return null;
        Services.Placements.Wire.Endpoint? endpoint = node.Endpoints.FirstOrDefault(static one => one.Role == (uint)EndpointRole.Storage);
        if (endpoint is null || endpoint.Port is 0 or > ushort.MaxValue) return null;
        Hash256? fingerprint = node.TlsFingerprint.Length == Hash256.Size ? new Hash256(node.TlsFingerprint.Span) : null;
        var address = new ServiceAddress(endpoint.Host, (int)endpoint.Port, new PeerId(id), fingerprint);
        while (true)
        {
            ChunkClient client = _clients.GetOrAdd(id, _ => new ChunkClient(_channels, address));
            if (client.Address == address) return client;
            // It moved. Calls under way on the old connection end, and their chunks are tried again.
            if (_clients.TryRemove(KeyValuePair.Create(id, client))) client.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (ChunkClient client in _clients.Values) client.Dispose();
        _clients.Clear();
        _asking.Dispose();
    }
}
