using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Log.Coordination;

/// <summary>
/// A member of the committee deciding one batch after another with the core that decides blocks (dataplane 0). Pure: what a crash must not forget is in the write-ahead
/// log before anything that follows from it is signed. A committee of one has no messages to send: those of its core end here.
/// </summary>
/// <param name="logId">The chain's genesis hash.</param>
/// <param name="pacing">When batches are due: at once where work waits, else at the idle interval.</param>
public sealed class BatchReplica(Hash256 logId, CoreOptions pacing)
{
    private readonly List<BatchValue> _values = [];
    private List<BatchEffect> _effects = [];
    private TendermintCore? _core;
    private LogHead? _head;
    private bool _isDirty;
    private bool _isReplaying;
    private bool _isCommitting;

    /// <summary>The batch that is being decided.</summary>
    public ulong Seq => (_head?.Seq ?? 0) + 1;

    public IReadOnlyList<BatchEffect> Step(BatchInput input)
    {
        _effects = [];
        switch (input)
        {
            case BatchInput.Started started: Start(started); break;
            case BatchInput.WorkArrived work: Feed(new CoreInput.WorkArrived(work.NowMs)); break;
            case BatchInput.TimerFired fired when fired.Timer.Height == Seq: Feed(new CoreInput.TimerFired(fired.Timer, fired.NowMs)); break;
            case BatchInput.Built built: OnBuilt(built); break;
            case BatchInput.ProposalSigned signed: Feed(new CoreInput.ProposalSigned(signed.Unsigned, signed.Signature, signed.NowMs)); break;
            case BatchInput.VoteSigned signed: Feed(new CoreInput.VoteSigned(signed.Unsigned, signed.Signature, signed.NowMs)); break;
            case BatchInput.Committed committed: OnCommitted(committed); break;
        }
        return _effects;
    }

    /// <summary>The recorded inputs go through a fresh core, which therefore stands where the old one stood.</summary>
    private void Start(BatchInput.Started started)
    {
        _head = started.Head;
        WalRecord[] records = [.. started.Record.Where(record => record.Height == Seq)];
        if (records.Length == 0 || records[0] is not WalRecord.HeightStarted first)
        {
            Begin(started.FirstRound, started.WorkWaits, started.NowMs);
            return;
        }
        _core = NewCore(started.Head);
        var open = new OpenRequests();
        open.Add(_core.Step(SeqStarted(started.Head, first.FirstRound, first.WorkWaits, first.NowMs)));
        _isReplaying = true;
        foreach (WalRecord record in records.AsSpan(1))
        {
            if (record is WalRecord.Value value && BatchValue.TryDecode(value.Bytes) is { } batch) _values.Add(batch);
            if (record is not WalRecord.Input input) continue;
            open.Answer(input.Item);
            open.Add(_core.Step(input.Item));
        }
        _isReplaying = false;
        Carry(open.Left);
    }

    private void Begin(uint firstRound, bool workWaits, ulong nowMs)
    {
        if (_head is not { } head) return;
        _core = NewCore(head);
        Log(new WalRecord.HeightStarted(Seq, firstRound, workWaits, nowMs));
        Carry(_core.Step(SeqStarted(head, firstRound, workWaits, nowMs)));
    }

    private void OnBuilt(BatchInput.Built built)
    {
        if (_isCommitting || built.Value.Header.Seq != Seq) return;
        _values.Add(built.Value);
        Log(new WalRecord.Value(Seq, built.Value.Header.BodyHash, built.Value.Encode()));
        Feed(new CoreInput.ValueBuilt(Seq, built.Round, built.Value.Id, built.Value.Header.LogTimeMs, built.Value.Header.BodyHash, built.NowMs));
    }

    private void OnCommitted(BatchInput.Committed committed)
    {
        _head = committed.Head;
        _isCommitting = false;
        _isDirty = false;
        _values.Clear();
        _effects.Add(new BatchEffect.TruncateWal());
        Begin(0, committed.WorkWaits, committed.NowMs);
    }

    private void Feed(CoreInput input)
    {
        if (_core is null || _isCommitting) return;
        IReadOnlyList<CoreEffect> effects = _core.Step(input);
        Log(new WalRecord.Input(Seq, input));
        Carry(effects);
    }

    private void Carry(IReadOnlyList<CoreEffect> effects)
    {
        foreach (CoreEffect effect in effects)
        {
            switch (effect)
            {
                case CoreEffect.SetTimer timer: _effects.Add(new BatchEffect.SetTimer(timer.Timer, timer.AtMs)); break;
                case CoreEffect.Build build: _effects.Add(new BatchEffect.Build(build.Height, build.Round)); break;
                case CoreEffect.SignProposal sign: SyncWal(); _effects.Add(new BatchEffect.SignProposal(sign.Unsigned)); break;
                case CoreEffect.SignVote sign: SyncWal(); _effects.Add(new BatchEffect.SignVote(sign.Unsigned)); break;
                case CoreEffect.Decide decide: Commit(decide.Certificate.BlockHash); break;
                case CoreEffect.Diverged diverged: _effects.Add(new BatchEffect.Halt($"batch {diverged.Height} {diverged.ValueId} is decided and invalid here")); break;
                case CoreEffect.Redeliver again: Feed(again.Message); break;
            }
        }
    }

    private void Commit(Hash256 valueId)
    {
        BatchValue value = _values.Find(value => value.Id == valueId) ?? throw new InvalidOperationException("the core decides only what it was told is here");
        _isCommitting = true;
        SyncWal();
        _effects.Add(new BatchEffect.Commit(value));
    }

    private TendermintCore NewCore(LogHead head) => new(new CommitteeMessages(logId, head.Committee), pacing);

    private CoreInput.HeightStarted SeqStarted(LogHead head, uint firstRound, bool workWaits, ulong nowMs)
    {
        // Members weigh the same: the quorum of the core is that of the committee (3 votes > 2 n).
        var members = new ValidatorSet([.. head.Committee.Members.Select(static member => new Validator(member.Validator, member.Key.Span.ToArray(), 1, member.Validator))]);
        return new CoreInput.HeightStarted(
            head.Seq + 1, head.Self, members, ProposerOrder.Draw(members, head.Committee.Seed, head.Seq + 1), head.TimeMs, null, null, workWaits, nowMs, firstRound);
    }

    private void Log(WalRecord record)
    {
        if (_isReplaying) return;
        _effects.Add(new BatchEffect.AppendWal(record));
        _isDirty = true;
    }

    private void SyncWal()
    {
        if (_isDirty) _effects.Add(new BatchEffect.SyncWal());
        _isDirty = false;
    }
}
