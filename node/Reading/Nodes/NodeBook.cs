using Dsdn.Chain.Primitives;
using Dsdn.Reading.Locating;
using Dsdn.Services;
using Dsdn.Services.Chunks;

namespace Dsdn.Reading.Nodes;

/// <summary>The nodes this reader has spoken to, and in which order they are asked. Safe for all threads.</summary>
internal sealed class NodeBook(ServiceChannels channels, ReadOptions options, TimeProvider clock) : IDisposable
{
    /// <summary>Of nodes that were never asked: in the own zone, elsewhere.</summary>
    private const double NearMs = 5, FarMs = 40;

    private readonly Lock _lock = new();
    private readonly Dictionary<Hash256, NodeLine> _lines = [];

    /// <summary>Held ones that answer, the fastest first; then those that failed lately, those the log thinks gone, those it is only on its way to; last those that sent wrong bytes.</summary>
    public IReadOnlyList<ReplicaLocation> Order(IEnumerable<ReplicaLocation> replicas) =>
        [.. replicas.Where(static replica => replica.Address is not null).DistinctBy(static replica => replica.Node).OrderBy(Class).ThenBy(ExpectedMs)];

    public NodeLine Line(ReplicaLocation replica)
    {
        ServiceAddress address = replica.Address ?? throw new InvalidOperationException("a node without an address");
        NodeLine? moved = null, oldest = null;
        NodeLine line;
        lock (_lock)
        {
            if (_lines.TryGetValue(replica.Node, out NodeLine? known))
            {
                if (known.Address == address) return known;
                moved = known;
            }
            else if (_lines.Count >= options.NodesMax)
            {
                (Hash256 id, oldest) = _lines.Where(static pair => pair.Value.IsIdle).OrderBy(static pair => pair.Value.UsedAt).Select(static pair => (pair.Key, pair.Value)).FirstOrDefault();
                if (oldest is not null) _lines.Remove(id);
            }
            _lines[replica.Node] = line = new NodeLine(address, new ChunkClient(channels, address), options, clock);
        }
        moved?.Dispose();
        oldest?.Dispose();
        return line;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (NodeLine line in _lines.Values) line.Dispose();
            _lines.Clear();
        }
    }

    private int Class(ReplicaLocation replica)
    {
        NodeLine? line = Find(replica.Node);
        if (line is { IsWrong: true }) return 4;
        if (!replica.IsHeld) return 3;
        if (!replica.IsReachable) return 2;
        return line is { IsFailing: true } ? 1 : 0;
    }

    private double ExpectedMs(ReplicaLocation replica) => Find(replica.Node)?.ExpectedMs ?? (replica.Zone == options.Zone ? NearMs : FarMs);

    private NodeLine? Find(Hash256 node)
    {
        lock (_lock) return _lines.GetValueOrDefault(node);
    }
}
