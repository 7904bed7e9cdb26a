using Dsdn.Chain.Execution;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Tickets;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Repair;
using Dsdn.Log.State;
using Dsdn.Log.Storing;
using Dsdn.Log.Tests.Kit;
using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Storage;

/// <summary>
/// The rules of a network that stores, checked from outside: by what really lies on disks, by where nodes really are, and by what the log said to whoever acted.
/// </summary>
internal sealed class StorageBook(StorageWorld world)
{
    /// <summary>Two audits: what was taken from a node may show that much later.</summary>
    private const ulong BlameMs = 90_000;

    /// <summary>Three audits, and what it takes until they are judged.</summary>
    private const ulong HollowMs = 120_000;

    private readonly SortedSet<Hash256> _lost = [];

    /// <summary>Chunks that nodes acknowledged and that are not declared yet.</summary>
    public SortedDictionary<Hash256, Coming> InFlight { get; } = [];

    private LogState State => world.Coordinator.State;

    /// <summary>The bytes that were stored, where they survive a crash.</summary>
    public bool IsGood(DiskItem item) => item is { IsThere: true, IsSynced: true } && world.Contents.TryGetValue(item.Key.ChunkId, out StoredContent? content) && content.Is(item.Key, item.Bytes);

    public void Applied(AppliedBatch batch, IReadOnlyList<EventBody> repairs, IReadOnlyList<EventBody> said)
    {
        world.Statistics.Batches++;
        world.Trace.Add(batch.CoreHash.Span);
        for (int i = 0; i < repairs.Count; i++)
        {
            if (!batch.Events[i].IsApplied) throw new BrokenInvariant($"a repair that was planned does not count: {repairs[i].Kind} {batch.Events[i].Fault}");
            if (repairs[i] is ReplicaLost) world.Statistics.Struck++;
            if (repairs[i] is PlacementDecided) world.Statistics.Placed++;
            world.Say($"{repairs[i]}");
        }
        foreach (Hash256 chunk in batch.Touched)
        {
            if (State.Queries.Chunk(chunk) is not { IsDeleted: false } live) continue;
            if (InFlight.TryGetValue(chunk, out Coming? coming) && coming.Ticket.Generation <= live.Generation) InFlight.Remove(chunk);
            CheckSpread(live);
            Changed(chunk);
        }
        foreach (AuditVerdict verdict in said.OfType<AuditVerdict>()) Judge(verdict);
    }

    /// <summary>Something may have changed under a chunk: it must still be there.</summary>
    public void Changed(Hash256 chunk)
    {
        if (_lost.Contains(chunk) || State.Queries.Chunk(chunk) is not { IsDeleted: false } live) return;
        SortedDictionary<byte, byte[]> slots = [];
        int copy = 0;
        foreach (StorageMachine machine in world.Machines)
        {
            if (!machine.IsHonest || machine.IsDead) continue;
            foreach (DiskItem item in machine.Disk.Of(chunk))
                if (item.Key.Generation == live.Generation && IsGood(item)) slots[live.Coding == ChunkCoding.Replicas ? (byte)copy++ : item.Key.Shard] = item.Bytes;
        }
        if (slots.Count >= live.Coding.ReadableMin()) return;
        if (!world.Plan.IsBeyond) throw new BrokenInvariant($"chunk {chunk} is lost: {slots.Count} of {live.Coding.ReadableMin()} are left");
        _lost.Add(chunk);
    }

    /// <summary>A node does nothing that its log does not say, and no more at a time than it may.</summary>
    public void Fetches(StorageMachine machine, FetchPlan plan)
    {
        IReadOnlyList<ReplicaEntry> replicas = machine.State.Queries.Replicas(plan.Key.ChunkId);
        bool isAssigned = machine.State.Queries.Chunk(plan.Key.ChunkId) is { IsDeleted: false } chunk && chunk.Generation == plan.Key.Generation
            && replicas.Any(replica => replica.NodeId == machine.Id && replica.Slot == plan.Slot && replica.Generation == chunk.Generation);
        if (!isAssigned) throw new BrokenInvariant($"{machine.Plan.Name} fetches {plan.Key.ChunkId} without being assigned");
        foreach (FetchSource source in plan.Sources)
            if (!replicas.Any(replica => replica.NodeId == source.NodeId && replica.Slot == source.Slot && replica.IsHeld)) throw new BrokenInvariant($"{machine.Plan.Name} fetches from {source.NodeId}, which holds nothing");
        if (machine.Fetching >= StorageMachine.Options.FetchesMax) throw new BrokenInvariant($"{machine.Plan.Name} fetches more than {StorageMachine.Options.FetchesMax} at a time");
    }

