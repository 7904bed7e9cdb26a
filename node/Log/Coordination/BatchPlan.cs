using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Coordination;

/// <summary>All that a batch is made of.</summary>
/// <param name="LogId">The chain's genesis hash.</param>
/// <param name="Previous">Null before the first batch.</param>
/// <param name="Author">Index of the member that proposes it.</param>
/// <param name="Chain">What the log has taken over from the chain so far.</param>
/// <param name="NowMs">The member's clock.</param>
public sealed record BatchPlan(ulong ChainId, Hash256 LogId, BatchHeader? Previous, Committee Committee, ushort Author, AnchoredChain Chain, ulong NowMs)
{
    /// <summary>Left out where it does not follow <see cref="Chain"/>.</summary>
    public ChainFacts? Facts { get; init; }

    /// <summary>Of the batch before; it becomes the header's.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>What the committee has to say, in order.</summary>
    public IReadOnlyList<EventBody> Announcements { get; init; } = [];

    /// <summary>The label of a derived record depends on the row before: null where the log knows no such node.</summary>
    public Func<Hash256, NodeRecord?> NodeBefore { get; init; } = static _ => null;

    /// <summary>0 to 11; null leaves bodies as they are.</summary>
    public int? BrotliQuality { get; init; } = 4;
}
