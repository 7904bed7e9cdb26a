using Dsdn.Chain.Blocks;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Tests.LightClient;

namespace Dsdn.Log.Tests.Kit;

/// <summary>As much of a chain as the log sees: blocks with votes over a real state in which modules have feeds.</summary>
internal sealed class ChainSide
{
    private readonly StateStore _state;
    private readonly MemoryStore _store = new();
    private readonly List<(byte Module, EventKind Kind, byte[] Record)> _records = [];
    private readonly SortedDictionary<byte, (ulong Sequence, Hash256 Feed)> _feeds = [];
    private int _anchored;
    private ulong _height, _stateHeight;
    private Hash256 _parent = LightChain.GenesisHash;

    public ChainSide()
    {
        _state = StateStore.Open(_store, new StateOptions { CachedAccountsMax = 256, CachedRecordsMax = 256 });
        StateOverlay overlay = new(_state.Head);
        foreach (byte module in (byte[])[FeedChain.Nodes, FeedChain.Committee]) overlay.SetAccount(ModuleOf(module), new Account(0, Amount.Zero, IsModule: true));
        Commit(overlay);
    }

    public static Hash256 GenesisHash => LightChain.GenesisHash;

    /// <summary>Blocks are not made before this.</summary>
    public ulong ClockMs { get; set; }

    public ValidatorSet Validators { get; set; } = LightChain.Set(1, 2, 3, 4);

    /// <summary>A row of the registry; the kind is what a reducer would expect.</summary>
    public void Node(string name, ushort zone, byte status = NodeRecord.StatusActive, bool hasLeft = false, EventKind kind = EventKind.NodeRegistered) =>
        Record(FeedChain.Nodes, kind, new NodeChanged(LogKeys.PublicKey(name), RowOf(name, zone, status, hasLeft), kind).Encode());

    /// <summary>What the module says of an agreement of an owner, who is known by name.</summary>
    public void Agreement(string agreement, string owner, ulong quotaBytes, ulong endMs, ulong releaseMs, ChunkCoding coding = ChunkCoding.Replicas, bool isClosed = false) => Record(
        FeedChain.Agreements, EventKind.AgreementChanged, new AgreementChanged(LogKeys.Word(agreement), LogKeys.AddressOf(owner), coding, quotaBytes, endMs, releaseMs, isClosed).Encode());

    public void Session(string owner, string key, SessionScopes scopes, ulong expiresMs) =>
        Record(FeedChain.Agreements, EventKind.SessionChanged, new SessionChanged(LogKeys.AddressOf(owner), LogKeys.AddressOf(key), scopes, expiresMs).Encode());

    public void Record(byte module, EventKind kind, byte[] record) => _records.Add((module, kind, record));

    public static NodeRecord RowOf(string name, ushort zone, byte status = NodeRecord.StatusActive, bool hasLeft = false) => new(
        LogKeys.AddressOf("operator of " + name), 0, status, Amount.Nusa(500), LogKeys.Word("tls " + name), zone, 1_000, 1_000, 0, 0, 0, hasLeft);

    /// <summary>The next block, and what its modules said since the last one.</summary>
    /// <param name="validators">Who votes on the block after it; the same ones where null.</param>
    public (ChainAnchor Anchor, LogEvent[] Derived) Next(ValidatorSet? validators = null)
    {
        LogEvent[] derived = [.. _records.Skip(_anchored).Select(Derive)];
        _anchored = _records.Count;
        StateOverlay overlay = new(_state.Head);
        foreach ((byte module, (ulong sequence, Hash256 feed)) in _feeds)
        {
            overlay.SetAccount(ModuleOf(module), new Account(0, Amount.Zero, IsModule: true));
            byte[] word = new byte[32];
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(word.AsSpan(24), sequence);
            overlay.SetRecord(RecordKey.Make(module, FeedChain.SequenceTable, default), word);
            overlay.SetRecord(RecordKey.Make(module, FeedChain.FeedTable, default), feed.ToArray());
        }
        overlay.SetAccount(Address.FromNumber(9), new Account(_height, Amount.Nusa(1)));
        Commit(overlay);
        ValidatorSet next = validators ?? Validators;
        LightBlock template = LightChain.Make(++_height, _parent, Validators, next, 0);
        ConsensusHeader consensus = template.Consensus with { TimeMs = Math.Max(template.Consensus.TimeMs, ClockMs + _height) };
        LightBlock block = LightChain.Sign(template.Header with { StateRoot = _state.Current.Root, MixHash = LogKeys.Word($"mix {_height}"), Timestamp = consensus.TimeMs / 1_000, ExtraData = BlockHashes.ExtraData(consensus) }, consensus, Validators, next);
        _parent = block.Hash;
        Validators = next;
        return (new ChainAnchor([block], [.. _feeds.Select(feed => Prove(feed.Key))]), derived);
    }

    private LogEvent Derive((byte Module, EventKind Kind, byte[] Record) record)
    {
        (ulong sequence, Hash256 feed) = _feeds.GetValueOrDefault(record.Module);
        _feeds[record.Module] = (sequence + 1, FeedChain.Extend(feed, record.Record));
        return new LogEvent
        {
            ChainId = LightChain.ChainId, Kind = record.Kind, AuthorType = AuthorType.Derived, Author = EventKinds.AuthorOf(record.Module), Nonce = sequence + 1,
            ValidUntilMs = 0, Body = record.Record, Signature = default,
        };
    }

    private static Address ModuleOf(byte module) => Address.FromNumber((ushort)(RecordKey.ModuleBase + module));

    private FeedProof Prove(byte module)
    {
        AccountProof proof = _state.Prove(_state.Height, ModuleOf(module), [FeedChain.SequenceSlot(module), FeedChain.FeedSlot(module)]);
        return new FeedProof(module, _feeds[module].Sequence, _feeds[module].Feed, proof.Nodes, proof.Storage[0].Nodes, proof.Storage[1].Nodes);
    }

    private void Commit(StateOverlay overlay)
    {
        StateChanges changes = overlay.Changes();
        StateVersion version = _state.Derive(_state.Current, changes);
        using IWriteBatch batch = _store.CreateBatch();
        _state.Stage(batch, _stateHeight++, version, changes);
        _store.Write(batch, true);
        _state.Promote(version);
    }
}
