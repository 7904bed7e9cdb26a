using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Signing;
using Dsdn.Consensus.Tendermint;
using Dsdn.Consensus.Wal;
using Dsdn.Log.Audits;
using Dsdn.Log.Coordination;
using Dsdn.Log.Following;
using Dsdn.Log.Repair;
using Dsdn.Log.Routing;
using Dsdn.Log.State;
using Dsdn.Node.Archive;
using Dsdn.Node.LogService;
using Microsoft.Extensions.Logging;
using VoteKind = Dsdn.Chain.Blocks.VoteKind;

namespace Dsdn.Coordinator;

/// <summary>What the loop is connected to. All are called on its thread and must return soon.</summary>
/// <param name="Decided">A batch is in the archive and applied.</param>
/// <param name="Announced">Announcements of these ids are in a batch.</param>
/// <param name="PatienceMs">Events that nobody waits for may wait so long for others: every batch costs half a kilobyte beside its events.</param>
internal sealed record BatchLoopParts(
    LogStore Store, WalLog Wal, MemberSigner Signer, CoreOptions Pacing, ulong PatienceMs, Action<AppliedBatch, LogRootsAt?> Decided, Action<IReadOnlyList<ulong>> Announced);

/// <summary>
/// Carries out what <see cref="BatchReplica"/> decides: one thread takes events, builds, signs and writes batches. A batch is told to nobody before it is in the archive.
/// </summary>
internal sealed class BatchLoop : IDisposable
{
    /// <summary>Where production is asked to slow down, a batch waits this long for more.</summary>
    private const ulong SlowMs = 1_000;
    private const int BrotliQuality = 4;

    private readonly BatchLoopParts _parts;
    private readonly ILogger _logger;
    private readonly Mailbox _box;
    private readonly BatchReplica _replica;
    private readonly EventPool _pool = new(new EventPoolOptions());
    private readonly SortedDictionary<ulong, EventBody> _announcements = [];
    private readonly RepairPlanner _planner;
    private IReadOnlySet<Hash256>? _missed;
    private volatile RepairStatus _repair = RepairStatus.None;
    private ulong _repairTimerMs;
    private readonly Auditor _auditor = new();
    private ChainFacts? _facts;
    private Checkpoint? _checkpoint;
    private PressureLevel _pressure;
    private BatchEffect.Build? _waitingBuild;
    private bool _isPatient, _isUrgent;

    public BatchLoop(BatchLoopParts parts, TimeProvider clock, ILogger logger)
    {
        (_parts, _logger) = (parts, logger);
        _box = new Mailbox("batches", clock, logger);
        _replica = new BatchReplica(parts.Store.State.Genesis.LogId, parts.Pacing);
        _planner = new RepairPlanner(parts.Store.State);
        _repair = _planner.Status;
        _auditor.Follow(parts.Store.State);
    }

    public Task<Exception?> Ended => _box.Ended;

    /// <summary>Events that wait, and their bytes.</summary>
    public (int Count, long Bytes) Waiting => (_pool.Count, _pool.Bytes);

    /// <summary>What waits for repair.</summary>
    public RepairStatus Repair => _repair;

    public void Start()
    {
        _box.Start();
        _box.Post(() =>
        {
            LastSign last = _parts.Signer.Last;
            bool isRecordGone = _parts.Wal.Records.Count == 0 && last.Height == State.Seq + 1;
            Carry(_replica.Step(new BatchInput.Started(Head(), _parts.Wal.Records, isRecordGone ? last.Round + 1 : 0, _pool.Count > 0, _box.NowMs)));
        });
    }

    /// <summary>An event for the next batch, judged by the state as it is.</summary>
    public Task<SubmitVerdict> SubmitAsync(ReadOnlyMemory<byte> encoded) => _box.AskAsync(() => Submit(encoded));

    /// <summary>What the log has taken over from the chain.</summary>
    public Task<AnchoredChain> ChainAsync() => _box.AskAsync(() => State.Chain);

