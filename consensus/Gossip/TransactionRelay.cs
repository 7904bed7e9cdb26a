using System.Buffers.Binary;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;

namespace Dsdn.Consensus.Gossip;

/// <summary>
/// Passes pooled transactions on. Those of this node's users, and of peers that do not vote, go to everybody: whoever
/// proposes next has them. Those of a validator came from it to everybody and stay here, except where this node is linked
/// to fewer than two thirds of the validators: then they go on to ceil(sqrt) of its peers. Pure; one log for all peers bounds
/// the memory, and a peer that is too slow for it misses what fell out.
/// </summary>
/// <param name="self">This node's operator; zero where it does not vote.</param>
public sealed class TransactionRelay(Address self, RelayOptions options)
{
    private readonly SortedDictionary<PeerId, Link> _links = [];
    private readonly SortedSet<Hash256> _logged = [];
    private readonly Entry?[] _log = new Entry?[options.ItemsMax]; // a ring; entry n is at n mod its length
    private IReadOnlyList<Validator> _validators = [];
    private ulong _first, _end;
    private int _bytes;

    /// <summary>Entries that fell out of the log before every peer had them.</summary>
    public ulong Dropped { get; private set; }

    /// <summary>For checks and operators: no item count is ever above its bound.</summary>
    public IEnumerable<TableSize> Tables =>
    [
        new("relay: transactions", (long)(_end - _first), options.ItemsMax),
        new("relay: hashes", _logged.Count, options.ItemsMax),
        new("relay: bytes", _bytes, options.BytesMax),
    ];

    /// <summary>Effects: Send, PoolTransactions, Penalize.</summary>
    public IReadOnlyList<GossipEffect> Step(RelayInput input)
    {
        switch (input)
        {
            case RelayInput.PeerUp up: _links[up.Peer] = new Link(_first, options); break;
            case RelayInput.PeerGone gone: _links.Remove(gone.Peer); break;
            case RelayInput.PeerIs peer when _links.TryGetValue(peer.Peer, out Link? link): link.Operator = peer.Operator; break;
            case RelayInput.Received received when _links.TryGetValue(received.From, out Link? link): return Receive(received, link);
            case RelayInput.ValidatorsAre set: _validators = set.Validators.Validators; break;
            case RelayInput.Pooled pooled: foreach (PooledItem item in pooled.Items) Log(item, pooled.NowMs); break;
            case RelayInput.Tick tick: return Send(tick.NowMs);
            default: break;
        }
        return [];
    }

