using Dsdn.Chain.Primitives;
using Dsdn.Log.Routing;
using Dsdn.Log.Routing.Outbox;
using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Outages;

/// <summary>Rules that are broken on purpose.</summary>
internal sealed record OutageDoubles
{
    public static readonly OutageDoubles None = new();

    public Func<RouterOptions, RouterOptions> Options { get; init; } = static options => options;

    /// <summary>Changes what the router asks for before the process sees it.</summary>
    public Func<RouterEffect, IEnumerable<RouterEffect>> Effects { get; init; } = static effect => [effect];

    /// <summary>Changes what the outbox is given.</summary>
    public Func<RouterEffect, IEnumerable<RouterEffect>> Carried { get; init; } = static effect => [effect];

    public Func<RouterInput, RouterInput> Inputs { get; init; } = static input => input;

    public Func<IOutboxDevice, IOutboxDevice> Device { get; init; } = static device => device;

    public bool HeedsPressure { get; init; } = true;
}

/// <summary>One process that writes the log: the production router and outbox, in the loop of the coordinator, which may die between any two effects and inside a write.</summary>
internal sealed class OutageCoordinator
{
    private const ulong RequestUs = 1_000;

    private readonly OutageWorld _world;
    private readonly OutboxJournal _outbox;
    private readonly DaRouter _router;
    private PressureLevel _pressure;
    private bool _isDead;
    private ulong _wake;

    /// <exception cref="SimulatedCrash">it died while it started</exception>
    public OutageCoordinator(OutageWorld world)
    {
        _world = world;
        _outbox = OutboxJournal.Open(new Device(world, world.Doubles.Device(world.Disk.First)), new Device(world, world.Doubles.Device(world.Disk.Second)));
        _router = new DaRouter(world.Doubles.Options(world.Options));
        world.Book.Started(_outbox.Memory);
    }

    public DaRouter Router => _router;

    public bool IsIdle => _router.Metrics is { PendingCount: 0, Mode: RouterMode.Healthy, IsForced: false } && _outbox.Announcements.Count == 0;

    public void Begin()
    {
        Feed(new RouterInput.Started([.. _outbox.Pending.Select(batch => batch.Merge(_world.Disk.Pointers(batch.Seq)))], _outbox.HighestSeq, _outbox.Memory, Now));
        for (ulong seq = _outbox.HighestSeq + 1; seq <= _world.Disk.Head; seq++) Decided(seq);
        // The validators keep on signing what they have not signed yet; a new process asks for all that it does not know.
        foreach (PendingBatch batch in _outbox.Pending) Certify(batch.Seq);
        Produce();
    }

    public void Die() => _isDead = true;

    public void Order(RouterMode? mode)
    {
        _world.Book.Forced(mode is not null);
        Feed(new RouterInput.ModeForced(mode, Now));
    }

    private ulong Now => _world.Celestia.NowMs;

    private void Produce()
    {
        ulong waitMs = (ulong)_world.Random.Between(_world.Plan.BatchMs / 2, _world.Plan.BatchMs) * (_pressure == PressureLevel.Slow ? 4UL : 1UL);
        After(waitMs * 1_000, () =>
        {
            if (_pressure != PressureLevel.Pause || !_world.Doubles.HeedsPressure)
            {
                if (_world.IsProducing || _outbox.Announcements.Count > 0) MakeBatch();
            }
            else
            {
                _world.Statistics.Paused++;
            }
            Produce();
        });
    }

    private void MakeBatch()
    {
        IReadOnlyList<OpenAnnouncement> announcements = _outbox.Announcements;
        ulong seq = _world.Disk.Archive();
        _world.Statistics.Batches++;
        _world.MayCrash();
        foreach (OpenAnnouncement announcement in announcements)
        {
            _world.Disk.Announced.Add((seq, announcement.Id));
            _outbox.Announced(announcement.Id);
        }
        Decided(seq);
        Certify(seq);
    }

    private void Decided(ulong seq) => Feed(new RouterInput.BatchDecided(seq, HashOf(seq, 1), HashOf(seq, 2), (uint)(1_000 + (seq * 7_919 % 70_000)), Now));