    /// <summary>Between two batches. What the question throws is its own failure, not the loop's.</summary>
    public async Task<T> ReadAsync<T>(Func<LogState, T> read)
    {
        Func<T> answer = await _box.AskAsync<Func<T>>(() =>
        {
            try
            {
                T value = read(State);
                return () => value;
            }
            catch (Exception e)
            {
                return () => throw new InvalidOperationException("a question to the log failed", e);
            }
        });
        return answer();
    }

    /// <summary>What the state says, asked on the loop's thread.</summary>
    public Task<T> AskAsync<T>(Func<LogState, T> question) => _box.AskAsync(() => question(State));

    /// <summary>Every node was called: the next batch says who did not answer.</summary>
    public void TakeRound(IReadOnlySet<Hash256> missed) => _box.Post(() =>
    {
        _missed = missed;
        Work();
    });

    /// <summary>Nodes that are to be asked for their answers now, with what the caller makes of each over the state.</summary>
    public Task<T> AuditsAsync<T>(Func<LogState, IReadOnlyList<AuditAsk>, T> read) => _box.AskAsync(() => read(State, _auditor.Ask(State, Math.Max(_box.NowMs, State.LogTimeMs))));

    /// <summary>What a node answered to an audit; it is judged in the batches that follow.</summary>
    public Task<SheetOutcome> TakeSheetAsync(AnswerSheet sheet) => _box.AskAsync(() => _auditor.Take(sheet));

    public void Take(ChainFacts facts) => _box.Post(() =>
    {
        _facts = facts;
        if (facts.Derived.Count > 0) Work();
        else WorkSoon();
    });

    /// <param name="id">Named again when the announcement is in a batch.</param>
    public void Announce(ulong id, EventBody body) => _box.Post(() =>
    {
        _announcements[id] = body;
        Work();
    });

    public void Press(PressureLevel level) => _box.Post(() =>
    {
        _pressure = level;
        if (level != PressureLevel.Pause && _waitingBuild is { } build)
        {
            _waitingBuild = null;
            Build(build);
        }
    });

    public void Dispose() => _box.Dispose();

    private LogState State => _parts.Store.State;

    private LogHead Head()
    {
        Committee committee = State.CommitteeAt(_box.NowMs);
        CommitteeMember? self = committee.Members.FirstOrDefault(member => member.Key.Span.SequenceEqual(_parts.Signer.PublicKey.Span));
        return new LogHead(State.Seq, State.LogTimeMs, committee, self?.Validator ?? Address.Zero);
    }

    private SubmitVerdict Submit(ReadOnlyMemory<byte> encoded)
    {
        ulong seq = _replica.Seq;
        LogFault fault = State.Judge(encoded, Math.Max(_box.NowMs, State.LogTimeMs + 1));
        var context = new EventContext(State.Genesis.ChainId, seq, State.LogTimeMs, Hash256.Zero, ChecksAuthors: false);
        if (fault != LogFault.None || EventReader.TryRead(encoded, context, 0, out CheckedEvent? read) is var second && (fault = second) != LogFault.None || read is null)
            return new SubmitVerdict(default, seq, fault.Code(), $"the event would be skipped: {fault}");
        if (!_pool.Add(read, encoded)) return new SubmitVerdict(read.Id, seq, "DSDN-E-LOG-POOL-FULL", "too much waits, here or of this author; try again later");
        if (read.Event.AuthorType == AuthorType.Node) WorkSoon();
        else Work(); // an owner waits for it
        return new SubmitVerdict(read.Id, seq, null, "");
    }

    private void Work()
    {
        _isUrgent = true; // also where a batch is being written: the next one takes it
        Carry(_replica.Step(new BatchInput.WorkArrived(_box.NowMs)));
    }

    private void WorkSoon()
    {
        if (_isPatient) return;
        _isPatient = true;
        _box.At(_box.NowMs + _parts.PatienceMs, () =>
        {
            _isPatient = false;
            if (HasWork || _planner.NextMs <= _box.NowMs) Work();
        });
    }

