using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Signing;
using Dsdn.Consensus.Sync;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Replica;

/// <summary>
/// A validator or follower as one pure object: consensus core, gossip, relay of transactions and block sync, and the order
/// in which what they ask for may happen. Whatever a crash must not forget is in the WAL before anything that follows from
/// it leaves the process. The shell of a node and the simulator carry out the same effects.
/// </summary>
/// <param name="newCore">Makes the consensus core; null: <see cref="TendermintCore"/>.</param>
public sealed partial class ReplicaCore(ReplicaOptions options, IMessageScheme scheme, PeerId selfPeer, Func<IConsensusCore>? newCore = null)
{
    private readonly HeightValues _values = new();
    private readonly SeenVotes _votes = new();
    private readonly OwnKeyWatch _ownKey = new(scheme);
    private readonly PeerScore _score = new();
    private readonly BlockSyncCore _sync = new(options.ChainId, options.GenesisHash, options.Sync);
    private readonly SortedSet<PeerId> _peers = [];
    private List<ReplicaEffect> _effects = [];
    private GossipCore _gossip = new(selfPeer, Address.Zero, options.Gossip);
    private readonly EvidenceRelay _evidence = new(EvidenceRelayOptions.Default);
    private TransactionRelay _relay = new(Address.Zero, RelayOptions.Default);
    private IConsensusCore _core = NoCore.Instance;
    private ReplicaHead _head = NoCore.Head;
    private uint _round;
    private CoreStep _step;
    private ulong _nowMs;
    private ulong _statusDueMs;
    private ulong _relayedMs;

    /// <summary>Whose message is being handled; null: nobody's.</summary>
    private PeerId? _sender;

    /// <summary>Records are in the WAL and not yet on disk.</summary>
    private bool _walIsDirty;

    /// <summary>The height is decided and its block is being written; until that is done the core is told only of late votes.</summary>
    private bool _isCommitting;

    /// <summary>The height that the core was started for; a lower one than <see cref="Height"/> while block sync runs ahead of it.</summary>
    private ulong _coreHeight;
    private bool _workWaits;
    private uint _firstRound;
    private bool _isHalted;

    /// <summary>The height that is being decided.</summary>
    private ulong Height => _head.Height + 1;

    /// <summary>Where this replica stands, for operators.</summary>
    public ReplicaProgress Progress => new(
        _head.Height, _head.Self, Height, _round, _step, _votes.Power(_round, VoteKind.Prevote), _votes.Power(_round, VoteKind.Precommit), _votes.TotalPower, _sync.IsCaughtUp, _sync.BestHeight(_nowMs));

    /// <summary>Everything that peers can make grow, for checks and operators: no item count is ever above its bound.</summary>
    public IEnumerable<TableSize> Tables =>
    [
        .. _gossip.Tables, .. _relay.Tables, .. _evidence.Tables, .. _sync.Tables, .. _core.Tables,
        new("replica: values", _values.Count, HeightValues.ValuesMax),
        new("replica: peers with a score", _score.Count, PeerScore.PeersMax),
    ];

    /// <summary>Effects are to be carried out strictly in order; the list is the caller's.</summary>
    public IReadOnlyList<ReplicaEffect> Step(ReplicaInput input)
    {
        if (_isHalted) return [];
        _effects = [];
        Handle(input);
        _sender = null;
        if (_coreHeight != Height && _sync.IsCaughtUp && !_isHalted) BeginCore();
        return _effects;
    }

