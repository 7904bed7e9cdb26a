using System.Globalization;
using System.Net;
using Dsdn.Chain.Log.Events;
using Dsdn.Log.Storing;
using Dsdn.Storage;

namespace Dsdn.StorageNode.Storing;

/// <summary>What the node says of itself, read from the store and the machine.</summary>
internal sealed class FactsReader
{
    private readonly ChunkStore _store;
    private readonly ulong _capacity;
    private readonly DiskSpeed _speed;
    private Endpoint[] _endpoints = [];

    public FactsReader(ChunkStore store, long? capacityBytes, DiskSpeed speed)
    {
        (_store, _speed) = (store, speed);
        StoreCapacity now = store.Capacity;
        _capacity = (ulong)(capacityBytes ?? now.UsedBytes + now.FreeBytes);
    }

    /// <summary>Where others reach the node, for all it does.</summary>
    public void Listens(IPEndPoint at) =>
        _endpoints = [.. ((EndpointRole[])[EndpointRole.Storage, EndpointRole.Read]).Select(role => new Endpoint(role, at.Address.MapToIPv6().GetAddressBytes(), (ushort)at.Port))];

    public NodeFacts Read()
    {
        StoreCapacity now = _store.Capacity;
        return new NodeFacts(_endpoints, _capacity, Math.Min((ulong)now.FreeBytes, _capacity), (ulong)_store.Count, Load(), _speed.ReadKibPerSecond, _speed.WriteKibPerSecond);
    }

    /// <summary>Waiting and running threads of the last minute in parts of all processors, as Linux tells; 0 elsewhere.</summary>
    private static ushort Load()
    {
        try
        {
            string text = File.ReadAllText("/proc/loadavg");
            if (!double.TryParse(text.AsSpan(0, text.IndexOf(' ', StringComparison.Ordinal)), NumberStyles.Float, CultureInfo.InvariantCulture, out double load)) return 0;
            return (ushort)Math.Clamp(load / Environment.ProcessorCount * NodeStats.LoadPermilleMax, 0, NodeStats.LoadPermilleMax);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            return 0;
        }
    }
}
