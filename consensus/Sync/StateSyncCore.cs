using System.Security.Cryptography;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Snapshots;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Sync;

/// <summary>
/// State sync of a node without a chain: finds a snapshot among peers, verifies its head from a trusted block, fetches the chunks
/// from everybody who offers it, each checked by its hash, and has them imported. What is wrong costs its sender the link and
/// the next snapshot is tried; only what no peer can mend ends it. No clock, thread or store.
/// </summary>
/// <param name="epochBlocks">Of the chain's parameters.</param>
public sealed class StateSyncCore(LightOptions light, uint epochBlocks, StateSyncOptions options)
{
    private enum Phase
    {
        Discovering,
        Verifying,
        Opening,
        Fetching,
        Finishing,
        Ended,
    }

    private readonly SortedSet<PeerId> _peers = [];
    private readonly SortedSet<PeerId> _excluded = [];
    private readonly SortedSet<PeerId> _triedForHeaders = [];
    private readonly SnapshotOffers _offers = new(options.OffersPerPeerMax, options.ManifestBytesMax);
    private readonly ChunkDownloads _chunks = new(options);
    private readonly List<StateSyncEffect> _effects = [];
    private StateSyncInput.Began? _began;
    private Phase _phase;
    private Hash256? _unfinished;
    private ulong? _firstOfferMs;
    private ulong _askedMs;
    private SnapshotOffer? _offer;
    private HeaderTrust? _trust;
    private LightBlock? _head;
    private PeerId? _supplier;
    private ulong _neededHeight;
    private ulong _neededMs;

    public bool HasEnded => _phase == Phase.Ended;

    /// <summary>For checks and operators: no item count is ever above its bound.</summary>
    public IEnumerable<TableSize> Tables =>
    [
        new("state sync: peers", _peers.Count, options.PeersMax),
        new("state sync: excluded peers", _excluded.Count, options.ExcludedMax),
        new("state sync: offers", _offers.Count, (long)options.PeersMax * options.OffersPerPeerMax),
        new("state sync: bytes of manifests", _offers.Bytes, options.ManifestBytesMax),
        new("state sync: refused offers", _offers.Refused, SnapshotOffers.RefusedMax),
        new("state sync: chunks", _chunks.Underway, options.ChunksMax),
    ];

    public IReadOnlyList<StateSyncEffect> Step(StateSyncInput input)
    {
        _effects.Clear();
        if (_phase == Phase.Ended) return [];
        switch (input)
        {
            case StateSyncInput.Began began: (_began, _unfinished, _askedMs) = (began, began.Unfinished, began.NowMs); break;
            case StateSyncInput.PeerUp up: OnPeer(up); break;
            case StateSyncInput.PeerGone gone: OnGone(gone.Peer, gone.NowMs); break;
            case StateSyncInput.Received { Message: PeerMessage.Snapshots offered } from: OnOffer(from.Peer, offered, from.NowMs); break;
            case StateSyncInput.Received { Message: PeerMessage.LightBlockReply reply } from: OnLightBlock(from.Peer, reply, from.NowMs); break;
            case StateSyncInput.Received { Message: PeerMessage.SnapshotChunk chunk } from: OnChunk(from.Peer, chunk, from.NowMs); break;
            case StateSyncInput.ImportOpened opened: OnOpened(opened); break;
            case StateSyncInput.ChunkAdded added: OnAdded(added); break;
            case StateSyncInput.Finished finished: OnFinished(finished); break;
            case StateSyncInput.Tick tick: OnTick(tick.NowMs); break;
        }
        return [.. _effects];
    }

    private void OnPeer(StateSyncInput.PeerUp up)
    {
        if (_peers.Count >= options.PeersMax || _excluded.Contains(up.Peer) || !_peers.Add(up.Peer)) return;
        Send(up.Peer, new PeerMessage.SnapshotsRequest());
    }

    private void OnGone(PeerId peer, ulong nowMs)
    {
        _peers.Remove(peer);
        _offers.RemovePeer(peer);
        _offer?.Peers.Remove(peer);
        _chunks.ReturnOf(peer);
        if (_phase == Phase.Verifying && _supplier == peer) VerifyWithNext(nowMs);
        if (_phase == Phase.Fetching) Fetch(nowMs);
    }

    private void OnOffer(PeerId peer, PeerMessage.Snapshots offered, ulong nowMs)
    {
        if (!_peers.Contains(peer)) return;
        if (!_offers.Take(peer, offered.Manifests))
        {
            Exclude(peer, "its offer does not decode", nowMs);
            return;
        }
        if (!_offers.IsEmpty) _firstOfferMs ??= nowMs;
        if (_phase == Phase.Fetching && _offer is { } current && offered.Manifests.Any(one => new Hash256(SHA256.HashData(one.Span)) == current.Hash))
        {
            current.Peers.Add(peer);
            Fetch(nowMs);
        }
        Discover(nowMs);
    }

