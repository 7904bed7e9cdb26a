using System.Security.Cryptography;
using Dsdn.Chain.Erasure;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Tickets;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Audits;
using Dsdn.Log.State;
using Dsdn.Log.Storing;
using Dsdn.Log.Tests.Kit;
using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Storage;

/// <summary>A storage node: the production core over a log of its own, in the loop of the process; disk and transfers are simulated.</summary>
internal sealed class StorageMachine
{
    private const ulong TickUs = 1_000_000, ScrubUs = 15_000_000, StagedMs = 90_000;

    private readonly StorageWorld _world;
    private readonly SeededRandom _random;
    private readonly StoringOptions _options;
    private readonly bool _isApplying;
    private StoringCore _core;
    private AnswerSheet? _sheet;
    private ulong _nonce, _sentUs;

    public StorageMachine(StorageWorld world, NodePlan plan, LogGenesis genesis)
    {
        (_world, Plan, _random) = (world, plan, SeededRandom.Of(world.Plan.Seed, plan.Name));
        Id = LogKeys.PublicKey(plan.Name);
        (State, _isApplying) = (new LogState(genesis, Sequential.Instance, world.Plan.Seed), plan.Name == "n0");
        _options = world.Doubles.Options(Options);
        _core = new StoringCore(Id, _options);
    }

    public static StoringOptions Options { get; } = new() { SayAgainMs = 6_000, BackoffMs = 500, BackoffMsMax = 8_000, InconsistentMs = 60_000, StaleMs = 20_000, SweepEveryMs = 5_000, FetchesMax = 3 };

    public NodePlan Plan { get; }

    public Hash256 Id { get; }

    /// <summary>As far as this node has followed the log; the first node applies every batch itself.</summary>
    public LogState State { get; private set; }

    public SimulatedDisk Disk { get; } = new();

    public bool IsHonest => Plan.Vice == Vice.None;

    public bool IsUp { get; private set; }

    /// <summary>For good.</summary>
    public bool IsDead { get; private set; }

    public bool IsCut { get; set; }

    /// <summary>Hears nothing of the log.</summary>
    public bool IsDeaf { get; set; }

    public bool IsLossy { get; set; }

    /// <summary>Up or not, it will be missed again.</summary>
    public bool IsFlapping { get; set; }

    public ulong ExtraMs { get; set; }

    /// <summary>Somebody is at it.</summary>
    public bool IsTroubled { get; set; }

    /// <summary>Rises with each process.</summary>
    public int Life { get; private set; }

    /// <summary>When bytes were last taken from it, for the promise about audits.</summary>
    public ulong DamagedMs { get; set; }

    public int Fetching { get; private set; }

    public StoringCore Core => _core;

    public ulong NowMs => _world.NowMs + Plan.SkewMs;

    public void Start()
    {
        if (IsDead || IsUp) return;
        IsUp = true;
        int life = ++Life;
        Fetching = 0;
        _core = new StoringCore(Id, _options);
        Step(new StoringInput.Opened(NowMs, [.. Disk.Items.Select(static item => item.Entry)]));
        Hear();
        Loop(TickUs, life, () => Step(new StoringInput.Ticked(NowMs, Facts())));
        if (_world.Doubles.Scrubs) Loop(ScrubUs, life, Scrub);
    }

    public void Crash()
    {
        if (!IsUp) return;
        IsUp = false;
        Life++;
        Disk.Crash();
    }

    public void Die()
    {
        Crash();
        IsDead = true;
        Disk.Lose();
    }

    /// <summary>Batches that it has not, in order.</summary>
    public void Hear()
    {
        if (!IsUp || IsCut || IsDeaf) return;
        List<IReadOnlyList<Hash256>> touched = [];
        for (int next = (int)State.Seq; next < _world.Coordinator.Batches.Count; next++)
        {
            FollowedBatch followed = _world.Coordinator.Batches[next];
            touched.Add(followed.Touched);
            if (_isApplying && State.Apply(followed.Batch, out AppliedBatch? applied) is var verdict && applied is null) throw new BrokenInvariant($"{Plan.Name} refuses batch {State.Seq + 1}: {verdict.Code} {verdict.Detail}");
        }
        if (!_isApplying) State = _world.Coordinator.Followed;
        foreach (IReadOnlyList<Hash256> chunks in touched) Step(new StoringInput.Applied(NowMs, chunks));
    }