    private static IReadOnlyList<GossipEffect> Receive(RelayInput.Received received, Link from)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> items = received.Message.Items;
        if (from.ReceivedItems.TryTake(received.NowMs, (uint)items.Count) && from.ReceivedBytes.TryTake(received.NowMs, (uint)items.Sum(item => item.Length)))
            return [new GossipEffect.PoolTransactions(received.From, items)];
        return from.Floodings.TryTake(received.NowMs) ? [new GossipEffect.Penalize(received.From, Offence.Flooding, "too many transactions")] : [];
    }

    private void Log(PooledItem item, ulong nowMs)
    {
        SortedSet<PeerId>? targets = item.From is { } from ? Targets(from, item.Hash) : null;
        if (targets is { Count: 0 } || item.Raw.Length > options.BytesMax || !_logged.Add(item.Hash)) return;
        if (_end - _first == (ulong)_log.Length) DropFirst();
        _log[_end++ % (ulong)_log.Length] = new Entry(item.Hash, item.Raw, item.From, targets, nowMs);
        _bytes += item.Raw.Length;
        while (_bytes > options.BytesMax) DropFirst();
    }

    /// <summary>Null: everybody but the sender. Empty: nobody.</summary>
    private SortedSet<PeerId>? Targets(PeerId from, Hash256 hash)
    {
        if (!_links.TryGetValue(from, out Link? sender) || !IsValidator(sender.Operator)) return null;
        if (IsWellLinked()) return [];
        List<PeerId> others = [.. _links.Keys.Where(peer => peer != from)];
        SortedSet<PeerId> targets = [];
        int count = 0;
        while (count * count < others.Count) count++;
        for (int i = 0; i < count; i++) targets.Add(others[(int)(((BinaryPrimitives.ReadUInt64LittleEndian(hash.Span) >> 1) + (ulong)i) % (ulong)others.Count)]);
        return targets;
    }

    private bool IsWellLinked()
    {
        SortedSet<Address> linked = [.. _links.Values.Select(link => link.Operator)];
        int others = 0, here = 0;
        foreach (Validator validator in _validators)
        {
            if (validator.Operator == self) continue;
            others++;
            if (linked.Contains(validator.Operator)) here++;
        }
        return here * 3 >= others * 2;
    }

    private bool IsValidator(Address candidate) => !candidate.IsZero && _validators.Any(validator => validator.Operator == candidate);

    private List<GossipEffect> Send(ulong nowMs)
    {
        while (_first < _end && nowMs >= At(_first).LoggedMs + options.KeptMs) DropFirst();
        List<GossipEffect> sends = [];
        Batch? shared = null;
        foreach ((PeerId peer, Link link) in _links)
        {
            if (link.Next < _first) link.Next = _first;
            while (link.Next < _end)
            {
                Batch batch = shared is not null && shared.Start == link.Next && !shared.IsOfOne ? shared : Cut(link.Next, peer);
                if (!batch.IsOfOne) shared = batch;
                if (batch.Message is { } message)
                {
                    if (!link.Budget.TryTake(nowMs, (uint)batch.Bytes)) break;
                    sends.Add(new GossipEffect.Send(peer, message));
                }
                link.Next = batch.End;
            }
        }
        return sends;
    }

    /// <summary>The next entries for a peer that fit a message. Where all of them are for everybody, others at the same place get the same object.</summary>
    private Batch Cut(ulong start, PeerId peer)
    {
        List<ReadOnlyMemory<byte>> items = [];
        int bytes = 0;
        bool isOfOne = false;
        ulong at = start;
        for (; at < _end && items.Count < PeerLimits.TransactionsMax; at++)
        {
            Entry entry = At(at);
            bool isForAll = entry.From is null && entry.Targets is null;
            isOfOne |= !isForAll;
            if (!isForAll && (entry.From == peer || entry.Targets is { } targets && !targets.Contains(peer))) continue;
            if (items.Count > 0 && bytes + entry.Raw.Length > options.BatchBytesMax) break;
            items.Add(entry.Raw);
            bytes += entry.Raw.Length;
        }
        return new Batch(start, at, bytes, isOfOne, items.Count == 0 ? null : new PeerMessage.Transactions(items));
    }

    private Entry At(ulong number) => _log[number % (ulong)_log.Length] ?? throw new InvalidOperationException($"entry {number} is not in the log");

    private void DropFirst()
    {
        Entry oldest = At(_first);
        _log[_first % (ulong)_log.Length] = null;
        _logged.Remove(oldest.Hash);
        _bytes -= oldest.Raw.Length;
        foreach (Link link in _links.Values)
        {
            if (link.Next > _first) continue;
            Dropped++;
            break;
        }
        _first++;
    }

    private sealed record Entry(Hash256 Hash, ReadOnlyMemory<byte> Raw, PeerId? From, SortedSet<PeerId>? Targets, ulong LoggedMs);

    private sealed record Batch(ulong Start, ulong End, int Bytes, bool IsOfOne, PeerMessage.Transactions? Message);

    private sealed class Link(ulong next, RelayOptions options)
    {
        /// <summary>Number of the first entry it was not given.</summary>
        public ulong Next { get; set; } = next;

        public TokenBucket Budget { get; } = new(options.BytesRate);

        public TokenBucket ReceivedItems { get; } = new(options.ReceivedItemsRate);

        public TokenBucket ReceivedBytes { get; } = new(options.ReceivedBytesRate);

        public TokenBucket Floodings { get; } = new(new RateLimit(1, 1));

        public Address Operator { get; set; }
    }
}
