using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Mempool;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;
using Dsdn.Consensus;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Signing;
using Dsdn.Consensus.Sync;
using Dsdn.Consensus.Tendermint;
using Dsdn.Consensus.Wal;
using Dsdn.Modules;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Faults;

namespace Dsdn.Simulator.Machines;

/// <summary>
/// One life of a node's process: the production replica core, chain execution, pool and log, and the loop of node/Validation
/// that carries out what the core asks for, in virtual time. Every effect is a place where the process can die.
/// </summary>
internal sealed class Replica : IProcess
{
    private const ulong TickUs = 20_000;

    private readonly World _world;
    private readonly ReplicaCore _core;
    private readonly OpenChain _chain;
    private readonly TransactionPool _pool;
    private readonly WalLog _wal;
    private readonly ISimulatedSigner? _signer;
    private readonly ExecutionQueue _execution;
    private readonly Queue<ReplicaInput> _inbox = new();
    private readonly Stack<IEnumerator<ReplicaEffect>> _effects = new();
    private readonly TimerTable _timers = new();
    private ulong _tickDueUs;
    private ulong _wakeUs = ulong.MaxValue;
    private bool _isWaiting, _isRunning;

    public Replica(World world, Machine machine)
    {
        (_world, Machine) = (world, machine);
        var store = new SimulatedStore(machine.Store, () => Die(Fault.CrashBeforeStoreWrite), () => Die(Fault.CrashAfterStoreWrite));
        _chain = ChainOpening.Open(store, World.State, world.Genesis, DsdnModules.Kernel(), Sequential.Instance);
        _pool = new TransactionPool(PoolOptions.Default, world.Genesis.Parameters.Bounds(world.Genesis.ChainId), _chain.NextBaseFee);
        var source = new PoolSource(_pool);
        _execution = new ExecutionQueue(this, world, _chain.Execution(source, source), _chain.Services.Chain);
        _wal = WalLog.Open(world.Doubles.Device(machine.Wal), _chain.Head.Number);
        _signer = machine.IsValidator ? world.NewSigner(this) : null;
        _core = world.NewCore(machine);
    }

    public Machine Machine { get; }

    public bool IsAlive { get; private set; } = true;

    public ulong NowMs => Machine.Clock.WallMs;

    public int PendingCount => _pool.PendingCount;

    public Block Decided => _execution.Decided;

    public Certificate? Certificate => _execution.Certificate;

    public ValidatorSet Deciders => _execution.Deciders;

    /// <summary>What the log held when it was opened.</summary>
    public IReadOnlyList<WalRecord> Logged => _wal.Records;

    public ChainServices Services => _chain.Services;

    /// <summary>What stopped it for good, if something did.</summary>
    public string? Halted { get; private set; }

    /// <summary>Where the core stands, for reports.</summary>
    public (ulong Height, uint Round, CoreStep Step) Position { get; private set; }

    public IEnumerable<TableSize> Tables => _core.Tables;

    public void Start()
    {
        _tickDueUs = Machine.Clock.MonotonicUs + TickUs;
        Post(new ReplicaInput.Started(_execution.Head(), _wal.Records, Machine.FirstRound, false, NowMs));
    }

    public void Kill()
    {
        IsAlive = false;
        _effects.Clear();
        _inbox.Clear();
    }

    public void Post(ReplicaInput input)
    {
        _inbox.Enqueue(input);
        Run();
    }

    /// <summary>What this life does later; nothing if it has ended by then.</summary>
    public void After(ulong microseconds, Action action) => _world.Time.After(microseconds, () =>
    {
        if (!IsAlive) return;
        try
        {
            action();
        }
        catch (SimulatedCrash)
        {
            _world.Crashed(Machine);
        }
    });

    public ulong NextNonce(in Address sender)
    {
        _chain.Services.State.Head.TryGetAccount(sender, out Account account);
        return _pool.PendingNonce(sender, account.Nonce);
    }

