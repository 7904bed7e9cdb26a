using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Sync;

/// <summary>
/// Which ranges are under way with whom. Plans the next requests: the lowest heights that nobody was asked for, of the peer
/// with the fewest requests, as many blocks as should fit a reply.
/// </summary>
internal sealed class DownloadTable(SyncOptions options)
{
    private readonly List<Download> _under = [];
    private int _blockBytes = 1_024; // moving average of what came

    public int Count => _under.Count;

    /// <summary>The request that a reply answers; a reply may only answer one.</summary>
    public Download? Take(PeerId peer, ulong from)
    {
        int at = _under.FindIndex(one => one.Peer == peer && one.From == from);
        if (at < 0) return null;
        Download found = _under[at];
        _under.RemoveAt(at);
        return found;
    }

    public void DropOf(PeerId peer) => _under.RemoveAll(one => one.Peer == peer);

    public IReadOnlyList<Download> TakeExpired(ulong nowMs)
    {
        if (_under.Count == 0) return [];
        Download[] expired = [.. _under.Where(one => nowMs >= one.SentMs + options.RequestTimeoutMs)];
        foreach (Download one in expired) _under.Remove(one);
        return expired;
    }

    public void Learn(IReadOnlyList<ReceivedBlock> blocks)
    {
        if (blocks.Count == 0) return;
        long average = blocks.Sum(block => (long)block.Bytes) / blocks.Count;
        _blockBytes = (int)Math.Max(1, ((_blockBytes * 3L) + average) / 4);
    }

    /// <summary>The next request, or null where nothing is to be asked now of anybody.</summary>
    /// <param name="target">The highest block wanted.</param>
    public Download? Next(ulong head, ulong target, KeptBlocks kept, IReadOnlyCollection<SyncPeer> peers, ulong nowMs)
    {
        if (_under.Count >= options.RequestsMax) return null;
        ulong end = Math.Min(target, head + options.WindowBlocks);
        for (ulong height = head + 1; height <= end; height++)
        {
            if (kept.Has(height)) continue;
            if (Covering(height) is { } under)
            {
                if (height == head + 1 && Hedge(under, height, peers, nowMs) is { } hedge) return hedge;
                height = under.End - 1;
                continue;
            }
            if (kept.Bytes >= options.KeptBytesMax && height != head + 1) return null;
            if (Pick(height, peers, nowMs, null) is not { } peer) continue;
            uint count = (uint)Math.Clamp((options.BytesPerRequest >> peer.Slowness) / _blockBytes, 1, PeerLimits.BlocksPerRequestMax);
            ulong stop = height + 1;
            while (stop < height + count && stop <= end && stop <= peer.DecidedHeight && !kept.Has(stop) && Covering(stop) is null) stop++;
            return Add(new Download(peer.Id, height, (uint)(stop - height), nowMs, IsHedge: false), peer);
        }
        return null;
    }

    /// <summary>Asks another for what is missing of a late request.</summary>
    /// <param name="from">The next block to apply; the request may have begun below it.</param>
    private Download? Hedge(Download under, ulong from, IReadOnlyCollection<SyncPeer> peers, ulong nowMs)
    {
        if (under.IsHedge || nowMs < under.SentMs + options.HedgeMs) return null;
        if (_under.Exists(one => one.IsHedge && one.From <= from && from < one.End)) return null;
        if (Pick(from, peers, nowMs, under.Peer) is not { } other) return null;
        ulong count = Math.Min(under.End - from, other.DecidedHeight - from + 1);
        return Add(new Download(other.Id, from, (uint)count, nowMs, IsHedge: true), other);
    }

    private Download Add(Download download, SyncPeer peer)
    {
        _under.Add(download);
        peer.Outstanding++;
        return download;
    }

    private Download? Covering(ulong height) => _under.Find(one => one.From <= height && height < one.End);

    private SyncPeer? Pick(ulong height, IReadOnlyCollection<SyncPeer> peers, ulong nowMs, PeerId? except)
    {
        SyncPeer? best = null;
        foreach (SyncPeer peer in peers)
        {
            if (peer.Outstanding >= options.RequestsPerPeerMax || peer.Id == except || !peer.CanSend(height, nowMs)) continue;
            if (_under.Exists(one => one.Peer == peer.Id && one.From == height)) continue;
            if (best is null || peer.Outstanding < best.Outstanding) best = peer;
        }
        return best;
    }
}

/// <summary>A request under way: blocks <see cref="From"/> to <see cref="From"/> + <see cref="Count"/> - 1.</summary>
internal sealed record Download(PeerId Peer, ulong From, uint Count, ulong SentMs, bool IsHedge)
{
    public ulong End => From + Count;
}
