using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Snapshots;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Sync;

/// <summary>A snapshot that peers offer.</summary>
internal sealed class SnapshotOffer(Hash256 hash, SnapshotManifest manifest, int bytes)
{
    public Hash256 Hash { get; } = hash;

    public SnapshotManifest Manifest { get; } = manifest;

    /// <summary>Encoded.</summary>
    public int Bytes => bytes;

    public SortedSet<PeerId> Peers { get; } = [];
}

/// <summary>Who offers which snapshot, and which were found false.</summary>
internal sealed class SnapshotOffers(int perPeerMax, long bytesMax)
{
    public const int RefusedMax = 1_024;

    private readonly SortedDictionary<Hash256, SnapshotOffer> _offers = [];
    private readonly SortedSet<Hash256> _refused = [];

    public int Count => _offers.Count;

    public int Refused => _refused.Count;

    /// <summary>Encoded, of all.</summary>
    public long Bytes { get; private set; }

    public bool IsEmpty => _offers.Values.All(offer => offer.Peers.Count == 0);

    /// <summary>Replaces what the peer offered before. False if its bytes are no manifests.</summary>
    public bool Take(PeerId peer, IReadOnlyList<ReadOnlyMemory<byte>> encoded)
    {
        RemovePeer(peer);
        foreach (ReadOnlyMemory<byte> one in encoded.Take(perPeerMax))
        {
            if (!SnapshotManifest.TryDecode(one.Span, out SnapshotManifest? manifest) || manifest.Chunks.Count == 0) return false;
            Hash256 hash = manifest.Hash;
            if (_refused.Contains(hash)) continue;
            if (!_offers.TryGetValue(hash, out SnapshotOffer? offer))
            {
                if (Bytes + one.Length > bytesMax) continue;
                _offers.Add(hash, offer = new SnapshotOffer(hash, manifest, one.Length));
                Bytes += one.Length;
            }
            offer.Peers.Add(peer);
        }
        return true;
    }

    public void RemovePeer(PeerId peer)
    {
        foreach (SnapshotOffer offer in _offers.Values.ToArray())
        {
            offer.Peers.Remove(peer);
            if (offer.Peers.Count == 0) Remove(offer.Hash); // also one that others took their names off
        }
    }

    public void Refuse(Hash256 hash)
    {
        Remove(hash);
        if (_refused.Count < RefusedMax) _refused.Add(hash);
    }

    /// <summary>The begun one if it is still offered, else one that several peers offer, then the highest: one liar alone should not cost a whole download.</summary>
    public SnapshotOffer? Best(Hash256? unfinished)
    {
        if (unfinished is { } begun && _offers.TryGetValue(begun, out SnapshotOffer? same) && same.Peers.Count > 0) return same;
        SnapshotOffer? best = null;
        foreach (SnapshotOffer offer in _offers.Values)
        {
            if (offer.Peers.Count > 0 && (best is null || Rank(offer).CompareTo(Rank(best)) > 0)) best = offer;
        }
        return best;
    }

    private void Remove(Hash256 hash)
    {
        if (_offers.Remove(hash, out SnapshotOffer? gone)) Bytes -= gone.Bytes;
    }

    private static (bool, ulong, int) Rank(SnapshotOffer offer) => (offer.Peers.Count > 1, offer.Manifest.Height, offer.Peers.Count);
}
