using Dsdn.Celestia.Headers;
using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient.Headers;

/// <summary>
/// Headers that were verified: the latest ones as a whole, and sparse anchors of all. Anchors thin out as they grow older, so that what is kept stays
/// small and no header is far from one. Safe for concurrent use.
/// </summary>
internal sealed class VerifiedHeaders
{
    private const int WholeMax = 64, AnchorsMax = 512;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<ulong, ExtendedHeader> _whole = [];
    private readonly SortedDictionary<ulong, HeaderAnchor> _anchors = [];
    private readonly Queue<ulong> _order = [];

    public ExtendedHeader? Newest { get; private set; }

    public void Add(ExtendedHeader header)
    {
        lock (_lock)
        {
            if (Newest is null || header.Height > Newest.Height) Newest = header;
            if (_whole.TryAdd(header.Height, header)) _order.Enqueue(header.Height);
            while (_whole.Count > WholeMax) _whole.Remove(_order.Dequeue());
            AddAnchor(HeaderAnchor.Of(header));
        }
    }

    public void AddAnchor(HeaderAnchor anchor)
    {
        lock (_lock)
        {
            _anchors[anchor.Height] = anchor;
            if (_anchors.Count > AnchorsMax) Thin();
        }
    }

    public ExtendedHeader? Whole(ulong height)
    {
        lock (_lock) return Newest?.Height == height ? Newest : _whole.GetValueOrDefault(height);
    }

    public Hash256? HashAt(ulong height)
    {
        lock (_lock) return _anchors.TryGetValue(height, out HeaderAnchor anchor) ? anchor.Hash : null;
    }

    /// <summary>The nearest anchors around a height that is not one.</summary>
    public (HeaderAnchor? Below, HeaderAnchor? Above) Around(ulong height)
    {
        HeaderAnchor? below = null;
        lock (_lock)
        {
            foreach ((ulong at, HeaderAnchor anchor) in _anchors)
            {
                if (at > height) return (below, anchor);
                below = anchor;
            }
        }
        return (below, null);
    }

    public TrustState? State(string chainId)
    {
        lock (_lock) return Newest is null ? null : new TrustState(chainId, Newest, [.. _anchors.Values]);
    }

    /// <summary>Every second one of the older half, but not the lowest.</summary>
    private void Thin()
    {
        ulong[] heights = [.. _anchors.Keys];
        for (int i = 1; i < heights.Length / 2; i += 2) _anchors.Remove(heights[i]);
    }
}
