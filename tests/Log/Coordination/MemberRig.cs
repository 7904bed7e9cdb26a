using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;
using Dsdn.Consensus.Wal;
using Dsdn.Log.Coordination;
using Dsdn.Log.State;

namespace Dsdn.Log.Tests.Coordination;

/// <summary>A lone member on a disk whose unsynced writes a crash loses. Signatures and batches, once made, are remembered as they are in files of their own.</summary>
internal sealed class MemberRig
{
    private const ulong ChainId = 17847;
    private static readonly byte[] Seed = Keccak.Hash("a member of a test"u8).ToArray();
    private static readonly Hash256 LogId = Keccak.Hash("a log of a test"u8);
    private static readonly CoreOptions Pacing = CoreOptions.Default with { IntervalMs = 20, IdleIntervalMs = 2_000 };

    private readonly Device _disk = new();
    private readonly SortedDictionary<(ulong Seq, uint Round, int Step), byte[]> _signed = [];
    private readonly SortedSet<(ulong AtMs, CoreTimerKind Kind, ulong Height, uint Round)> _timers = [];
    private readonly Queue<BatchEffect> _effects = new();
    private WalLog _wal;
    private BatchReplica _replica;
    private int _steps;

    public MemberRig()
    {
        Span<byte> key = stackalloc byte[Ed25519.PublicKeySize];
        Ed25519.PublicKey(Seed, key);
        Committee = Committee.OfOne(ChainId, Address.FromNumber(1), new Hash256(key), 0, LogId);
        State = new LogState(new LogGenesis(ChainId, LogId, new ValidatorSet([new Validator(Address.FromNumber(1), key.ToArray(), 1, Address.FromNumber(1))]), Committee), Sequential.Instance);
        (_wal, _replica) = (null!, null!);
        Open();
    }

    public Committee Committee { get; }

    public LogState State { get; }

    public EventPool Pool { get; } = new(new EventPoolOptions());

    /// <summary>Core hashes that got a final vote, by seq.</summary>
    public SortedDictionary<ulong, Hash256> Finals { get; } = [];

    public ulong NowMs { get; private set; } = 1_000_000;

    /// <summary>The process dies before this effect is carried out; never where it is negative.</summary>
    public int CrashBefore { get; set; } = -1;

    /// <summary>Effects carried out so far.</summary>
    public int Steps => _steps;

    public void RunUntil(ulong seq)
    {
        for (int i = 0; i < 10_000 && State.Seq < seq; i++)
        {
            if (_effects.TryDequeue(out BatchEffect? effect))
            {
                if (_steps++ == CrashBefore) Crash();
                else Carry(effect);
            }
            else if (_timers.Count > 0)
            {
                var timer = _timers.Min;
                _timers.Remove(timer);
                NowMs = Math.Max(NowMs, timer.AtMs);
                Feed(new BatchInput.TimerFired(new CoreTimer(timer.Kind, timer.Height, timer.Round), NowMs));
            }
            else
            {
                NowMs += 10;
                Feed(new BatchInput.WorkArrived(NowMs));
            }
        }
    }

    private void Crash()
    {
        _disk.Crash();
        Open();
    }

    private void Open()
    {
        _effects.Clear();
        _timers.Clear();
        _wal = WalLog.Open(_disk, State.Seq);
        _replica = new BatchReplica(LogId, Pacing);
        (ulong seq, uint round, _) = _signed.Keys.LastOrDefault();
        bool isRecordGone = _wal.Records.Count == 0 && seq == State.Seq + 1;
        Feed(new BatchInput.Started(Head(), _wal.Records, isRecordGone ? round + 1 : 0, false, NowMs));
    }

    private void Feed(BatchInput input)
    {
        foreach (BatchEffect effect in _replica.Step(input)) _effects.Enqueue(effect);
    }

    private LogHead Head() => new(State.Seq, State.LogTimeMs, Committee, Address.FromNumber(1));