    /// <summary>Bytes from a user.</summary>
    /// <param name="reply">Null: not taken.</param>
    public void Put(UploadTicket ticket, byte slot, byte[] bytes, Action<StoreAck?> reply)
    {
        _world.Statistics.Puts++;
        PutVerdict verdict = _world.Doubles.ChecksReservations ? PutRule.Judge(State, Id, ticket, slot) : new PutVerdict(PutFault.None, State.Node(Id)?.Record.Zone ?? 0);
        bool isGood = ticket.Nodes[slot] == Id && ticket.ValidUntilMs >= NowMs && verdict.Fault == PutFault.None && _world.IsSigned(ticket);
        StoredKey key = StoredKey.Of(ticket.ChunkId, ticket.Coding, slot, ticket.Generation);
        if (!isGood || !IsRight(ticket, slot, bytes))
        {
            _world.Statistics.PutsRefused++;
            reply(null);
            return;
        }
        _world.Book.Takes(this, ticket, slot);
        if (Disk.Find(key) is { IsThere: true } known)
        {
            if (known.Standing == DiskStanding.Staged) known.AtMs = NowMs + StagedMs;
            Look(key);
            reply(Acknowledge(ticket, slot, verdict.Zone, known.StoredMs));
            return;
        }
        ulong storedMs = NowMs;
        DiskItem item = new(key, Plan.Vice == Vice.Discards ? [] : bytes)
        {
            Standing = verdict.IsDeclared ? DiskStanding.Stored : DiskStanding.Staged, AtMs = verdict.IsDeclared ? 0 : NowMs + StagedMs, StoredMs = storedMs,
        };
        Write(item, isWritten =>
        {
            if (isWritten) Look(key);
            reply(isWritten ? Acknowledge(ticket, slot, verdict.Zone, storedMs) : null);
        });
    }

    /// <summary>Bytes for another node, or a reader; checked before they leave.</summary>
    public byte[]? Serve(StoredKey key)
    {
        if (Disk.Find(key) is not { IsThere: true } item) return null;
        if (item.IsDamaged && IsHonest) Quarantine(item);
        if (item.IsDamaged || item.Bytes.Length == 0) return null;
        if (Plan.Vice != Vice.SendsOtherBytes) return item.Bytes;
        byte[] other = (byte[])item.Bytes.Clone();
        other[_random.Below(other.Length)] ^= 1;
        return other;
    }

    /// <summary>The answers to an audit, once made for good.</summary>
    public void Answer(AuditAsk ask, Action<AnswerSheet?> reply)
    {
        if (_sheet?.Heading.Epoch != ask.Epoch)
        {
            if (AuditTask.Of(State, Id) is not { } task || task.Epoch != ask.Epoch)
            {
                reply(null);
                return;
            }
            _sheet = task.Answer([.. task.Draws.Select(Leaf)], message => LogKeys.Sign(Plan.Name, message));
        }
        if (State.Queries.Audits.Node(Id) is { AnswersRoot.IsZero: true }) Say(new AuditAnswerRoot(_sheet.Heading.Epoch, _sheet.Heading.Count, _sheet.Heading.AnswersRoot));
        reply(_sheet);
    }

    private ChunkLeaf? Leaf(AuditDraw draw)
    {
        if (State.Queries.Chunk(draw.Replica.ChunkId) is not { } chunk) return null;
        if (Disk.Find(StoredKey.Of(chunk.Id, chunk.Coding, draw.Replica.Slot, draw.Replica.Generation)) is not { Bytes.Length: > 0 } item) return null;
        ChunkLeaf leaf = ChunkRoot.Prove(item.Bytes, [draw.Leaf])[0];
        if (item is { IsDamaged: true, IsThere: true } && IsHonest) Quarantine(item);
        return leaf;
    }

    private void Loop(ulong everyUs, int life, Action action) => _world.Time.After(everyUs, () =>
    {
        if (life != Life) return;
        action();
        Loop(everyUs, life, action);
    });

    private NodeFacts Facts() => new(StoragePlan.EndpointsOf(Plan), SimulatedDisk.CapacityBytes, Disk.IsFull ? 0 : SimulatedDisk.CapacityBytes / 2, (ulong)Disk.Items.Count, 10, 1_000, 2_000);

    private void Look(StoredKey key) => Step(new StoringInput.Changed(NowMs, Disk.Look(key)));

    private void Step(StoringInput input)
    {
        _world.Statistics.Steps++;
        foreach (StoringEffect asked in _core.Step(State, input))
            foreach (StoringEffect effect in _world.Doubles.Effects(asked, NowMs)) Carry(effect);
    }

