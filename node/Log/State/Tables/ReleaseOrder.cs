using Dsdn.Chain.Primitives;

namespace Dsdn.Log.State.Tables;

/// <summary>
/// Agreements in the order in which the duty to store for them ends, and what is left of the one that is being released. A batch releases a
/// few references only, so the order of the references must follow from the state: by chunk and file, whatever way a follower came to it.
/// </summary>
internal sealed class ReleaseOrder
{
    private readonly SortedSet<(ulong ReleaseMs, Hash256 Id)> _order;
    private (Hash256 Id, TripleKey[] References, int Next)? _current;

    public ReleaseOrder() => _order = [];

    private ReleaseOrder(ReleaseOrder of) => (_order, _current) = (new(of._order), of._current);

    public ReleaseOrder Copy() => new(this);

    /// <param name="beforeMs">Null for one that is new.</param>
    public void Set(in Hash256 id, ulong? beforeMs, ulong releaseMs)
    {
        if (beforeMs is { } before) _order.Remove((before, id));
        _order.Add((releaseMs, id));
        _current = null;
    }

    /// <summary>The next reference that nobody has to store for any more; null where nothing is due.</summary>
    public TripleKey? Next(LogTables tables, ulong nowMs)
    {
        while (_order.Count > 0 && _order.Min is var (releaseMs, id) && releaseMs <= nowMs)
        {
            if (_current is not { } current || current.Id != id) current = (id, References(tables, id), 0);
            while (current.Next < current.References.Length && !tables.References.Has(current.References[current.Next])) current.Next++; // deleted since
            if (current.Next < current.References.Length)
            {
                _current = current with { Next = current.Next + 1 };
                return current.References[current.Next];
            }
            _order.Remove((releaseMs, id));
            _current = null;
        }
        return null;
    }

    private static TripleKey[] References(LogTables tables, in Hash256 agreement)
    {
        List<TripleKey> keys = [];
        int slot = tables.Agreements.Row(tables.Agreements.Find(new IdKey(agreement))).FirstReference;
        for (; slot != LogTables.None; slot = tables.References.Row(slot).NextOfAgreement) keys.Add(tables.References.Key(slot));
        keys.Sort();
        return [.. keys];
    }
}
