using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Sync;

/// <summary>Which chunks are missing, asked for, or being written.</summary>
internal sealed class ChunkDownloads(StateSyncOptions options)
{
    private readonly record struct Asked(PeerId Peer, ulong SentMs);

    private readonly SortedSet<int> _missing = [];
    private readonly SortedDictionary<int, Asked> _asked = [];
    private readonly SortedSet<int> _writing = [];

    /// <summary>Asked for, or being written.</summary>
    public int Underway => _asked.Count + _writing.Count;

    public bool IsComplete => _missing.Count == 0 && _asked.Count == 0 && _writing.Count == 0;

    public void Begin(IEnumerable<int> missing)
    {
        _missing.Clear();
        _asked.Clear();
        _writing.Clear();
        _missing.UnionWith(missing);
    }

    /// <summary>The next to ask for; what is being written counts too, so that memory stays bounded.</summary>
    public (int Chunk, PeerId Peer)? Next(IEnumerable<PeerId> peers, ulong nowMs)
    {
        if (_missing.Count == 0 || _asked.Count + _writing.Count >= options.ChunksMax) return null;
        PeerId? idlest = null;
        int least = options.ChunksPerPeerMax;
        foreach (PeerId peer in peers)
        {
            int load = _asked.Values.Count(one => one.Peer == peer);
            if (load < least) (idlest, least) = (peer, load);
        }
        if (idlest is not { } chosen) return null;
        int chunk = _missing.Min;
        _missing.Remove(chunk);
        _asked[chunk] = new Asked(chosen, nowMs);
        return (chunk, chosen);
    }

    public bool IsAskedOf(int chunk, PeerId peer) => _asked.TryGetValue(chunk, out Asked asked) && asked.Peer == peer;

    /// <summary>The chunk came and is handed over.</summary>
    public void Writing(int chunk)
    {
        _asked.Remove(chunk);
        _writing.Add(chunk);
    }

    public void Written(int chunk) => _writing.Remove(chunk);

    /// <summary>To be asked of somebody else.</summary>
    public void Return(int chunk)
    {
        if (_asked.Remove(chunk)) _missing.Add(chunk);
    }

    public void ReturnOf(PeerId peer)
    {
        foreach (int chunk in _asked.Where(pair => pair.Value.Peer == peer).Select(pair => pair.Key).ToArray()) Return(chunk);
    }

    public IReadOnlyList<(int Chunk, PeerId Peer)> Expired(ulong nowMs) =>
        [.. _asked.Where(pair => nowMs >= pair.Value.SentMs + options.ChunkTimeoutMs).Select(pair => (pair.Key, pair.Value.Peer))];
}