    private void Handle(ReplicaInput input)
    {
        switch (input)
        {
            case ReplicaInput.Started started:
                Start(started);
                break;
            case ReplicaInput.PeerUp up:
                _nowMs = up.NowMs;
                _peers.Add(up.Peer);
                Carry(_gossip.Step(new GossipInput.PeerUp(up.Peer, _nowMs)));
                Carry(_relay.Step(new RelayInput.PeerUp(up.Peer)));
                _evidence.Step(new EvidenceInput.PeerUp(up.Peer));
                _effects.Add(new ReplicaEffect.Send(up.Peer, Status()));
                break;
            case ReplicaInput.PeerGone gone:
                _nowMs = gone.NowMs;
                _peers.Remove(gone.Peer);
                Carry(_gossip.Step(new GossipInput.PeerGone(gone.Peer)));
                Carry(_relay.Step(new RelayInput.PeerGone(gone.Peer)));
                _evidence.Step(new EvidenceInput.PeerGone(gone.Peer));
                Carry(_sync.Step(new SyncInput.PeerGone(gone.Peer, _nowMs)));
                break;
            case ReplicaInput.Received received:
                _nowMs = received.NowMs;
                if (!_peers.Contains(received.From)) break; // its link has ended meanwhile: nothing would ever take it out of the tables
                _sender = received.From;
                Receive(received.From, received.Message);
                break;
            case ReplicaInput.Undecodable undecodable:
                _nowMs = undecodable.NowMs;
                Penalize(undecodable.From, Offence.Malformed, undecodable.Detail);
                break;
            case ReplicaInput.TimerFired timer:
                _nowMs = timer.NowMs;
                if (timer.Timer.Height == Height) Feed(new CoreInput.TimerFired(timer.Timer, _nowMs));
                break;
            case ReplicaInput.Tick tick:
                _nowMs = tick.NowMs;
                Tick();
                break;
            case ReplicaInput.WorkArrived work:
                _nowMs = work.NowMs;
                _workWaits = true;
                Feed(new CoreInput.WorkArrived(_nowMs));
                break;
            case ReplicaInput.ValueRequested requested:
                _nowMs = requested.NowMs;
                Feed(new CoreInput.ValueRequested(_nowMs));
                break;
            case ReplicaInput.Pooled pooled:
                _nowMs = pooled.NowMs;
                Carry(_relay.Step(new RelayInput.Pooled(pooled.Items, _nowMs)));
                if (_nowMs >= _relayedMs + options.RelayIntervalMs) Relay();
                break;
            case ReplicaInput.Built built:
                _nowMs = built.NowMs;
                OnBuilt(built);
                break;
            case ReplicaInput.Executed executed:
                _nowMs = executed.NowMs;
                OnExecuted(executed.BlockHash, executed.Verdict);
                break;
            case ReplicaInput.ProposalSigned signed:
                _nowMs = signed.NowMs;
                FeedOwn(new CoreInput.ProposalSigned(signed.Unsigned, signed.Signature, _nowMs));
                break;
            case ReplicaInput.VoteSigned signed:
                _nowMs = signed.NowMs;
                FeedOwn(new CoreInput.VoteSigned(signed.Unsigned, signed.Signature, _nowMs));
                break;
            case ReplicaInput.Committed committed:
                _nowMs = committed.NowMs;
                OnCommitted(committed);
                break;
            case ReplicaInput.EvidenceOffered offered:
                _nowMs = offered.NowMs;
                Carry(_evidence.Step(new EvidenceInput.Offered(offered.Item, _nowMs)));
                break;
            case ReplicaInput.EvidenceJudged judged:
                _nowMs = judged.NowMs;
                Carry(_evidence.Step(new EvidenceInput.Judged(judged.From, judged.Item, judged.Answer, _nowMs)));
                break;
            case ReplicaInput.ApplyRefused refused:
                _nowMs = refused.NowMs;
                Carry(_sync.Step(new SyncInput.ApplyRefused(refused.Height, refused.BlockHash, refused.Detail, _nowMs)));
                break;
            default:
                throw new InvalidOperationException($"unknown input {input.GetType().Name}");
        }
    }

    private void Receive(PeerId from, PeerMessage message)
    {
        switch (message)
        {
            case PeerMessage.Status status:
                Carry(_gossip.Step(new GossipInput.Received(from, status, _nowMs)));
                _relay.Step(new RelayInput.PeerIs(from, status.Validator));
                _evidence.Step(new EvidenceInput.PeerAt(from, status.DecidedHeight));
                Carry(_sync.Step(new SyncInput.PeerStatus(from, status.DecidedHeight, status.OldestBody, _nowMs)));
                break;
            case PeerMessage.ProposalMessage or PeerMessage.Votes or PeerMessage.HaveVotes or PeerMessage.HaveParts or PeerMessage.Part:
                Carry(_gossip.Step(new GossipInput.Received(from, message, _nowMs)));
                break;
            case PeerMessage.Transactions transactions:
                Carry(_relay.Step(new RelayInput.Received(from, transactions, _nowMs)));
                break;
            case PeerMessage.Evidence evidence:
                Carry(_evidence.Step(new EvidenceInput.Received(from, evidence, _nowMs)));
                break;
            case PeerMessage.Blocks blocks:
                Carry(_sync.Step(new SyncInput.BlocksReceived(from, blocks, _nowMs)));
                break;
            case PeerMessage.BlocksRequest or PeerMessage.SnapshotsRequest or PeerMessage.ChunkRequest or PeerMessage.LightBlockRequest:
                _effects.Add(new ReplicaEffect.Serve(from, message));
                break;
            default:
                break; // answers of state sync and of peer exchange are not for a running replica
        }
    }

    private void Tick()
    {
        Carry(_gossip.Step(new GossipInput.Tick(_nowMs)));
        Carry(_sync.Step(new SyncInput.Tick(_nowMs)));
        Relay();
        Carry(_evidence.Step(new EvidenceInput.Tick(_nowMs)));
        if (_nowMs >= _statusDueMs) AnnounceStatus();
    }

    private void Relay()
    {
        _relayedMs = _nowMs;
        Carry(_relay.Step(new RelayInput.Tick(_nowMs)));
    }

    /// <summary>A round of this node's own proposal: its bytes are kept before anything of it is signed, so that a restart never builds twice.</summary>
    private void OnBuilt(ReplicaInput.Built built)
    {
        if (built.Height != Height || _isCommitting || built.Block.Consensus is not { } consensus) return;
        var parts = PartSet.Create(BlockCodec.Encode(built.Block));
        HeightValue value = _values.Add(built.Block, parts);
        value.Verdict = BlockVerdict.Valid;
        Log(new WalRecord.Value(Height, parts.Root, parts.Bytes));
        Feed(new CoreInput.ValueBuilt(built.Height, built.Round, built.Block.Hash, consensus.TimeMs, parts.Root, _nowMs));
    }

