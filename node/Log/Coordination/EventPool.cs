using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Coordination;

/// <param name="EventsMax">That wait at once.</param>
/// <param name="PerAuthorMax">Of one author: nobody fills the pool alone.</param>
public sealed record EventPoolOptions(int EventsMax = 65_536, int BytesMax = 32 * 1024 * 1024, int PerAuthorMax = 4_096);

/// <summary>Events that wait for a batch, in the order of their arrival. They were judged when they came; a batch judges them again.</summary>
public sealed class EventPool(EventPoolOptions options)
{
    /// <summary>A PlacementDecided of nine shards as it stands in a body: its fields before the replicas, those, what surrounds a body, a length.</summary>
    private const int PlacementBytesMax = 78 + (LogLimits.ShardsMax * 35) + 80;

    private readonly SortedDictionary<ulong, Waiting> _byArrival = [];
    private readonly SortedDictionary<Hash256, ulong> _byId = [];
    private readonly SortedDictionary<Hash256, int> _ofAuthor = [];
    private ulong _arrivals;

    public int Count => _byArrival.Count;

    public long Bytes { get; private set; }

    public bool Has(in Hash256 id) => _byId.ContainsKey(id);

    /// <returns>False: one of the bounds is reached. True also where it waits already.</returns>
    public bool Add(CheckedEvent read, ReadOnlyMemory<byte> encoded)
    {
        if (_byId.ContainsKey(read.Id)) return true;
        int ofAuthor = _ofAuthor.GetValueOrDefault(read.Event.Author);
        if (Count >= options.EventsMax || Bytes + encoded.Length > options.BytesMax || ofAuthor >= options.PerAuthorMax) return false;
        _byId[read.Id] = ++_arrivals;
        _byArrival[_arrivals] = new Waiting(read.Id, read.Event.Author, read.Event.ValidUntilMs, encoded, read.Body is ChunkDeclared);
        _ofAuthor[read.Event.Author] = ofAuthor + 1;
        Bytes += encoded.Length;
        return true;
    }

    /// <summary>The oldest that fit into a batch. They stay here until <see cref="Remove"/>.</summary>
    /// <param name="eventsMax">Places left in the batch.</param>
    /// <param name="bytesMax">Left in the body, with four bytes of length an event.</param>
    public IReadOnlyList<ReadOnlyMemory<byte>> Oldest(int eventsMax, int bytesMax)
    {
        List<ReadOnlyMemory<byte>> taken = [];
        foreach ((_, Waiting waiting) in _byArrival)
        {
            eventsMax -= waiting.IsPlaced ? 2 : 1;
            bytesMax -= waiting.Encoded.Length + sizeof(uint) + (waiting.IsPlaced ? PlacementBytesMax : 0);
            if (eventsMax < 0 || bytesMax < 0) break;
            taken.Add(waiting.Encoded);
        }
        return taken;
    }

    /// <summary>They are in a batch.</summary>
    public void Remove(IEnumerable<Hash256> ids)
    {
        foreach (Hash256 id in ids)
            if (_byId.TryGetValue(id, out ulong arrival)) Drop(arrival, _byArrival[arrival]);
    }

    /// <summary>Events whose last log time has passed are of no use any more.</summary>
    public void Expire(ulong logTimeMs)
    {
        foreach ((ulong arrival, Waiting waiting) in _byArrival.Where(item => item.Value.ValidUntilMs < logTimeMs).ToArray()) Drop(arrival, waiting);
    }

    private void Drop(ulong arrival, Waiting waiting)
    {
        _byArrival.Remove(arrival);
        _byId.Remove(waiting.Id);
        int left = _ofAuthor[waiting.Author] - 1;
        if (left == 0) _ofAuthor.Remove(waiting.Author);
        else _ofAuthor[waiting.Author] = left;
        Bytes -= waiting.Encoded.Length;
    }

    /// <param name="IsPlaced">A placement follows it in its batch, for which room is left.</param>
    private sealed record Waiting(Hash256 Id, Hash256 Author, ulong ValidUntilMs, ReadOnlyMemory<byte> Encoded, bool IsPlaced);
}