    /// <summary>Bytes come in only for a slot that the node's log gives to it then. While they are written the log goes on: an acknowledgement that has no place any more is none for the log.</summary>
    public void Takes(StorageMachine machine, UploadTicket ticket, byte slot)
    {
        if (!machine.IsHonest) return;
        LogQueries queries = machine.State.Queries;
        bool isReserved = queries.Reservation(ticket.AgreementId, ticket.FileId, ticket.ChunkId) is { } reserved && reserved.Places.Any(place => place.NodeId == machine.Id && place.Slot == slot);
        if (!isReserved && !queries.Replicas(ticket.ChunkId).Any(replica => replica.NodeId == machine.Id && replica.Slot == slot)) throw new BrokenInvariant($"{machine.Plan.Name} takes {ticket.ChunkId}, which nobody reserved there");
    }

    public void Acknowledges(StorageMachine machine, UploadTicket ticket, byte slot)
    {
        if (!machine.IsHonest)
        {
            Note(ticket, slot);
            return;
        }
        if (machine.Disk.Find(StoredKey.Of(ticket.ChunkId, ticket.Coding, slot, ticket.Generation)) is not { IsThere: true, IsSynced: true } item || !(IsGood(item) || item.IsDamaged))
            throw new BrokenInvariant($"{machine.Plan.Name} acknowledges {ticket.ChunkId} and its disk does not have it");
        Note(ticket, slot);
    }

    public void Says(StorageMachine machine, EventBody body)
    {
        world.Trace.Add((ulong)body.Kind);
        if (body is ReplicaRemoved { Reason: RemovalReason.Lost }) world.Statistics.SaidLost++;
        if (body is ReplicaRemoved { Reason: RemovalReason.Drained }) world.Statistics.Drained++;
        if (!machine.IsHonest) return;
        LogQueries queries = machine.State.Queries;
        switch (body)
        {
            case ReplicaAdded added:
                if (Find(machine, added.ChunkId, added.Generation, added.Slot) is not { IsThere: true, IsSynced: true } item || !(IsGood(item) || item.IsDamaged))
                    throw new BrokenInvariant($"{machine.Plan.Name} says that it has {added.ChunkId}, and its disk does not have it");
                break;
            case ReplicaRemoved { Reason: RemovalReason.Drained } drained:
                bool isElsewhere = queries.Replicas(drained.ChunkId).Any(other => other.NodeId != machine.Id && other.Slot == drained.Slot && other.IsHeld && other.Generation == drained.Generation);
                if (!isElsewhere) throw new BrokenInvariant($"{machine.Plan.Name} gives {drained.ChunkId} away before another has it");
                break;
            case ReplicaRemoved { Reason: RemovalReason.Deleted } deleted:
                if (queries.Chunk(deleted.ChunkId) is { IsDeleted: false } live && live.Generation == deleted.Generation) throw new BrokenInvariant($"{machine.Plan.Name} calls {deleted.ChunkId} deleted, which lives");
                break;
        }
    }

    public void Releases(StorageMachine machine, StoredKey key)
    {
        LogQueries queries = machine.State.Queries;
        bool isIts = queries.Chunk(key.ChunkId) is { IsDeleted: false } live && live.Generation == key.Generation
            && queries.Replicas(key.ChunkId).Any(replica => replica.NodeId == machine.Id && replica.Generation == key.Generation && (key.Coding == ChunkCoding.Replicas || replica.Slot == key.Shard));
        if (isIts) throw new BrokenInvariant($"{machine.Plan.Name} takes {key.ChunkId} away, which it is to store");
    }

    public void Erases(StorageMachine machine, DiskItem item)
    {
        ulong graceMs = State.Genesis.Storage.GraceMs(machine.Plan.Class);
        if (item.Standing == DiskStanding.Deleted && machine.NowMs < item.DeletedMs + graceMs) throw new BrokenInvariant($"{machine.Plan.Name} erases {item.Key.ChunkId} {item.DeletedMs + graceMs - machine.NowMs} ms too soon");
    }

