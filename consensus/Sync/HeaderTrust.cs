using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Snapshots;

namespace Dsdn.Consensus.Sync;

/// <summary>
/// From the trusted block to a snapshot's head, later or earlier than it, and from the head back to the blocks whose beacons seed
/// proposers. One supplier's answers at a time: what does not hold is its fault, and the next starts anew.
/// </summary>
internal sealed class HeaderTrust(ulong trustedHeight, Hash256 trustedHash, ulong target, uint epochBlocks, LightOptions options)
{
    private readonly Bisection _forward = new(trustedHeight, trustedHash, Math.Max(target, trustedHeight), options);
    private readonly Queue<ulong> _seedHeights = new(ChainSnapshot.SeedHeights(target, epochBlocks));
    private readonly List<LightBlock> _seeds = [];
    private BackwardBisection? _backward;

    /// <summary>The snapshot's head, once it was verified.</summary>
    public LightBlock? Head { get; private set; }

    public IReadOnlyList<LightBlock> Seeds => _seeds;

    public BisectionStep Begin() => _forward.Begin();

    /// <summary>Verified: <see cref="Head"/> and <see cref="Seeds"/> are complete.</summary>
    public BisectionStep Give(LightBlock? block, ulong nowMs)
    {
        BisectionStep step = _backward is null ? _forward.Give(block, nowMs) : _backward.Give(block);
        while (step is BisectionStep.Verified verified)
        {
            if (_backward is not null && Head is not null) _seeds.AddRange(verified.Trace.Skip(1));
            else if (verified.Block.Height == target) Head = verified.Block;
            if (Head is not null && _seedHeights.Count == 0) return step;
            _backward = new BackwardBisection(verified.Block, Head is null ? target : _seedHeights.Dequeue(), options);
            step = _backward.Begin();
        }
        return step;
    }
}
