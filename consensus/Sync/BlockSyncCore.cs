using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Trie;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Sync;

/// <summary>
/// Block sync of one node, running beside consensus for its whole life: while the node is behind it downloads certified blocks
/// from several peers in parallel and has them applied in order. Claims of peers decide only whom to ask; that the network is
/// ahead is believed once a block with its certificate was applied. No clock, thread or store.
/// </summary>
public sealed class BlockSyncCore(ulong chainId, Hash256 genesisHash, SyncOptions options)
{
    /// <summary>Blocks applied in a row, not decided here, that prove that the network goes on without this node.</summary>
    private const int ProofBlocks = 3;

    private const ulong PlanEveryBlocks = 32;

    private readonly record struct Underway(ulong Height, Hash256 Hash);

    private readonly SortedDictionary<PeerId, SyncPeer> _peers = [];
    private readonly DownloadTable _downloads = new(options);
    private readonly KeptBlocks _kept = new();
    private readonly Queue<Underway> _applies = new();
    private readonly List<SyncEffect> _effects = [];
    private ulong _head;
    private Hash256 _headHash;
    private ValidatorSet _validators = new([]);
    private Hash256 _validatorsHash;
    private ulong _startedMs;
    private bool _began;
    private bool _heardStatus;
    private bool _refusing; // applies under way are all going to be refused
    private bool _halted;
    private bool _planIsDue; // something happened that may allow another request
    private int _syncedInRow;
    private Underway _lastApply;
    private ulong? _laggingSinceMs;
    private ulong? _stuckSinceMs;

    /// <summary>False until the node may vote, and while it is far behind.</summary>
    public bool IsCaughtUp { get; private set; }

    public ulong Head => _head;

    /// <summary>The highest block that a peer worth asking claims; the head where none is ahead.</summary>
    public ulong BestHeight(ulong nowMs)
    {
        ulong best = _head;
        foreach (SyncPeer peer in _peers.Values)
        {
            if (peer.IsCredible(nowMs)) best = Math.Max(best, peer.DecidedHeight);
        }
        return best;
    }

    /// <summary>For checks and operators: no item count is ever above its bound.</summary>
    public IEnumerable<TableSize> Tables =>
    [
        new("block sync: peers", _peers.Count, options.PeersMax),
        new("block sync: requests", _downloads.Count, options.RequestsMax),
        new("block sync: blocks", _kept.Count, (long)options.WindowBlocks),
        new("block sync: bytes", _kept.Bytes, options.KeptBytesMax + (((long)options.RequestsMax + 1) * PeerLimits.BulkMessageBytesMax)),
        new("block sync: applies", _applies.Count, options.AppliesMax),
    ];

    public IReadOnlyList<SyncEffect> Step(SyncInput input)
    {
        _effects.Clear();
        if (_halted) return [];
        ulong nowMs = input switch
        {
            SyncInput.Began began => Begin(began),
            SyncInput.PeerStatus status => OnStatus(status),
            SyncInput.PeerGone gone => OnGone(gone),
            SyncInput.BlocksReceived received => OnBlocks(received),
            SyncInput.Applied applied => OnApplied(applied),
            SyncInput.ApplyRefused refused => OnRefused(refused),
            SyncInput.Tick tick => OnTick(tick.NowMs),
            _ => throw new ArgumentOutOfRangeException(nameof(input)),
        };
        if (_began && !_halted)
        {
            EmitApplies(nowMs);
            Switch(nowMs);
            EmitRequests(nowMs);
        }
        return [.. _effects];
    }

    private ulong Begin(SyncInput.Began began)
    {
        _began = _planIsDue = true;
        _startedMs = began.NowMs;
        (_head, _headHash) = (began.Height, began.Hash);
        SetValidators(began.Validators);
        return began.NowMs;
    }

    private ulong OnStatus(SyncInput.PeerStatus status)
    {
        if (!_peers.TryGetValue(status.Peer, out SyncPeer? peer))
        {
            if (_peers.Count >= options.PeersMax) return status.NowMs;
            _peers.Add(status.Peer, peer = new SyncPeer(status.Peer));
        }
        // CVE-2025-24371: a peer that takes back its height must not leave anybody waiting for it. The new claim replaces the old.
        if (status.DecidedHeight < peer.StatedHeight) Penalize(peer, Offence.LyingStatus, $"decided height {status.DecidedHeight} after {peer.StatedHeight}");
        peer.StatedHeight = peer.DecidedHeight = status.DecidedHeight;
        peer.OldestBody = status.OldestBody;
        _heardStatus = _planIsDue = true;
        return status.NowMs;
    }