    /// <summary>After a quiet time everything is as the rules want it.</summary>
    public void CheckEnd()
    {
        // Bytes that were taken away may have been asked for again.
        foreach (Hash256 chunk in _lost.ToArray())
        {
            _lost.Remove(chunk);
            Changed(chunk);
        }
        foreach (StorageUser user in world.Users)
            foreach (StorageUpload upload in user.Uploads)
                if (!upload.IsDone && !upload.IsAbandoned && !world.Plan.IsBeyond && !upload.Contents.Any(IsTooThin)) throw new BrokenInvariant($"{user.Name} waits for an upload of {upload}");
        foreach (StoredContent content in world.Contents.Values)
        {
            if (State.Queries.Chunk(content.Id) is not { } chunk) continue;
            if (chunk.IsDeleted) CheckDeleted(chunk);
            else CheckWhole(content, chunk);
        }
        foreach (StorageMachine machine in world.Machines) CheckMachine(machine);
        CheckReplay();
        world.Statistics.Lost += _lost.Count;
        world.Trace.Add(State.Roots().State.Span);
    }

    /// <summary>Too few nodes are left to acknowledge it: those that have it where it lives, those that could be given it where it does not.</summary>
    private bool IsTooThin(StoredContent content)
    {
        if (State.Queries.Chunk(content.Id) is { IsDeleted: false } live)
            return State.Queries.Replicas(content.Id).Count(replica => replica.Generation == live.Generation && world.MachineOf(replica.NodeId).IsUp && IsOfTheNetwork(world.MachineOf(replica.NodeId))) < content.Coding.AcksMin();
        // Where operators or networks are shared the rule, which takes the best node for each slot in turn, may find fewer places than there are.
        bool hasSharers = world.Plan.Nodes.DistinctBy(static node => node.Operator).Count() < world.Machines.Count || world.Plan.Nodes.DistinctBy(static node => (node.Zone, node.Network)).Count() < world.Machines.Count;
        if (hasSharers) return true;
        List<StorageMachine> places = [];
        foreach (StorageMachine machine in world.Machines)
            if (CanTake(machine, content.Coding, places)) places.Add(machine);
        int zones = world.Machines.Where(machine => CanTake(machine, content.Coding, [])).Select(static machine => machine.Plan.Zone).Distinct().Count();
        return places.Count < content.Coding.AcksMin() || (content.Coding == ChunkCoding.ReedSolomon && zones < content.Coding.ZonesWanted());
    }

    private void Note(UploadTicket ticket, byte slot)
    {
        if (State.Queries.Chunk(ticket.ChunkId) is { IsDeleted: false }) return;
        if (!InFlight.TryGetValue(ticket.ChunkId, out Coming? coming) || !ReferenceEquals(coming.Ticket, ticket)) InFlight[ticket.ChunkId] = coming = new Coming(ticket, []);
        coming.Slots.Add(slot);
    }

    private static DiskItem? Find(StorageMachine machine, in Hash256 chunk, uint generation, byte slot) =>
        machine.Disk.Of(chunk).FirstOrDefault(item => item.Key.Generation == generation && (item.Key.Coding == ChunkCoding.Replicas || item.Key.Shard == slot));

    /// <summary>Never two of a chunk where one failure takes both, whatever the registry says of zones.</summary>
    private void CheckSpread(ChunkEntry chunk)
    {
        List<(byte Slot, NodePlan Node)> places = [];
        foreach (ReplicaEntry replica in State.Queries.Replicas(chunk.Id))
        {
            NodePlan node = world.MachineOf(replica.NodeId).Plan;
            // What a node that leaves has is placed beside it; it has no way back.
            if (replica.Generation != chunk.Generation || State.Node(replica.NodeId)?.Record.IsActive != true) continue;
            foreach ((byte slot, NodePlan other) in places)
                if (slot == replica.Slot || other.Operator == node.Operator || (other.Zone, other.Network) == (node.Zone, node.Network))
                    throw new BrokenInvariant($"chunk {chunk.Id} lies on {other.Name} and {node.Name}, which fail together");
            places.Add((replica.Slot, node));
            if (places.Count(place => place.Node.Zone == node.Zone) > chunk.Coding.PerZoneMax()) throw new BrokenInvariant($"chunk {chunk.Id} lies too often in zone {node.Zone}");
        }
    }