    private void OnExecuted(Hash256 blockHash, BlockVerdict verdict)
    {
        if (_isCommitting) return;
        foreach (HeightValue value in _values.OfBlock(blockHash))
        {
            if (value.Verdict is not null) continue;
            value.Verdict = verdict;
            Feed(new CoreInput.ValueChecked(Height, blockHash, value.Parts.Root, TimeOf(value.Block), verdict.IsValid, _nowMs));
        }
    }

    private void OnCommitted(ReplicaInput.Committed committed)
    {
        if (_coreHeight == committed.Head.Height && _votes.Take() is { Count: > 0 } votes) _effects.Add(new ReplicaEffect.KeepVotes(_coreHeight, votes));
        _head = committed.Head;
        _isCommitting = false;
        _values.Clear();
        _effects.Add(new ReplicaEffect.TruncateWal(Height));
        _walIsDirty = false;
        _workWaits = committed.WorkWaits;
        _evidence.Step(new EvidenceInput.Waiting(_head.Evidence));
        (_round, _step) = (0, CoreStep.Waiting);
        Tell(_ownKey.SeeCertificate(_head));
        Carry(_sync.Step(new SyncInput.Applied(_head.Height, _head.Hash, _head.Validators, _nowMs)));
        if (!_sync.IsCaughtUp || _isHalted) return;
        BeginCore();
        AnnounceStatus();
    }

    /// <summary>Only for a height that nobody credible has decided yet: the core is not troubled with those that block sync fetches.</summary>
    private void BeginCore()
    {
        _coreHeight = Height;
        _votes.Begin(_head.Validators);
        _ownKey.Begin(_head);
        Carry(_gossip.Step(new GossipInput.HeightStarted(Height, _head.Validators, _nowMs)));
        _relay.Step(new RelayInput.ValidatorsAre(_head.Validators));
        Log(new WalRecord.HeightStarted(Height, _firstRound, _workWaits, _nowMs));
        Carry(_core.Step(HeightStarted(_firstRound, _workWaits, _nowMs)));
        _firstRound = 0;
    }

    private CoreInput.HeightStarted HeightStarted(uint firstRound, bool workWaits, ulong nowMs) => new(
        Height, _head.Self, _head.Validators, ProposerOrder.Draw(_head.Validators, _head.ProposerSeed, Height), _head.TimeMs,
        _head.Certificate, _head.Certificate is null ? null : _head.Deciders, workWaits, nowMs, firstRound);

    private void FeedOwn(CoreInput input)
    {
        _ownKey.Made(input);
        Feed(input);
    }

    private void Tell(SeenSignature? seen)
    {
        if (seen is not null) _effects.Add(new ReplicaEffect.OwnKeySeen(seen));
    }

    private void Feed(CoreInput input)
    {
        // What completes the certificate is welcome also while the block is written: who signed late has signed all the same.
        if (_coreHeight != Height || _isHalted || (_isCommitting && input is not CoreInput.VoteArrived)) return;
        IReadOnlyList<CoreEffect> effects = _core.Step(input);
        if (MustBeLogged(input, effects)) Log(new WalRecord.Input(Height, input));
        Carry(effects);
    }

    /// <summary>A message that the core did not keep changes nothing; everything else replays.</summary>
    private static bool MustBeLogged(CoreInput input, IReadOnlyList<CoreEffect> effects) =>
        input is not (CoreInput.VoteArrived or CoreInput.ProposalArrived) || effects.Any(static effect => effect is not CoreEffect.Rejected);

    private static ulong TimeOf(Block block) => block.Consensus?.TimeMs ?? throw new InvalidOperationException("only genesis has no consensus header");

    private void Penalize(PeerId peer, Offence offence, string detail)
    {
        if (_score.Note(peer, offence, _nowMs) is { } untilMs) _effects.Add(new ReplicaEffect.Ban(peer, offence, detail, untilMs));
    }

    private void AnnounceStatus()
    {
        _statusDueMs = _nowMs + options.StatusIntervalMs;
        PeerMessage status = Status();
        foreach (PeerId peer in _peers) _effects.Add(new ReplicaEffect.Send(peer, status));
    }

    private PeerMessage.Status Status() => new(_head.Height, _head.OldestBody, _round, _step, _head.Self);

    private void Log(WalRecord record)
    {
        if (_isReplaying || _head.Self.IsZero) return; // who does not vote has nothing to forget
        _effects.Add(new ReplicaEffect.AppendWal(record));
        _walIsDirty = true;
    }

    private void SyncWal()
    {
        if (_walIsDirty) _effects.Add(new ReplicaEffect.SyncWal());
        _walIsDirty = false;
    }

    private void Halt(string code, string reason)
    {
        _isHalted = true;
        _effects.Add(new ReplicaEffect.Halt(code, reason));
    }
}