    private void Discover(ulong nowMs)
    {
        if (_phase != Phase.Discovering || _began is null) return;
        bool hasWaited = _firstOfferMs is { } first && nowMs >= first + options.DiscoverMs;
        SnapshotOffer? best = _offers.Best(_unfinished);
        if (best is null || (!hasWaited && best.Hash != _unfinished)) return;
        _offer = best;
        _phase = Phase.Verifying;
        _triedForHeaders.Clear();
        VerifyWithNext(nowMs);
    }

    private void VerifyWithNext(ulong nowMs)
    {
        SnapshotOffer offer = _offer ?? throw new InvalidOperationException("a snapshot is chosen");
        StateSyncInput.Began began = _began ?? throw new InvalidOperationException("begun");
        // Whoever offers the snapshot should have its header; anybody else may.
        PeerId[] untried = [.. offer.Peers.Concat(_peers).Where(peer => !_triedForHeaders.Contains(peer))];
        if (untried.Length == 0)
        {
            Abandon(nowMs);
            return;
        }
        _supplier = untried[0];
        _triedForHeaders.Add(untried[0]);
        _trust = new HeaderTrust(began.TrustedHeight, began.TrustedHash, offer.Manifest.Height, epochBlocks, light);
        Go(_trust.Begin(), nowMs);
    }

    private void OnLightBlock(PeerId peer, PeerMessage.LightBlockReply reply, ulong nowMs)
    {
        if (_phase != Phase.Verifying || peer != _supplier || reply.Height != _neededHeight || _trust is null) return;
        if (reply.Encoded.IsEmpty)
        {
            Go(_trust.Give(null, nowMs), nowMs);
            return;
        }
        if (!LightBlock.TryDecode(reply.Encoded.Span, out LightBlock? block))
        {
            Exclude(peer, "its light block does not decode", nowMs);
            return;
        }
        Go(_trust.Give(block, nowMs), nowMs);
    }

    private void Go(BisectionStep step, ulong nowMs)
    {
        switch (step)
        {
            case BisectionStep.Need need:
                (_neededHeight, _neededMs) = (need.Height, nowMs);
                if (_supplier is { } supplier) Send(supplier, new PeerMessage.LightBlockRequest(need.Height));
                return;
            case BisectionStep.Verified when _trust is { Head: { } head }:
                OnVerified(head, nowMs);
                return;
            case BisectionStep.Failed { Verdict.Fault: LightFault.Expired } expired:
                End(new StateSyncEffect.Failed(expired.Verdict.Code, expired.Verdict.Detail));
                return;
            case BisectionStep.Failed { Verdict.Fault: LightFault.Unavailable or LightFault.NotEnoughTrust or LightFault.Future }:
                VerifyWithNext(nowMs); // not the supplier's fault
                return;
            case BisectionStep.Failed failed when _supplier is { } liar:
                Exclude(liar, $"{failed.Verdict.Code} block {failed.AtHeight}: {failed.Verdict.Detail}", nowMs);
                return;
        }
    }

    private void OnVerified(LightBlock head, ulong nowMs)
    {
        SnapshotOffer offer = _offer ?? throw new InvalidOperationException("a snapshot is chosen");
        if (offer.Manifest.HeaderHash != head.Hash || offer.Manifest.StateRoot != head.Header.StateRoot)
        {
            RefuseOffer("its snapshot is not of the block that the validators signed", nowMs);
            return;
        }
        _head = head;
        _phase = Phase.Opening;
        _effects.Add(new StateSyncEffect.OpenImport(offer.Manifest));
    }

    private void OnOpened(StateSyncInput.ImportOpened opened)
    {
        if (_phase != Phase.Opening) return;
        _phase = Phase.Fetching;
        _unfinished = _offer?.Hash;
        _chunks.Begin(opened.Missing);
        Fetch(opened.NowMs);
    }

    private void Fetch(ulong nowMs)
    {
        if (_phase != Phase.Fetching || _offer is not { } offer || _head is not { } head) return;
        while (_chunks.Next(offer.Peers, nowMs) is var (chunk, peer)) Send(peer, new PeerMessage.ChunkRequest(offer.Manifest.Height, offer.Hash, (uint)chunk));
        if (_chunks.IsComplete)
        {
            _phase = Phase.Finishing;
            _effects.Add(new StateSyncEffect.Finish(head, _trust?.Seeds ?? []));
        }
        else if (offer.Peers.Count == 0)
        {
            Abandon(nowMs);
        }
    }