    /// <summary>What the chain makes of audits that were not passed, and whether they were fair.</summary>
    private void Judge(AuditVerdict verdict)
    {
        StorageMachine machine = world.MachineOf(verdict.NodeId);
        if (State.Queries.Audits.Node(machine.Id) is not { IsJudged: true } audit || audit.Epoch != verdict.Epoch) return;
        world.Statistics.Audits++;
        if (audit.FailedInARow > 0) world.Statistics.AuditsFailed++;
        bool isFair = !machine.IsHonest || audit.FailedInARow == 0 || (machine.DamagedMs != 0 && machine.DamagedMs + BlameMs >= world.NowMs);
        if (!isFair) throw new BrokenInvariant($"{machine.Plan.Name} has all its bytes and fails an audit: {audit}");
        bool isBanned = !machine.IsHonest && (audit.FailedInARow >= 2 || audit.SilentInARow >= 3);
        if (!isBanned || world.Coordinator.Chain.StatusOf(machine.Plan.Name) != StorageChain.Active) return;
        world.Statistics.Banned++;
        world.Statistics.LiarsFound++;
        world.Say($"{machine.Plan.Name} is banned");
        world.Coordinator.Chain.Change(machine.Plan.Name, StorageChain.Banned, world.NowMs);
    }

    /// <summary>Every slot that a node could have has one, which has the bytes; and a reader gets the chunk.</summary>
    private void CheckWhole(StoredContent content, ChunkEntry chunk)
    {
        if (_lost.Contains(chunk.Id))
        {
            if (State.Queries.Health(chunk.Id) is { Margin: >= 0 } health) throw new BrokenInvariant($"chunk {chunk.Id} is lost, and the log says {health}");
            return;
        }
        List<StorageMachine> there = [];
        SortedSet<byte> slots = [];
        SortedDictionary<byte, byte[]> read = [];
        foreach (ReplicaEntry replica in State.Queries.Replicas(chunk.Id))
        {
            StorageMachine machine = world.MachineOf(replica.NodeId);
            if (!machine.IsUp || State.Node(machine.Id)?.Record.IsActive != true || replica.Generation != chunk.Generation) continue;
            if (!replica.IsHeld) throw new BrokenInvariant($"{machine.Plan.Name} was to fetch {chunk.Id} and has not: {world.Coordinator.Repair}");
            DiskItem? item = Find(machine, chunk.Id, chunk.Generation, replica.Slot);
            if (machine.IsHonest && (item is null || !IsGood(item))) throw new BrokenInvariant($"the log says that {machine.Plan.Name} has {chunk.Id}, and it has not");
            if (machine.IsHonest && item is not null) read[replica.Slot] = item.Bytes;
            there.Add(machine);
            slots.Add(replica.Slot);
        }
        bool isReadable = content.IsReadableFrom(read);
        if (!isReadable && world.Plan.IsBeyond && State.Queries.Health(chunk.Id) is { Margin: < 0 }) return;
        if (!isReadable) throw new BrokenInvariant($"chunk {chunk.Id} cannot be read from the {read.Count} nodes that have it");
        if (slots.Count == chunk.Coding.Slots()) return;
        foreach (StorageMachine machine in world.Machines)
            if (CanTake(machine, chunk.Coding, there)) throw new BrokenInvariant($"chunk {chunk.Id} has {slots.Count} of {chunk.Coding.Slots()} slots, and {machine.Plan.Name} could take one: {world.Coordinator.Repair}; it lies on {string.Join(", ", State.Queries.Replicas(chunk.Id).Select(Text))}");
    }

    private string Text(ReplicaEntry replica)
    {
        StorageMachine machine = world.MachineOf(replica.NodeId);
        return $"{replica.Slot}:{machine.Plan.Name} of zone {machine.Plan.Zone}{(replica.IsHeld ? "" : " assigned")}{(machine.IsUp ? "" : " not up")}, status {State.Node(machine.Id)?.Record.Status}";
    }

    private bool CanTake(StorageMachine machine, ChunkCoding coding, List<StorageMachine> there)
    {
        if (!machine.IsUp || there.Contains(machine) || State.Node(machine.Id) is not { Record.IsActive: true, IsSuspect: false, Stats.FreeBytes: > 0 }) return false;
        if (there.Any(other => other.Plan.Operator == machine.Plan.Operator || (other.Plan.Zone, other.Plan.Network) == (machine.Plan.Zone, machine.Plan.Network))) return false;
        return there.Count(other => other.Plan.Zone == machine.Plan.Zone) < coding.PerZoneMax();
    }