    private void Carry(BatchEffect effect)
    {
        switch (effect)
        {
            case BatchEffect.SetTimer timer: _timers.Add((timer.AtMs, timer.Timer.Kind, timer.Timer.Height, timer.Timer.Round)); break;
            case BatchEffect.AppendWal append: _wal.Append(append.Record); break;
            case BatchEffect.SyncWal: _wal.Sync(); break;
            case BatchEffect.TruncateWal: _wal.Truncate(); break;
            case BatchEffect.Build build: Build(build); break;
            case BatchEffect.SignProposal { Unsigned: var p }: Feed(new BatchInput.ProposalSigned(p, Sign(p.Height, p.Round, 1, new CommitteeMessages(LogId, Committee).SignBytes(p)), NowMs)); break;
            case BatchEffect.SignVote { Unsigned: var v }: Feed(new BatchInput.VoteSigned(v, Sign(v.Height, v.Round, (int)v.Kind, new CommitteeMessages(LogId, Committee).SignBytes(v)), NowMs)); break;
            case BatchEffect.Commit commit: Commit(commit.Value); break;
            default: throw new InvalidOperationException(effect.GetType().Name);
        }
    }

    private void Build(BatchEffect.Build build)
    {
        var plan = new BatchPlan(ChainId, build.Seq, Committee.Hash, State.Chain);
        (BatchHeader header, byte[] body) = State.Draft(BatchBuilder.Build(plan, Pool), Math.Max(NowMs, State.LogTimeMs + 1), 0, 0, 4);
        Assert.True(State.CheckDraft(header, body).IsValid);
        Feed(new BatchInput.Built(build.Round, new BatchValue(header, body), NowMs));
    }

    /// <summary>Null: something else was signed there, or later.</summary>
    private byte[]? Sign(ulong seq, uint round, int step, byte[] message)
    {
        if (_signed.TryGetValue((seq, round, step), out byte[]? before) && !before.AsSpan().SequenceEqual(message)) return null;
        if (_signed.Count > 0 && _signed.Keys.Last().CompareTo((seq, round, step)) > 0) return null;
        _signed[(seq, round, step)] = message;
        return SignWith(message);
    }

    private void Commit(BatchValue value)
    {
        if (Finals.TryGetValue(value.Header.Seq, out Hash256 before)) Assert.Equal(before, value.Id);
        Finals[value.Header.Seq] = value.Id;
        byte[] vote = SignWith(BatchMessages.FinalVote(value.Header));
        ReadOnlyMemory<byte>[] votes = [vote];
        byte[] voters = [1];
        Hash256 commit = BatchMessages.CommitHash(voters, votes);
        byte[] group = SignWith(BatchMessages.Group(value.Header, value.Id, commit));
        var envelope = new BatchEnvelope(value.Header, voters, votes, group, SignWith(BatchMessages.Envelope(value.Id, commit, group)), value.Body);
        Assert.True(State.Apply(envelope, BatchEnvelopeCodec.Encode(envelope), LogCheck.Full, out AppliedBatch? applied).IsValid);
        Pool.Remove(applied?.Events.Select(static item => item.Id) ?? []);
        Feed(new BatchInput.Committed(Head(), Pool.Count > 0, NowMs));
    }

    private static byte[] SignWith(byte[] message)
    {
        byte[] signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(message, Seed, signature);
        return signature;
    }

    private sealed class Device : IWalDevice
    {
        private byte[] _durable = new byte[1 << 16], _current = new byte[1 << 16];

        public byte[] ReadAll() => [.. _current];

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            if (offset + bytes.Length > _current.Length) Array.Resize(ref _current, (int)(2 * (offset + bytes.Length)));
            bytes.CopyTo(_current.AsSpan((int)offset));
        }

        public void Sync() => _durable = [.. _current];

        public void Crash() => _current = [.. _durable];
    }
}