    private void Carry(StoringEffect effect)
    {
        switch (effect)
        {
            case StoringEffect.Submit submit: Say(submit.Body); break;
            case StoringEffect.Fetch fetch: Fetch(fetch.Plan); break;
            case StoringEffect.StepAgain: Soon(0, () => Step(new StoringInput.Applied(NowMs, []))); break;
            case StoringEffect.Declare declare: Change(declare.Key, static item => item.Standing == DiskStanding.Staged, static item => (item.Standing, item.AtMs) = (DiskStanding.Stored, 0)); break;
            case StoringEffect.Restore restore:
                Change(restore.Key, static item => item.Standing == DiskStanding.Deleted, item =>
                {
                    (item.Standing, item.AtMs) = (DiskStanding.Stored, 0);
                    _world.Statistics.Restored++;
                });
                break;
            case StoringEffect.Delete delete:
            {
                _world.Book.Releases(this, delete.Key);
                ulong deletedMs = NowMs;
                Change(delete.Key, static item => item.IsThere, item => (item.Standing, item.AtMs, item.DeletedMs) = (DiskStanding.Deleted, delete.EraseMs, deletedMs));
                break;
            }

            case StoringEffect.Sweep sweep: Soon(WriteMs(), () => Sweep(sweep.Due)); break;
            case StoringEffect.ReportInconsistent report: throw new BrokenInvariant($"{Plan.Name} calls {report.ChunkId} slot {report.Slot} inconsistent, and it was encoded right");
            default: throw new InvalidOperationException($"no hand for {effect.GetType()}");
        }
    }

    private void Change(StoredKey key, Func<DiskItem, bool> may, Action<DiskItem> change) => Soon(WriteMs(), () =>
    {
        if (Disk.Find(key) is { } item && may(item)) change(item);
        _world.Book.Changed(key.ChunkId);
        Look(key);
    });

    private void Sweep(IReadOnlyList<StoredKey> due)
    {
        foreach (DiskItem item in Disk.Items.ToArray())
        {
            bool isOver = item.Standing is DiskStanding.Deleted or DiskStanding.Staged && item.AtMs <= NowMs;
            if (!isOver) continue;
            _world.Book.Erases(this, item);
            Disk.Remove(item.Key);
            _world.Statistics.Erased++;
            _world.Book.Changed(item.Key.ChunkId);
        }
        foreach (StoredKey key in due) Look(key);
    }

    /// <summary>Before anything is called lost or stored, the disk is asked: the core may have seen a batch before it saw the disk, or damage may have been found since.</summary>
    private void Say(EventBody body)
    {
        if (body is ReplicaRemoved { Reason: RemovalReason.Lost } lost && Here(lost.ChunkId, lost.Generation, lost.Slot) is { } here)
        {
            Soon(0, () => Look(here.Key));
            return;
        }
        // That it is not is told to the core by whoever found it out.
        if (body is ReplicaAdded added && Here(added.ChunkId, added.Generation, added.Slot) is null) return;
        _world.Book.Says(this, body);
        byte[] encoded = LogKeys.NodeEvent(Plan.Name, body, ++_nonce);
        _sentUs = Math.Max(_sentUs + 1, _world.Time.NowUs + ((10 + ExtraMs + (ulong)_random.Below(150)) * 1_000));
        _world.Time.After(_sentUs - _world.Time.NowUs, () =>
        {
            if (!IsCut && !(IsLossy && _random.OneIn(2))) _world.Coordinator.Submit(encoded);
        });
    }

    private DiskItem? Here(Hash256 chunk, uint generation, byte slot) =>
        Disk.Of(chunk).FirstOrDefault(item => item.IsThere && item.Key.Generation == generation && (item.Key.Coding == ChunkCoding.Replicas || item.Key.Shard == slot));

    private void Fetch(FetchPlan plan)
    {
        _world.Book.Fetches(this, plan);
        Fetching++;
        if (Plan.Vice == Vice.ClaimsWithoutBytes)
        {
            Soon(50, () => Store(plan, []));
            return;
        }
        byte[]?[] received = new byte[plan.Sources.Count][];
        int waiting = received.Length;
        for (int i = 0; i < received.Length; i++)
        {
            int place = i;
            FetchSource source = plan.Sources[i];
            StoredKey key = StoredKey.Of(plan.Key.ChunkId, plan.Key.Coding, source.Slot, plan.Key.Generation);
            _world.Request<byte[]>(this, _world.MachineOf(source.NodeId), (machine, reply) => reply(machine.Serve(key)), bytes =>
            {
                received[place] = bytes;
                if (--waiting == 0) Combine(plan, received);
            });
        }
    }