    private ulong OnGone(SyncInput.PeerGone gone)
    {
        _peers.Remove(gone.Peer);
        _downloads.DropOf(gone.Peer);
        _planIsDue = true;
        return gone.NowMs;
    }

    private ulong OnBlocks(SyncInput.BlocksReceived received)
    {
        PeerMessage.Blocks message = received.Message;
        if (!_peers.TryGetValue(received.Peer, out SyncPeer? peer) || peer.IsExcluded) return received.NowMs;
        _planIsDue = true;
        if (_downloads.Take(received.Peer, message.From) is { } download)
        {
            peer.Outstanding--;
            if ((uint)message.Items.Count > download.Count)
            {
                Refuse(peer, $"{message.Items.Count} blocks, {download.Count} asked for");
                return received.NowMs;
            }
        }
        else if (peer.Late == 0)
        {
            Penalize(peer, Offence.Unwanted, $"blocks from {message.From} on that nobody asked for");
            return received.NowMs;
        }
        else
        {
            peer.Late--;
            bool isUseful = message.From > _head && message.From <= _head + options.WindowBlocks && _kept.Bytes < options.KeptBytesMax;
            if (!isUseful || message.Items.Count == 0) return received.NowMs;
        }
        if (message.Items.Count == 0)
        {
            // It may have pruned since its last status; its next status may say more. Until then it has nothing for us.
            peer.DecidedHeight = Math.Min(peer.DecidedHeight, message.From - 1);
            peer.Fail(options, received.NowMs);
            return received.NowMs;
        }
        if (BlockRange.Read(message, peer.Id, chainId, out List<ReceivedBlock> blocks) is { } what)
        {
            Refuse(peer, what);
            return received.NowMs;
        }
        peer.Delivered();
        _downloads.Learn(blocks);
        foreach (ReceivedBlock block in blocks)
        {
            if (block.Consensus.Height > _head) _kept.Add(block.Consensus.Height, block);
        }
        return received.NowMs;
    }

    private ulong OnApplied(SyncInput.Applied applied)
    {
        bool isOurs = false;
        if (_applies.TryPeek(out Underway first) && first.Height == applied.Height)
        {
            _applies.Dequeue();
            isOurs = first.Hash == applied.Hash;
        }
        if (applied.Height <= _head) return applied.NowMs;
        _syncedInRow = isOurs ? _syncedInRow + 1 : 0;
        _planIsDue |= _kept.Count < 2 || applied.Height % PlanEveryBlocks == 0;
        (_head, _headHash) = (applied.Height, applied.Hash);
        if (_kept.Find(applied.Height) is { } block && block.Block.Hash == applied.Hash && _peers.TryGetValue(block.Supplier, out SyncPeer? supplier)) supplier.Proved();
        SetValidators(applied.Validators);
        _kept.RemoveThrough(applied.Height);
        _stuckSinceMs = null;
        if (_applies.Count == 0) _refusing = false;
        return applied.NowMs;
    }

    private ulong OnRefused(SyncInput.ApplyRefused refused)
    {
        if (!_applies.TryPeek(out Underway first) || first.Height != refused.Height) return refused.NowMs;
        _applies.Dequeue();
        bool isFollower = _refusing;
        _refusing = _applies.Count > 0;
        if (isFollower || refused.Height <= _head) return refused.NowMs;
        if (_kept.Find(refused.Height) is not { } block || block.Block.Hash != refused.BlockHash) return refused.NowMs;
        if (FaultOf(block) is { } fault)
        {
            _kept.Remove(refused.Height);
            Blame(block.Supplier, $"block {refused.Height}: {fault}; {refused.Detail}");
            return refused.NowMs;
        }
        _halted = true;
        _effects.Add(new SyncEffect.Diverged(refused.Height, refused.BlockHash, refused.Detail));
        return refused.NowMs;
    }

    /// <summary>What its supplier did wrong. Null: two thirds did sign exactly this, so it is not the supplier.</summary>
    private string? FaultOf(ReceivedBlock block)
    {
        if (CertificateRules.Check(block.Certificate, block.Consensus.Height, block.Block.Hash, _validators) is { } what) return what;
        if (CertificateRules.CheckSignatures(block.Certificate, chainId, genesisHash, _validators) is { } forged) return forged;
        return OrderedTrie.TransactionsRoot(block.Block.Transactions) == block.Block.Header.TransactionsRoot ? null : "other transactions than the header's";
    }

    private ulong OnTick(ulong nowMs)
    {
        _planIsDue = true;
        foreach (Download expired in _downloads.TakeExpired(nowMs))
        {
            if (!_peers.TryGetValue(expired.Peer, out SyncPeer? peer)) continue;
            peer.Outstanding--;
            peer.Late++;
            peer.Fail(options, nowMs);
            Penalize(peer, Offence.Unresponsive, $"blocks from {expired.From} on not sent in {options.RequestTimeoutMs} ms");
        }
        return nowMs;
    }

