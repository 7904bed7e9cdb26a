using Dsdn.Chain.Execution;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Audits;
using Dsdn.Log.Coordination;
using Dsdn.Log.Repair;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;
using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Storage;

/// <summary>Who writes the log: the production batch builder, repair planner and auditor over a state that outlives the process.</summary>
internal sealed class StorageCoordinator
{
    private const ulong LoopUs = 500_000, IdleMs = 2_000, AnchorMs = 4_000;

    private readonly StorageWorld _world;
    private readonly List<FollowedBatch> _batches = [];
    private readonly SeededRandom _random;
    private EventPool _pool = new(new EventPoolOptions());
    private RepairPlanner _planner;
    private Auditor _auditor = new();
    private IReadOnlySet<Hash256>? _missed;
    private IReadOnlyList<EventBody> _repairs = [];
    private ulong _anchoredMs;
    private LivenessRounds _rounds = new();
    private int _life;

    public StorageCoordinator(StorageWorld world)
    {
        (_world, _random) = (world, SeededRandom.Of(world.Plan.Seed, "coordinator"));
        Committee committee = Committee.OfOne(LogKeys.ChainId, Address.FromNumber(1), LogKeys.PublicKey("m0"), 0, ChainSide.GenesisHash);
        Genesis = new LogGenesis(LogKeys.ChainId, ChainSide.GenesisHash, Chain.Validators, committee)
        {
            CheckpointEverySeqs = 64, Storage = StorageRules.Development, Audits = new AuditTimes(30_000, 4_000, 12_000, 8, 3),
        };
        State = new LogState(Genesis, Sequential.Instance, world.Plan.Seed);
        Followed = State.Copy();
        _planner = new RepairPlanner(State);
        foreach (NodePlan node in world.Plan.Nodes) Chain.Register(node, world.Doubles.Zone(node));
        Start();
    }

    public StorageChain Chain { get; } = new();

    public LogGenesis Genesis { get; }

    public LogState State { get; }

    public IReadOnlyList<FollowedBatch> Batches => _batches;

    /// <summary>After the last batch, for those who follow: they come to the same state by applying it, so one copy of it does for all of them.</summary>
    public LogState Followed { get; private set; }

    public RepairStatus Repair => _planner.Status;

    public bool IsUp { get; private set; }

    /// <summary>The process dies; what waited for a batch is gone, and everything else is made anew from the log.</summary>
    public void Restart(ulong downMs)
    {
        IsUp = false;
        _life++;
        _world.Time.After(downMs * 1_000, () =>
        {
            if (!IsUp) Start();
        });
    }

    public void Submit(byte[] encoded)
    {
        if (!IsUp) return;
        EventContext context = new(Genesis.ChainId, State.Seq + 1, _world.NowMs, State.Committee.Hash, ChecksAuthors: false);
        if (EventReader.TryRead(encoded, context, 0, out CheckedEvent? read) == Dsdn.Chain.Log.LogFault.None && read is not null) _pool.Add(read, encoded);
    }

    private void Start()
    {
        (IsUp, _pool, _planner, _auditor, _missed, _rounds) = (true, new EventPool(new EventPoolOptions()), new RepairPlanner(State), new Auditor(), null, new LivenessRounds());
        _auditor.Follow(State);
        int life = _life;
        Loop(LoopUs, life, Work);
        Loop(Genesis.Storage.RoundMs * 1_000, life, Round);
    }

    private void Loop(ulong everyUs, int life, Action action) => _world.Time.After(everyUs, () =>
    {
        if (life != _life) return;
        action();
        Loop(everyUs, life, action);
    });

    private void Work()
    {
        ulong now = _world.NowMs;
        bool isAnchorDue = Chain.HasNews || (_world.Plan.HasAudits && now >= _anchoredMs + AnchorMs);
        bool isDue = isAnchorDue || _missed is not null || _pool.Count > 0 || _planner.NextMs <= now || now >= State.LogTimeMs + IdleMs;
        if (isDue) Produce(Math.Max(now, State.LogTimeMs + 1), isAnchorDue ? Chain.Next(State) : null);
        foreach (AuditAsk ask in _world.Plan.HasAudits ? _auditor.Ask(State, now) : []) Ask(ask);
    }

    private void Produce(ulong timeMs, ChainFacts? facts)
    {
        List<EventBody> said = [];
        if (_missed is not null) said.Add(State.Queries.LivenessOf(_missed));
        if (_world.Plan.HasAudits && _world.Doubles.Audits) said.AddRange(_auditor.Due(State, timeMs));
        _repairs = [];
        BatchPlan plan = new(Genesis.ChainId, State.Seq + 1, State.CommitteeAt(timeMs).Hash, State.Chain)
        {
            Facts = facts,
            Announcements = said,
            Repairs = () => _repairs = _world.Doubles.Repairs(_planner.Plan(timeMs)),
            PlacementOf = State.Queries.FirstPlacement,
            NodeBefore = id => State.Node(id)?.Record,
        };
        (BatchHeader header, byte[] body) = State.Draft(BatchBuilder.Build(plan, _pool), timeMs, 0, 0, null);
        BatchEnvelope envelope = SampleLog.Sign(header, body);
        PreparedBatch batch = PreparedBatch.Of(envelope, BatchEnvelopeCodec.Encode(envelope), LogCheck.Full, State.CommitteeAt(timeMs), Sequential.Instance);
        Dsdn.Chain.Log.LogVerdict verdict = State.Apply(batch, out AppliedBatch? applied);
        if (applied is null) throw new BrokenInvariant($"a batch is refused by who made it: {verdict.Code} {verdict.Detail}");
        _batches.Add(new FollowedBatch(batch, applied.Touched));
        Followed = State.Copy();
        _pool.Remove(applied.Events.Select(static entry => entry.Id));
        _pool.Expire(timeMs);
        if (facts is not null)
        {
            _anchoredMs = timeMs;
            Chain.Taken();
        }
        _missed = null;
        _planner.Applied(applied);
        _auditor.Follow(State);
        _world.Book.Applied(applied, _repairs, said);
        foreach (StorageMachine machine in _world.Machines) _world.Time.After((ulong)_random.Between(20, 600) * 1_000, machine.Hear);
    }

    /// <summary>Every Active node is called; who does not answer within the round is missed.</summary>
    private void Round()
    {
        SortedSet<Hash256> missed = [];
        int called = 0;
        bool isAnyMissed = false;
        foreach (NodeEntry node in State.Queries.Nodes())
        {
            if (!node.Record.IsActive || (node.Stats is null && !State.Queries.IsHolder(node.Id))) continue;
            called++;
            isAnyMissed |= node.MissedRounds > 0;
            if (!_world.Reaches(null, _world.MachineOf(node.Id))) missed.Add(node.Id);
        }
        if (!_world.Doubles.CountsMissed) missed.Clear();
        if (_rounds.Next(called, missed.Count, isAnyMissed) != RoundOutcome.Say) return;
        _missed = missed;
    }

    private void Ask(AuditAsk ask)
    {
        int life = _life;
        _world.Request<AnswerSheet>(null, _world.MachineOf(ask.NodeId), (machine, reply) => machine.Answer(ask, reply), sheet =>
        {
            if (sheet is not null && life == _life && _auditor.Take(sheet) == SheetOutcome.Contradicts) throw new BrokenInvariant($"{sheet.Heading.NodeId} signed two sheets of one audit");
        });
    }
}

/// <param name="Touched">What whoever applies it is told.</param>
internal readonly record struct FollowedBatch(PreparedBatch Batch, IReadOnlyList<Hash256> Touched);