    private void OnChunk(PeerId peer, PeerMessage.SnapshotChunk message, ulong nowMs)
    {
        if (_phase != Phase.Fetching || _offer is not { } offer || message.ManifestHash != offer.Hash) return;
        if (message.Index >= offer.Manifest.Chunks.Count || !_chunks.IsAskedOf((int)message.Index, peer)) return; // late: another was asked meanwhile
        int chunk = (int)message.Index;
        if (message.Bytes.IsEmpty)
        {
            offer.Peers.Remove(peer); // it has the snapshot no more
            _chunks.ReturnOf(peer);
        }
        else if (message.Bytes.Length > SnapshotManifest.ChunkBytesMax || new Hash256(SHA256.HashData(message.Bytes.Span)) != offer.Manifest.Chunks[chunk])
        {
            Exclude(peer, $"chunk {chunk} is not what the manifest says", nowMs);
            return;
        }
        else
        {
            _chunks.Writing(chunk);
            _effects.Add(new StateSyncEffect.AddChunk(chunk, message.Bytes));
        }
        Fetch(nowMs);
    }

    private void OnAdded(StateSyncInput.ChunkAdded added)
    {
        if (_phase != Phase.Fetching) return;
        _chunks.Written(added.Chunk);
        if (added.Fault != SnapshotFault.None) RefuseOffer($"chunk {added.Chunk} of its snapshot holds no pairs", added.NowMs);
        else Fetch(added.NowMs);
    }

    private void OnFinished(StateSyncInput.Finished finished)
    {
        if (_phase != Phase.Finishing || _offer is not { } offer) return;
        if (finished.Fault == SnapshotFault.None) End(new StateSyncEffect.Done(offer.Manifest.Height));
        else RefuseOffer($"its snapshot is false: {finished.Detail}", finished.NowMs);
    }

    private void OnTick(ulong nowMs)
    {
        if (_phase == Phase.Verifying && nowMs >= _neededMs + options.LightBlockTimeoutMs)
        {
            if (_supplier is { } silent) Penalize(silent, Offence.Unresponsive, $"light block {_neededHeight} not sent");
            VerifyWithNext(nowMs);
        }
        if (_phase == Phase.Fetching)
        {
            foreach ((int chunk, PeerId peer) in _chunks.Expired(nowMs))
            {
                _chunks.Return(chunk);
                _offer?.Peers.Remove(peer); // until it offers again
                Penalize(peer, Offence.Unresponsive, $"chunk {chunk} not sent");
            }
            Fetch(nowMs);
        }
        if (nowMs >= _askedMs + options.AskAgainMs)
        {
            _askedMs = nowMs;
            foreach (PeerId peer in _peers) Send(peer, new PeerMessage.SnapshotsRequest());
        }
        Discover(nowMs);
    }

    /// <summary>The snapshot itself is false: whoever offered it is not asked again.</summary>
    private void RefuseOffer(string what, ulong nowMs)
    {
        SnapshotOffer offer = _offer ?? throw new InvalidOperationException("a snapshot is chosen");
        _offers.Refuse(offer.Hash);
        foreach (PeerId peer in offer.Peers.ToArray()) Drop(peer, what);
        _unfinished = null;
        Abandon(nowMs);
    }

    private void Abandon(ulong nowMs)
    {
        if (_offer is { Peers.Count: 0 } || _phase == Phase.Verifying) _firstOfferMs = nowMs; // others get time to offer again
        (_offer, _trust, _head, _supplier) = (null, null, null, null);
        _phase = Phase.Discovering;
    }

    private void Exclude(PeerId peer, string what, ulong nowMs)
    {
        Drop(peer, what);
        if (_phase == Phase.Verifying && _supplier == peer) VerifyWithNext(nowMs);
        else if (_phase == Phase.Fetching) Fetch(nowMs);
    }

    private void Drop(PeerId peer, string what)
    {
        _peers.Remove(peer);
        if (_excluded.Count < options.ExcludedMax) _excluded.Add(peer); // of more only the ban, for a while
        _offers.RemovePeer(peer);
        _offer?.Peers.Remove(peer);
        _chunks.ReturnOf(peer);
        Penalize(peer, Offence.BadContent, what);
    }

    private void End(StateSyncEffect last)
    {
        _phase = Phase.Ended;
        _effects.Add(last);
    }

    private void Send(PeerId peer, PeerMessage message) => _effects.Add(new StateSyncEffect.Send(peer, message));

    private void Penalize(PeerId peer, Offence offence, string detail) => _effects.Add(new StateSyncEffect.Penalize(peer, offence, detail));
}
