using Dsdn.Chain.Primitives;

namespace Dsdn.Log.State.Tables;

/// <summary>
/// Agreements by owner, for those who ask. Agreements are never taken away and keep their owner, so the table's slots are in the order in which they came, and what came since the last question is
/// all there is to add.
/// </summary>
internal sealed class AgreementOwners
{
    private readonly SortedDictionary<Address, SortedSet<Hash256>> _ids = [];
    private int _known;

    /// <summary>By id.</summary>
    public IEnumerable<Hash256> Of(in Address owner, LogTable<IdKey, AgreementRow> agreements)
    {
        for (; _known < agreements.Count; _known++)
        {
            Address of = agreements.Row(_known).Owner;
            if (!_ids.TryGetValue(of, out SortedSet<Hash256>? ids)) _ids[of] = ids = [];
            ids.Add(agreements.Key(_known).Id);
        }
        return _ids.TryGetValue(owner, out SortedSet<Hash256>? known) ? known : [];
    }
}