    private bool HasWork => _pool.Count > 0 || _facts is not null || _announcements.Count > 0 || _missed is not null;

    /// <summary>Where repairs are due a batch is made for them, now or when they are.</summary>
    private void Mend()
    {
        _repair = _planner.Status;
        ulong nextMs = _planner.NextMs, now = _box.NowMs;
        if (nextMs <= now) WorkSoon();
        else if (nextMs != ulong.MaxValue && (_repairTimerMs <= now || nextMs < _repairTimerMs))
        {
            _repairTimerMs = nextMs;
            _box.At(nextMs, Work);
        }
    }

    private void Carry(IReadOnlyList<BatchEffect> effects)
    {
        foreach (BatchEffect effect in effects) Carry(effect);
    }

    private void Carry(BatchEffect effect)
    {
        switch (effect)
        {
            case BatchEffect.SetTimer timer:
                _box.At(timer.AtMs, () => Carry(_replica.Step(new BatchInput.TimerFired(timer.Timer, _box.NowMs))));
                break;
            case BatchEffect.AppendWal append:
                _parts.Wal.Append(append.Record);
                break;
            case BatchEffect.SyncWal:
                _parts.Wal.Sync();
                break;
            case BatchEffect.TruncateWal:
                _parts.Wal.Truncate();
                break;
            case BatchEffect.Build build when _pressure == PressureLevel.Pause:
                _waitingBuild = build;
                break;
            case BatchEffect.Build build when _pressure == PressureLevel.Slow:
                _box.At(_box.NowMs + SlowMs, () => Build(build));
                break;
            case BatchEffect.Build build:
                Build(build);
                break;
            case BatchEffect.SignProposal { Unsigned: var proposal }:
                Carry(_replica.Step(new BatchInput.ProposalSigned(proposal, Sign(proposal.Height, proposal.Round, SignStep.Proposal, Scheme().SignBytes(proposal)), _box.NowMs)));
                break;
            case BatchEffect.SignVote { Unsigned: var vote }:
                SignStep step = vote.Kind == VoteKind.Prevote ? SignStep.Prevote : SignStep.Precommit;
                Carry(_replica.Step(new BatchInput.VoteSigned(vote, Sign(vote.Height, vote.Round, step, Scheme().SignBytes(vote)), _box.NowMs)));
                break;
            case BatchEffect.Commit commit:
                Commit(commit.Value);
                break;
            case BatchEffect.Halt halt:
                throw new InvalidOperationException("DSDN-E-COORDINATOR-DIVERGED: " + halt.Reason);
        }
    }

    private CommitteeMessages Scheme() => new(State.Genesis.LogId, State.CommitteeAt(_box.NowMs));

    /// <summary>Null: refused, because something else was signed there. The core goes on without it.</summary>
    private byte[]? Sign(ulong seq, uint round, SignStep step, byte[] message)
    {
        try
        {
            return _parts.Signer.SignRound(seq, round, step, message);
        }
        catch (Node.Validation.DoubleSignException e)
        {
            CoordinatorLog.Alert(_logger, e.Code, e.Message);
            return null;
        }
    }

    private void Build(BatchEffect.Build build)
    {
        if (build.Seq != _replica.Seq) return;
        BatchValue value = Draft(_facts);
        LogVerdict verdict = State.CheckDraft(value.Header, value.Body);
        if (!verdict.IsValid && _facts is { } facts)
        {
            // What a node of the chain said does not hold: the log goes on without it.
            CoordinatorLog.FactsDropped(_logger, facts.Anchor.Block.Height, verdict.Detail);
            _facts = null;
            value = Draft(null);
            verdict = State.CheckDraft(value.Header, value.Body);
        }
        if (!verdict.IsValid) throw new InvalidOperationException($"DSDN-E-COORDINATOR-DRAFT: batch {build.Seq}: {verdict.Fault} {verdict.Detail}");
        Carry(_replica.Step(new BatchInput.Built(build.Round, value, _box.NowMs)));
    }