    private void CheckDeleted(ChunkEntry chunk)
    {
        foreach (StorageMachine machine in world.Machines)
            if (machine.IsUp && machine.IsHonest && IsOfTheNetwork(machine) && machine.Disk.Of(chunk.Id).Any(item => !IsOnItsWay(machine, item))) throw new BrokenInvariant($"{machine.Plan.Name} still has {chunk.Id}, which was deleted");
        if (State.Queries.Replicas(chunk.Id).Any(replica => world.MachineOf(replica.NodeId) is { IsUp: true } machine && IsOfTheNetwork(machine))) throw new BrokenInvariant($"the log still has replicas of {chunk.Id}, which was deleted");
    }

    private void CheckMachine(StorageMachine machine)
    {
        bool isLiarAtLarge = world.Plan.HasAudits && machine is { IsUp: true, Plan.Vice: Vice.Discards or Vice.ClaimsWithoutBytes } && IsOfTheNetwork(machine) && IsHollow(machine);
        if (isLiarAtLarge) throw new BrokenInvariant($"{machine.Plan.Name} has thrown away what it stores, and no audit found it out");
        if (!machine.IsUp || !machine.IsHonest || !IsOfTheNetwork(machine)) return;
        if (machine.State.Seq + 4 < State.Seq) throw new BrokenInvariant($"{machine.Plan.Name} is at batch {machine.State.Seq} of {State.Seq}");
        foreach (DiskItem item in machine.Disk.Items)
        {
            if (IsOnItsWay(machine, item)) continue;
            bool isIts = State.Queries.Replicas(item.Key.ChunkId).Any(replica => replica.NodeId == machine.Id && replica.Generation == item.Key.Generation);
            if (!isIts) throw new BrokenInvariant($"{machine.Plan.Name} has {item.Key.ChunkId} as {item.Standing}, which the log does not assign to it");
        }
        if ((machine.Core.ToFetch > 0 && _lost.Count == 0) || machine.Core.Waiting > 0) throw new BrokenInvariant($"{machine.Plan.Name} does not come to rest: {machine.Core.ToFetch} to fetch, {machine.Core.Waiting} to say");
    }

    /// <summary>
    /// For three audits a quarter of what it says it holds has not been there, and it failed none: 32 draws find that out with all but 0.0001 each time. Of less, audits promise less
    /// (storage 3.2).
    /// </summary>
    private bool IsHollow(StorageMachine machine)
    {
        ulong all = 0, missing = 0;
        foreach (ReplicaEntry replica in State.Queries.ReplicasOf(machine.Id))
        {
            if (!replica.IsHeld || State.Queries.Chunk(replica.ChunkId) is not { } chunk) continue;
            ulong bytes = StoredKey.BytesOf(chunk.Coding, chunk.LengthBytes);
            all += bytes;
            if (Find(machine, replica.ChunkId, replica.Generation, replica.Slot) is { Bytes.Length: 0 } item && item.StoredMs + HollowMs < world.NowMs) missing += bytes;
        }
        return missing > 0 && missing >= all / 4 && State.Queries.Audits.Node(machine.Id) is null or { FailedInARow: 0 };
    }

    private static bool IsOnItsWay(StorageMachine machine, DiskItem item) => item.Standing == DiskStanding.Staged && item.AtMs > machine.NowMs;

    private bool IsOfTheNetwork(StorageMachine machine) => State.Node(machine.Id)?.Record.IsActive == true;

    /// <summary>Whoever begins with genesis comes to the same; every author is checked.</summary>
    private void CheckReplay()
    {
        Hash256 root = State.Roots().State;
        if (SampleLog.Replay(State.Genesis, world.Coordinator.Batches.Select(static batch => batch.Batch.Encoded.ToArray()), LogCheck.BatchSignaturesOnly).Roots().State != root) throw new BrokenInvariant("a replay of the log has another root");
        foreach (StorageMachine machine in world.Machines.Take(1))
            if (machine.IsUp && machine.State.Seq == State.Seq && machine.State.Roots().State != root) throw new BrokenInvariant($"{machine.Plan.Name} has another root");
    }

    /// <summary>A chunk on its way: slots whose nodes have acknowledged it.</summary>
    internal sealed record Coming(UploadTicket Ticket, SortedSet<byte> Slots);
}