    private void Certify(ulong seq)
    {
        if (_world.Plan.IsQuorumUp(_world.Time.NowMs)) After((ulong)_world.Random.Between(100, 900) * RequestUs, () => Feed(new RouterInput.Certified(seq, HashOf(seq, 3), Now)));
        else After(5_000 * RequestUs, () => Certify(seq));
    }

    private void Feed(RouterInput input)
    {
        _world.Statistics.Steps++;
        IReadOnlyList<RouterEffect> effects = _router.Step(_world.Doubles.Inputs(input));
        foreach (RouterEffect asked in effects)
        {
            foreach (RouterEffect effect in _world.Doubles.Effects(asked))
            {
                _world.MayCrash();
                if (effect is RouterEffect.Record record) _world.Disk.PutPointer(record.Seq, record.Facts, record.IsCanonical);
                _world.MayCrash();
                foreach (RouterEffect carried in _world.Doubles.Carried(effect)) _outbox.Carry(carried);
                _world.MayCrash();
                _world.Say($"{_world.Time.NowMs,10} {effect}");
                _world.Book.Effect(effect);
                Do(effect);
            }
        }
        _outbox.Flush();
        _world.Book.Check(_router);
    }

    private void Do(RouterEffect effect)
    {
        switch (effect)
        {
            case RouterEffect.Submit submit:
                _world.Celestia.Submit(submit.Seqs, submit.TimeoutMs, outcome => Alive(() => Feed(new RouterInput.SubmitDone(submit.Id, outcome, Now))));
                break;
            case RouterEffect.LookUp lookUp:
                _world.Statistics.LookUps++;
                _world.Celestia.LookUp([.. lookUp.Blobs.Select(static blob => blob.Seq)], lookUp.FromHeight, lookUp.ToHeight, (found, absent) => Alive(() =>
                {
                    _world.Statistics.FoundAfterSilence += lookUp.FromHeight < lookUp.ToHeight ? found.Count : 0;
                    Feed(new RouterInput.LookupDone(lookUp.Id, found, absent, Now));
                }));
                break;
            case RouterEffect.Probe:
                ulong startedMs = Now;
                _world.Celestia.Probe(result => Alive(() =>
                {
                    _world.Book.Probed(startedMs, result);
                    Feed(new RouterInput.ProbeDone(result, Now));
                }));
                break;
            case RouterEffect.StoreEmergency store:
                After((ulong)_world.Random.Between(1, 40) * RequestUs, () => Store(store.Seq));
                break;
            case RouterEffect.Backpressure pressure:
                _pressure = pressure.Level;
                break;
            case RouterEffect.WakeAt wake:
                ulong number = ++_wake;
                After((wake.AtMs - Now) * 1_000, () =>
                {
                    if (number == _wake) Feed(new RouterInput.Tick(Now));
                });
                break;
            case RouterEffect.Alert:
                _world.Statistics.Alerts++;
                break;
        }
    }

    private void Store(ulong seq)
    {
        if (_world.Random.PerMille(_world.Plan.EmergencyFailsPerMille) && _world.IsProducing)
        {
            Feed(new RouterInput.EmergencyFailed(seq, "the disk is full", Now));
            return;
        }
        _world.Disk.EmergencyCopies.Add(seq);
        _world.Statistics.EmergencyCopies++;
        Feed(new RouterInput.EmergencyStored(seq, Now));
    }

    private void After(ulong us, Action action) => _world.Time.After(us, () => Alive(action));

    /// <summary>Nothing reaches a process that is dead.</summary>
    private void Alive(Action action)
    {
        if (_isDead) return;
        _world.Guard(action);
    }

    private static Hash256 HashOf(ulong seq, byte kind)
    {
        byte[] bytes = new byte[Hash256.Size];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, seq);
        bytes[^1] = kind;
        return new Hash256(bytes);
    }

    /// <summary>A write or a sync in which the process may die.</summary>
    private sealed class Device(OutageWorld world, IOutboxDevice device) : IOutboxDevice
    {
        public byte[] ReadAll() => device.ReadAll();

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            device.Write(offset, bytes);
            world.MayCrash();
        }

        public void Sync()
        {
            device.Sync();
            world.MayCrash();
        }
    }
}
