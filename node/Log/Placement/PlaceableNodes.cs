using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.Placement;

/// <summary>
/// The nodes that may be given chunks now, by id (dataplane 1.17): Active, not suspect, older than the seed, reachable, with room. Follows from the tables; kept so that a
/// reservation costs no look-ups, and told of every node about which anything changed.
/// </summary>
internal sealed class PlaceableNodes(LogTables tables, StorageRules rules)
{
    /// <summary>Of its capacity, a node keeps one part in so many free (protocol 1.9).</summary>
    private const ulong ReserveParts = 5;

    private const int GibBits = 30;

    private PlaceableNode[] _nodes = [];
    private ulong[] _scores = [];
    private int _count;
    private bool _isMade;
    private Hash256 _committee;
    private ulong _olderThanMs;

    public ReadOnlySpan<PlaceableNode> All => _nodes.AsSpan(0, _count);

    /// <summary>Room for a number a node, for whoever ranks them.</summary>
    public Span<ulong> Scores => _scores.AsSpan(0, _count);

    /// <summary>Rises whenever a chunk that found no place might find one now.</summary>
    public ulong Version { get; private set; }

    /// <summary>How many different zones they are in.</summary>
    public int Zones
    {
        get
        {
            SortedSet<ushort> zones = [];
            foreach (ref readonly PlaceableNode node in All) zones.Add(node.Zone);
            return zones.Count;
        }
    }

    /// <summary>These, under the committee whose seed is drawn from.</summary>
    public PlaceableNodes Under(Committee committee)
    {
        if (_isMade && _committee == committee.Hash) return this;
        (_isMade, _committee, _olderThanMs, _count) = (true, committee.Hash, SeedKnownMs(committee), 0);
        foreach (int slot in tables.Nodes.SortedSlots())
            if (Read(tables.Nodes.Key(slot).Id) is { } node) Insert(_count, node);
        Version++;
        return this;
    }

    /// <summary>The registry, the node itself or a bitmap said something of it.</summary>
    public void Changed(in Hash256 id)
    {
        if (!_isMade) return;
        int at = Locate(id, out bool isThere);
        PlaceableNode? now = Read(id);
        if (isThere && now is { } changed)
        {
            if (IsMore(_nodes[at], changed)) Version++;
            _nodes[at] = changed;
        }
        else if (isThere)
        {
            Array.Copy(_nodes, at + 1, _nodes, at, --_count - at);
        }
        else if (now is { } added)
        {
            Insert(at, added);
            Version++;
        }
    }

    /// <summary>
    /// Who registered after the seed was known could have chosen its id for it. The seed of an epoch is out one epoch before it begins; that of epoch 0 is the genesis hash, which
    /// everybody could have known, and protects nothing (rulings 30, 31).
    /// </summary>
    private static ulong SeedKnownMs(Committee committee)
    {
        if (committee.Epoch == 0 || committee.EndMs == ulong.MaxValue) return committee.Epoch == 0 ? ulong.MaxValue : committee.StartMs;
        ulong epochMs = committee.EndMs - committee.StartMs;
        return committee.StartMs > epochMs ? committee.StartMs - epochMs : 0;
    }

    private PlaceableNode? Read(in Hash256 id)
    {
        IdKey key = new(id);
        int node = tables.Nodes.Find(key), stats = tables.Stats.Find(key), liveness = tables.Liveness.Find(key);
        if (node == LogTables.None || stats == LogTables.None || tables.Nodes.Row(node).Record is not { IsActive: true } record || record.RegisteredMs >= _olderThanMs) return null;
        if (liveness != LogTables.None && tables.Liveness.Row(liveness).Missed >= rules.SuspectRounds) return null;
        if (tables.Stats.Row(stats).Stats is not { } said || StorageNetwork.Of(said, rules.TakesLoopback) is not { } network) return null;
        ulong reserve = (said.CapacityBytes / ReserveParts) + (said.CapacityBytes % ReserveParts == 0 ? 0UL : 1);
        if (said.FreeBytes <= reserve) return null;
        return new PlaceableNode(id, record.Operator, record.Zone, network, Math.Max(1, said.FreeBytes >> GibBits), said.FreeBytes - reserve);
    }

    /// <summary>Room counts once it has doubled: nodes speak of it all the time.</summary>
    private static bool IsMore(in PlaceableNode before, in PlaceableNode now) =>
        before.Zone != now.Zone || before.Network != now.Network || before.Operator != now.Operator || ulong.Log2(now.RoomBytes) > ulong.Log2(before.RoomBytes);

    private int Locate(in Hash256 id, out bool isThere)
    {
        int low = 0, high = _count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_nodes[middle].Id.CompareTo(id) < 0) low = middle + 1;
            else high = middle;
        }
        isThere = low < _count && _nodes[low].Id == id;
        return low;
    }

    private void Insert(int at, in PlaceableNode node)
    {
        if (_count == _nodes.Length)
        {
            Array.Resize(ref _nodes, Math.Max(16, 2 * _count));
            _scores = new ulong[_nodes.Length];
        }
        Array.Copy(_nodes, at, _nodes, at + 1, _count - at);
        _nodes[at] = node;
        _count++;
    }
}