    /// <summary>Nobody is believed: a copy is compared with its id and root, each of six shards with its own.</summary>
    private void Combine(FetchPlan plan, byte[]?[] received)
    {
        List<Hash256> blamed = [];
        for (int i = 0; i < received.Length; i++)
            if (received[i] is not { } bytes || (_world.Doubles.ChecksSources && !IsRight(plan, plan.Sources[i], bytes))) blamed.Add(plan.Sources[i].NodeId);
        if (blamed.Count > 0)
        {
            _world.Statistics.FetchesFailed++;
            End(plan, FetchOutcome.Failed, blamed);
            return;
        }
        if (received is [{ } copy])
        {
            _world.Statistics.Copied++;
            Store(plan, copy);
            return;
        }
        byte[] made = new byte[plan.LengthBytes];
        ReedSolomon.Rebuild([.. received.Select(static bytes => (ReadOnlyMemory<byte>)bytes)], [.. plan.Sources.Select(static source => (int)source.Slot)], plan.Slot, made);
        _world.Statistics.Rebuilt++;
        if (ChunkRoot.Of(made) == plan.Root || !_world.Doubles.ChecksSources) Store(plan, made);
        else End(plan, FetchOutcome.Inconsistent, []);
    }

    private void Store(FetchPlan plan, byte[] bytes)
    {
        DiskItem item = new(plan.Key, bytes) { Standing = DiskStanding.Stored, StoredMs = NowMs };
        Write(item, isWritten =>
        {
            Look(plan.Key);
            End(plan, isWritten ? FetchOutcome.Stored : FetchOutcome.NoRoom, []);
        });
    }

    private void End(FetchPlan plan, FetchOutcome outcome, IReadOnlyList<Hash256> blamed)
    {
        Fetching--;
        Step(new StoringInput.FetchEnded(NowMs, plan.Key, outcome, blamed));
    }

    private void Write(DiskItem item, Action<bool> done)
    {
        if (!_world.Doubles.SyncsFirst && !Disk.IsFull)
        {
            item.IsSynced = false;
            Disk.Put(item);
            Soon(WriteMs() + 2_000, () => item.IsSynced = true);
            done(true);
            return;
        }
        Soon(WriteMs(), () =>
        {
            bool isThere = Disk.Find(item.Key) is { IsThere: true };
            if (!isThere && !Disk.IsFull) Disk.Put(item);
            _world.Book.Changed(item.Key.ChunkId);
            done(isThere || !Disk.IsFull);
        });
    }

    private void Scrub()
    {
        foreach (DiskItem item in Disk.Items.Where(static item => item is { IsDamaged: true, IsThere: true }).ToArray())
            if (IsHonest) Quarantine(item);
    }

    private void Quarantine(DiskItem item)
    {
        if (Disk.Find(item.Key) != item) return;
        Disk.Remove(item.Key);
        Soon(1, () => Look(item.Key));
    }

    /// <summary>In this process; not at all where it has died before.</summary>
    private void Soon(ulong afterMs, Action action)
    {
        int life = Life;
        _world.Time.After(afterMs * 1_000, () =>
        {
            if (life == Life) action();
        });
    }

    private ulong WriteMs() => Disk.WriteMsMin + (ulong)_random.Below((int)Disk.WriteMsMin * 4);

    private StoreAck Acknowledge(UploadTicket ticket, byte slot, ushort zone, ulong storedMs)
    {
        ChunkDeclared declared = new(ticket.AgreementId, ticket.FileId, ticket.ChunkId, ticket.LengthBytes, ticket.Coding, ticket.Generation, ticket.Roots, []);
        StoreAck unsigned = new(slot, Id, zone, ticket.Digest(LogKeys.ChainId), storedMs, default);
        _world.Book.Acknowledges(this, ticket, slot);
        return unsigned with { Signature = LogKeys.Sign(Plan.Name, StoreAck.Message(StoreAck.Id(LogKeys.ChainId, declared, unsigned))) };
    }

    private static bool IsRight(UploadTicket ticket, byte slot, byte[] bytes) =>
        bytes.Length > 0 && (ticket.Coding != ChunkCoding.Replicas || new Hash256(SHA256.HashData(bytes)) == ticket.ChunkId) && ChunkRoot.Of(bytes) == ticket.RootOf(slot);

    private static bool IsRight(FetchPlan plan, FetchSource source, byte[] bytes)
    {
        if ((ulong)bytes.Length != plan.LengthBytes || ChunkRoot.Of(bytes) != source.Root) return false;
        return plan.Key.Coding != ChunkCoding.Replicas || new Hash256(SHA256.HashData(bytes)) == plan.Key.ChunkId;
    }
}
