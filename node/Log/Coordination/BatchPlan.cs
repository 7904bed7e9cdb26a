using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Coordination;

/// <summary>What the events of a batch are chosen from, beside those that wait.</summary>
/// <param name="Seq">Of the batch.</param>
/// <param name="CommitteeHash">Of the committee that decides it.</param>
/// <param name="Chain">What the log has taken over from the chain so far.</param>
public sealed record BatchPlan(ulong ChainId, ulong Seq, Hash256 CommitteeHash, AnchoredChain Chain)
{
    /// <summary>Left out where it does not follow <see cref="Chain"/>.</summary>
    public ChainFacts? Facts { get; init; }

    /// <summary>What the committee has to say, in order.</summary>
    public IReadOnlyList<EventBody> Announcements { get; init; } = [];

    /// <summary>What is to be repaired: in front of all but the chain, since it is checked against the state as it is. Left out beside facts of the chain, which change it.</summary>
    public Func<IReadOnlyList<EventBody>> Repairs { get; init; } = static () => [];

    /// <summary>Where a declared chunk goes, to stand behind its declaration; null where nothing is to be said.</summary>
    public Func<ChunkDeclared, PlacementDecided?> PlacementOf { get; init; } = static _ => null;

    /// <summary>The label of a derived record depends on the row before: null where the log knows no such node.</summary>
    public Func<Hash256, NodeRecord?> NodeBefore { get; init; } = static _ => null;
}