    /// <param name="from">Null: a user of this node.</param>
    public void Submit(IReadOnlyList<ReadOnlyMemory<byte>> raw, PeerId? from)
    {
        List<PooledItem> taken = [];
        foreach (ReadOnlyMemory<byte> bytes in raw)
        {
            if (_world.Transactions.Read(bytes) is not { } transaction) continue;
            _chain.Services.State.Head.TryGetAccount(transaction.Sender, out Account account);
            if (_pool.Add(transaction, account, NowMs).Rejection is null) taken.Add(new PooledItem(transaction.Hash, transaction.Raw, from));
        }
        if (taken.Count == 0) return;
        _inbox.Enqueue(new ReplicaInput.Pooled(taken, NowMs));
        Post(new ReplicaInput.WorkArrived(NowMs));
    }

    /// <summary>The clock was set: timers are looked at again.</summary>
    public void Wake()
    {
        _wakeUs = ulong.MaxValue;
        Run();
    }

    private void Run()
    {
        if (_isRunning || !IsAlive) return;
        _isRunning = true;
        try
        {
            while (!_isWaiting && IsAlive && TryStep())
            {
            }
        }
        catch (SimulatedCrash)
        {
            _world.Crashed(Machine);
        }
        finally
        {
            _isRunning = false;
        }
        if (IsAlive && !_isWaiting) SleepUntilDue();
    }

    /// <summary>Answers that come at once are carried out before what else was asked for, as the node's loop does.</summary>
    private bool TryStep()
    {
        if (_effects.TryPeek(out IEnumerator<ReplicaEffect>? next))
        {
            if (next.MoveNext()) CarryOut(next.Current);
            else _effects.Pop();
            return true;
        }
        if (NextInput() is not { } input) return false;
        Step(input);
        return true;
    }

    private ReplicaInput? NextInput()
    {
        ulong now = Machine.Clock.MonotonicUs;
        if (_timers.TryTake(now, out CoreTimer timer)) return new ReplicaInput.TimerFired(timer, NowMs);
        if (now >= _tickDueUs)
        {
            _tickDueUs = now + TickUs;
            return new ReplicaInput.Tick(NowMs);
        }
        return _inbox.TryDequeue(out ReplicaInput? input) ? input : null;
    }

    private void Step(ReplicaInput input)
    {
        if (input is ReplicaInput.Received { Message: PeerMessage.Status status }) _signer?.Heard(status.DecidedHeight, NowMs);
        if (input is ReplicaInput.Committed committed) _timers.DropThrough(committed.Head.Height);
        _world.Traced(Machine, input);
        _effects.Push(_core.Step(input).GetEnumerator());
    }

    private void SleepUntilDue()
    {
        ulong due = Math.Min(_tickDueUs, _timers.NextUs ?? ulong.MaxValue);
        ulong at = _world.Time.NowUs + Machine.Clock.UntilUs(due);
        if (at >= _wakeUs && _wakeUs > _world.Time.NowUs) return;
        _wakeUs = at;
        After(at - _world.Time.NowUs, () =>
        {
            if (_wakeUs <= _world.Time.NowUs) Wake();
        });
    }

    /// <summary>The loop waits for something slow, as a disk is.</summary>
    private void Wait(ulong microseconds, Action then)
    {
        _isWaiting = true;
        After(microseconds, () =>
        {
            then();
            _isWaiting = false;
            Run();
        });
    }

    private void Die(Fault place)
    {
        if (_world.Crashes.Here(Machine, place)) throw new SimulatedCrash();
    }

