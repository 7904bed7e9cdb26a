using Dsdn.Chain.Log.Events;

namespace Dsdn.Transfers.Storing;

/// <summary>What the nodes of a chunk said.</summary>
/// <param name="Acks">By slot.</param>
/// <param name="Refusals">One a slot that has none, for people: zone, node, why.</param>
internal sealed record StoreOutcome(IReadOnlyList<StoreAck> Acks, IReadOnlyList<string> Refusals, bool IsEnough)
{
    public int Zones => Acks.Select(static ack => ack.Zone).Distinct().Count();
}