    private BatchValue Draft(ChainFacts? facts)
    {
        ulong time = Math.Max(_box.NowMs, State.LogTimeMs + 1);
        _pool.Expire(time);
        _isUrgent = false;
        Committee committee = State.CommitteeAt(time);
        var plan = new BatchPlan(State.Genesis.ChainId, State.Seq + 1, committee.Hash, State.Chain)
        {
            Facts = facts,
            Announcements = Announcements(time),
            Repairs = () => _planner.Plan(time),
            PlacementOf = State.Queries.FirstPlacement,
            NodeBefore = id => State.Queries.Node(id)?.Record,
        };
        (BatchHeader header, byte[] body) = State.Draft(BatchBuilder.Build(plan, _pool), time, author: 0, forcedCursor: State.Head?.ForcedCursor ?? 0, BrotliQuality);
        return new BatchValue(header, body);
    }

    private List<EventBody> Announcements(ulong logTimeMs)
    {
        List<EventBody> said = [];
        if (_checkpoint is not null) said.Add(_checkpoint);
        if (_missed is not null) said.Add(State.Queries.LivenessOf(_missed));
        said.AddRange(_announcements.Values);
        said.AddRange(_auditor.Due(State, logTimeMs));
        return said;
    }

    private void Commit(BatchValue value)
    {
        Committee committee = State.CommitteeAt(value.Header.LogTimeMs);
        byte[] envelope = BatchEnvelopeCodec.Encode(_parts.Signer.Seal(value, committee));
        OfferResult result = _parts.Store.Offer(envelope);
        if (result.Outcome != OfferOutcome.Applied || result.Applied.Count != 1) throw new InvalidOperationException($"DSDN-E-COORDINATOR-BATCH: own batch {value.Header.Seq}: {result.Outcome} {result.Verdict.Fault} {result.Verdict.Detail}");
        AppliedBatch applied = result.Applied[0];
        _pool.Remove(applied.Events.Select(static item => item.Id));
        if (_facts is { } facts && State.Chain.Block?.Height >= facts.Anchor.Block.Height) _facts = null;
        Told(applied);
        if (applied.Events.Any(static item => item.Kind == EventKind.LivenessBitmap)) _missed = null;
        _planner.Applied(applied);
        _auditor.Follow(State);
        if (applied.Events.Any(static item => item.Kind == EventKind.Checkpoint)) _checkpoint = null;
        if (_parts.Store.Written is { } written && written.Seq == applied.Seq)
            _checkpoint = new Checkpoint(written.Seq, written.CoreHash, written.Roots.Data, written.Roots.Operations, written.ContentHash, written.ContentBytes);
        CoordinatorLog.Decided(_logger, applied.Seq, applied.Events.Count, applied.Skipped, envelope.Length, applied.Header.AnchorHeight);
        _parts.Decided(applied, State.RootsAt(applied.Seq));
        Mend();
        // In its own turn: a batch may follow at once, and another one after it.
        _box.Post(() => Carry(_replica.Step(new BatchInput.Committed(Head(), HasWork && (_isUrgent || !_isPatient), _box.NowMs))));
    }

    /// <summary>The announcements that stand in the batch are done, whether it was built in this run of the process or before it.</summary>
    private void Told(AppliedBatch applied)
    {
        if (_announcements.Count == 0 || BatchVerifier.CheckBody(applied.Envelope, out BatchBody? body) is not { IsValid: true } || body is null) return;
        List<ulong> done = [];
        foreach ((ulong id, EventBody announcement) in _announcements)
        {
            byte[] wanted = announcement.Encode();
            for (int i = 0; i < body.Events.Count; i++)
            {
                if (applied.Events[i].Kind != announcement.Kind || EventCodec.TryDecode(body.Events[i], State.Genesis.ChainId, out LogEvent? entry) != LogFault.None) continue;
                if (entry?.Body.Span.SequenceEqual(wanted) == true) done.Add(id);
            }
        }
        foreach (ulong id in done) _announcements.Remove(id);
        if (done.Count > 0) _parts.Announced(done);
    }
}
