using Dsdn.Chain.Log;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.State;

/// <summary>The roots of the state after a batch (rulings 33). The data part says nothing of order, time or tiers; all of that is in the operations part.</summary>
public readonly record struct LogRoots(Hash256 Data, Hash256 Operations)
{
    /// <summary>What headers, checkpoints and anchors carry.</summary>
    public Hash256 State => LogStateRoot.Of(Data, Operations);
}

/// <summary>A kept root: the state after batch <paramref name="Seq"/>.</summary>
/// <param name="CoreHash">Of that batch.</param>
public readonly record struct LogRootsAt(ulong Seq, Hash256 CoreHash, LogRoots Roots);