    private void CarryOut(ReplicaEffect effect)
    {
        Die(Fault.CrashBetweenEffects);
        switch (effect)
        {
            case ReplicaEffect.Send send:
                Die(Fault.CrashBeforeSend);
                _world.Sent(Machine, send.To, send.Message);
                Die(Fault.CrashAfterSend);
                break;
            case ReplicaEffect.Ban ban:
                _world.Banned(Machine, ban);
                break;
            case ReplicaEffect.SetTimer timer:
                _timers.Set(timer.Timer, Machine.Clock.MonotonicUs + 1_000 * (timer.AtMs > NowMs ? timer.AtMs - NowMs : 0));
                break;
            case ReplicaEffect.AppendWal append:
                _wal.Append(append.Record);
                _world.Signatures.Appended(Machine, append.Record);
                Die(Fault.CrashAfterWalAppend);
                break;
            case ReplicaEffect.SyncWal:
                Wait(_world.SyncLatency(Machine), () =>
                {
                    Die(Fault.CrashBeforeWalSync);
                    _wal.Sync();
                    _world.Signatures.Synced(Machine);
                    Die(Fault.CrashAfterWalSync);
                });
                break;
            case ReplicaEffect.TruncateWal:
                _wal.Truncate();
                break;
            case ReplicaEffect.SignProposal sign:
                Wait(_world.SyncLatency(Machine), () => Step(new ReplicaInput.ProposalSigned(sign.Unsigned, Sign(sign.Unsigned), NowMs)));
                break;
            case ReplicaEffect.SignVote sign:
                Wait(_world.SyncLatency(Machine), () => Step(new ReplicaInput.VoteSigned(sign.Unsigned, Sign(sign.Unsigned), NowMs)));
                break;
            case ReplicaEffect.Build or ReplicaEffect.Execute or ReplicaEffect.Commit or ReplicaEffect.ApplyBlock
                or ReplicaEffect.VoteEvidence or ReplicaEffect.ProposalEvidence or ReplicaEffect.CheckEvidence:
                _execution.Do(effect);
                break;
            case ReplicaEffect.Serve serve:
                After(_world.Latencies.Serving, () => Answer(serve));
                break;
            case ReplicaEffect.AddTransactions add:
                After(_world.Latencies.Admission, () => Submit(add.Items, add.From));
                break;
            case ReplicaEffect.OwnKeySeen own:
                _signer?.Seen(own.Seen);
                break;
            case ReplicaEffect.KeepVotes kept:
                _world.Forks?.Kept(Machine, kept);
                if (Decided.Header.Number == kept.Height) _world.Audits.Check(Machine, kept, Deciders);
                break;
            case ReplicaEffect.RoundEntered entered:
                Position = (entered.Height, entered.Round, entered.Step);
                _world.Entered(Machine, entered);
                break;
            case ReplicaEffect.Halt halt:
                Halted = $"{halt.Code}: {halt.Reason}";
                _world.Halted(Machine, Halted);
                break;
            default:
                throw new InvalidOperationException($"unknown effect {effect.GetType().Name}");
        }
    }

    private void Answer(ReplicaEffect.Serve serve)
    {
        if (new SyncServer(_chain.Services.Blocks, Machine.Snapshots).Answer(serve.Request) is { } answer) _world.Sent(Machine, serve.To, answer);
    }

    private ReadOnlyMemory<byte>? Sign(Proposal unsigned)
    {
        byte[]? signature = _signer?.Sign(new SignRequest(unsigned.Height, unsigned.Round, SignStep.Proposal, _world.Scheme.SignBytes(unsigned)));
        if (signature is null) return null;
        _world.Signatures.Signed(Machine, unsigned);
        return signature;
    }

    private ReadOnlyMemory<byte>? Sign(Vote unsigned)
    {
        SignStep step = unsigned.Kind == VoteKind.Prevote ? SignStep.Prevote : SignStep.Precommit;
        byte[]? signature = _signer?.Sign(new SignRequest(unsigned.Height, unsigned.Round, step, _world.Scheme.SignBytes(unsigned)));
        if (signature is null) return null;
        _world.Signed(Machine, unsigned);
        return signature;
    }
}