    /// <summary>Hands over, in order, what links to what was handed over before and is signed by enough of a known set.</summary>
    private void EmitApplies(ulong nowMs)
    {
        if (_refusing) return;
        ulong best = BestHeight(nowMs);
        while (_applies.Count < options.AppliesMax)
        {
            Underway parent = _applies.Count > 0 ? _lastApply : new Underway(_head, _headHash);
            if (_kept.Find(parent.Height + 1) is not { } next) return;
            bool parentIsHead = parent.Height == _head;
            string? fault = Place(next, parent, out bool isLaterSet);
            if (isLaterSet && !parentIsHead) return; // the set is known once its parent was executed
            if (fault is not null)
            {
                if (!parentIsHead) return; // perhaps the parent is the false one
                Blame(next.Supplier, $"block {parent.Height + 1}: {fault}");
                continue;
            }
            ulong height = parent.Height + 1;
            bool durable = height % options.DurableEveryBlocks == 0 || height >= best || !_kept.Has(height + 1);
            _lastApply = new Underway(height, next.Block.Hash);
            _applies.Enqueue(_lastApply);
            _effects.Add(new SyncEffect.Apply(next.Block, next.Certificate, durable));
        }
    }

    private string? Place(ReceivedBlock block, Underway parent, out bool isLaterSet)
    {
        isLaterSet = block.Consensus.ValidatorsHash != _validatorsHash;
        if (block.Block.Header.ParentHash != parent.Hash) return "is not above the last block";
        if (isLaterSet) return "is of another validator set";
        return CertificateRules.Check(block.Certificate, parent.Height + 1, block.Block.Hash, _validators);
    }

    private void EmitRequests(ulong nowMs)
    {
        ulong best = BestHeight(nowMs);
        Measure(best, nowMs);
        if (!_planIsDue || (IsCaughtUp && !MustFetch(best, nowMs))) return;
        _planIsDue = false;
        while (_downloads.Next(_head, best, _kept, _peers.Values, nowMs) is { } next)
            _effects.Add(new SyncEffect.Request(next.Peer, new PeerMessage.BlocksRequest(next.From, next.Count)));
    }

    private void Measure(ulong best, ulong nowMs)
    {
        _laggingSinceMs = best >= _head + 2 ? _laggingSinceMs ?? nowMs : null;
        _stuckSinceMs = best > _head ? _stuckSinceMs ?? nowMs : null;
    }

    private bool MustFetch(ulong best, ulong nowMs) =>
        best > _head + options.FarBehindBlocks
        || (_laggingSinceMs is { } lagging && nowMs >= lagging + options.LaggingMs)
        || (_stuckSinceMs is { } stuck && nowMs >= stuck + options.StuckMs);

    private void Switch(ulong nowMs)
    {
        ulong best = BestHeight(nowMs);
        if (!IsCaughtUp)
        {
            bool knowsPeers = _heardStatus || nowMs >= _startedMs + options.StartGraceMs;
            if (!knowsPeers || best > _head + 1 || _applies.Count > 0) return;
            IsCaughtUp = true;
            _syncedInRow = 0;
            _effects.Add(new SyncEffect.CaughtUp(_head));
            return;
        }
        // A claim alone stops nobody from voting: blocks that others decided without this node do.
        if (best <= _head + options.FarBehindBlocks || _syncedInRow < ProofBlocks) return;
        IsCaughtUp = false;
        _effects.Add(new SyncEffect.FellBehind(_head, best));
    }

    private void SetValidators(ValidatorSet validators)
    {
        if (ReferenceEquals(validators, _validators)) return;
        _validators = validators;
        _validatorsHash = BlockHashes.Validators(validators);
    }

    private void Blame(PeerId supplier, string what)
    {
        if (_peers.TryGetValue(supplier, out SyncPeer? peer)) Refuse(peer, what);
        else _kept.RemoveOf(supplier);
    }

    /// <summary>Something no correct peer sends: nothing of it is kept, all of it is asked of others.</summary>
    private void Refuse(SyncPeer peer, string what)
    {
        peer.Exclude();
        _planIsDue = true;
        _kept.RemoveOf(peer.Id);
        _downloads.DropOf(peer.Id);
        Penalize(peer, Offence.BadContent, what);
    }

    private void Penalize(SyncPeer peer, Offence offence, string detail) => _effects.Add(new SyncEffect.Penalize(peer.Id, offence, detail));
}
