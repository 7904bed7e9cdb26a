using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;
using Dsdn.Log.Storing;
using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Storage;

/// <summary>What goes wrong, and when. Within the margin no chunk loses the last bytes it could be made from; what would is left out.</summary>
internal sealed class StorageFaults(StorageWorld world)
{
    private readonly SeededRandom _random = SeededRandom.Of(world.Plan.Seed, "faults");

    /// <summary>Rare ones once, common ones more often.</summary>
    private static readonly StorageFault[] Dice =
    [
        StorageFault.Restart, StorageFault.Restart, StorageFault.Restart, StorageFault.Flap, StorageFault.Absence, StorageFault.Absence, StorageFault.ZoneLoss, StorageFault.ZoneCut, StorageFault.DiskLoss,
        StorageFault.DiskLoss, StorageFault.NodeLoss, StorageFault.BitRot, StorageFault.BitRot, StorageFault.BitRot, StorageFault.SlowDisk, StorageFault.FullDisk, StorageFault.SlowLink, StorageFault.LossyLink,
        StorageFault.Lag, StorageFault.Quarantine, StorageFault.Leaving, StorageFault.CoordinatorRestart, StorageFault.CoordinatorRestart,
    ];

    public void Begin() => world.Time.After((ulong)_random.Between(5_000, 20_000) * 1_000, Next);

    private void Next()
    {
        if (world.IsCalm) return;
        StorageFault fault = _random.Pick(Dice);
        if (Try(fault))
        {
            world.Statistics.Count(fault);
            world.Trace.Add((ulong)fault);
        }
        else
        {
            world.Statistics.Spared++;
        }
        foreach (Hash256 chunk in world.Contents.Keys) world.Book.Changed(chunk);
        // Now and then two at once.
        world.Time.After(_random.OneIn(5) ? 10_000 : (ulong)_random.Between(1, (int)world.Plan.FaultEveryMs * 2) * 1_000, Next);
    }

    private bool Try(StorageFault fault)
    {
        if (fault == StorageFault.CoordinatorRestart)
        {
            world.Say("coordinator restarts");
            world.Coordinator.Restart((ulong)_random.Between(200, _random.OneIn(3) ? 15_000 : 2_000));
            return true;
        }
        StorageMachine machine = _random.Pick(world.Machines);
        StorageMachine[] hit = fault is StorageFault.ZoneLoss or StorageFault.ZoneCut ? [.. world.Machines.Where(other => other.Plan.Zone == machine.Plan.Zone && !other.IsDead)] : [machine];
        if (machine.IsDead || hit.Any(static other => other.IsTroubled)) return false;
        bool isHarmless = fault is StorageFault.SlowDisk or StorageFault.FullDisk or StorageFault.SlowLink or StorageFault.Lag or StorageFault.BitRot;
        if (!isHarmless && !IsSpared(hit)) return false;
        world.Say($"{fault} of {string.Join(' ', hit.Select(static other => other.Plan.Name))}");
        switch (fault)
        {
            case StorageFault.Restart: Away(machine, (ulong)_random.Between(100, 5_000)); break;
            case StorageFault.Flap: Flap(machine, _random.Between(3, 6)); break;
            case StorageFault.Absence: Away(machine, (ulong)_random.Between(8_000, 60_000)); break;
            case StorageFault.ZoneLoss:
            {
                ulong awayMs = (ulong)_random.Between(8_000, 60_000);
                foreach (StorageMachine other in hit) Away(other, awayMs + (ulong)_random.Below(3_000));
                break;
            }
            case StorageFault.ZoneCut: For(hit, (ulong)_random.Between(8_000, 60_000), static other => other.IsCut = true, static other => other.IsCut = false); break;
            case StorageFault.DiskLoss:
                machine.Crash();
                machine.Disk.Lose();
                machine.DamagedMs = world.NowMs;
                Away(machine, (ulong)_random.Between(500, 20_000));
                break;
            case StorageFault.NodeLoss:
                if (world.Machines.Count(other => other.Plan.Zone == machine.Plan.Zone && !other.IsDead) < 2) return false;
                machine.Die();
                break;
            case StorageFault.BitRot: return Rot(machine);
            case StorageFault.SlowDisk: For(hit, (ulong)_random.Between(5_000, 40_000), static other => other.Disk.WriteMsMin = 400, static other => other.Disk.WriteMsMin = 5); break;
            case StorageFault.FullDisk: For(hit, (ulong)_random.Between(5_000, 40_000), static other => other.Disk.IsFull = true, static other => other.Disk.IsFull = false); break;
            case StorageFault.SlowLink: For(hit, (ulong)_random.Between(5_000, 40_000), static other => other.ExtraMs = 400, static other => other.ExtraMs = 0); break;
            case StorageFault.LossyLink: For(hit, (ulong)_random.Between(5_000, 40_000), static other => other.IsLossy = true, static other => other.IsLossy = false); break;
            case StorageFault.Lag: For(hit, (ulong)_random.Between(5_000, 50_000), static other => other.IsDeaf = true, static other => other.IsDeaf = false); break;
            case StorageFault.Quarantine: return Quarantine(machine);
            case StorageFault.Leaving: return Leave(machine);
            default: throw new InvalidOperationException($"no hand for {fault}");
        }
        return true;
    }

    private void Away(StorageMachine machine, ulong awayMs) => For([machine], awayMs, static other => other.Crash(), static other => other.Start());

    private void For(IReadOnlyList<StorageMachine> hit, ulong afterMs, Action<StorageMachine> begin, Action<StorageMachine> end)
    {
        foreach (StorageMachine machine in hit)
        {
            machine.IsTroubled = true;
            begin(machine);
        }
        world.Time.After(afterMs * 1_000, () =>
        {
            foreach (StorageMachine machine in hit)
            {
                machine.IsTroubled = false;
                end(machine);
                machine.Hear();
            }
        });
    }

    private void Flap(StorageMachine machine, int times)
    {
        (machine.IsTroubled, machine.IsFlapping) = (true, true);
        machine.Crash();
        world.Time.After((ulong)_random.Between(500, 4_500) * 1_000, () =>
        {
            machine.Start();
            if (times > 1) world.Time.After((ulong)_random.Between(500, 4_000) * 1_000, () => Flap(machine, times - 1));
            else (machine.IsTroubled, machine.IsFlapping) = (false, false);
        });
    }

    private bool Rot(StorageMachine machine)
    {
        DiskItem[] items = [.. machine.Disk.Items.Where(static item => item is { IsThere: true, IsDamaged: false, Bytes.Length: > 0 })];
        if (items.Length == 0) return false;
        DiskItem item = _random.Pick<DiskItem>(items);
        if (!IsSpared([machine], item.Key.ChunkId)) return false;
        item.Bytes = (byte[])item.Bytes.Clone();
        item.Bytes[_random.Below(item.Bytes.Length)] ^= (byte)(1 << _random.Below(8));
        (item.IsDamaged, machine.DamagedMs) = (true, world.NowMs);
        return true;
    }

    private bool Quarantine(StorageMachine machine)
    {
        if (world.Coordinator.Chain.StatusOf(machine.Plan.Name) != StorageChain.Active) return false;
        machine.IsTroubled = true;
        world.Coordinator.Chain.Change(machine.Plan.Name, StorageChain.Quarantined, world.NowMs);
        world.Time.After((ulong)_random.Between(5_000, 40_000) * 1_000, () =>
        {
            machine.IsTroubled = false;
            if (world.Coordinator.Chain.StatusOf(machine.Plan.Name) == StorageChain.Quarantined) world.Coordinator.Chain.Change(machine.Plan.Name, StorageChain.Active, world.NowMs);
        });
        return true;
    }

    /// <summary>A node gives away what it has; when it has nothing it goes, and where nobody can take it, it stays and keeps on leaving: the registry has no way back (NodeTransitions).</summary>
    private bool Leave(StorageMachine machine)
    {
        if (world.Coordinator.Chain.StatusOf(machine.Plan.Name) != StorageChain.Active || world.Machines.Count(other => other.Plan.Zone == machine.Plan.Zone && IsStaying(other)) < 2) return false;
        machine.IsTroubled = true;
        world.Coordinator.Chain.Change(machine.Plan.Name, StorageChain.Leaving, world.NowMs);
        Wait();
        return true;

        void Wait() => world.Time.After(2_000_000, () =>
        {
            bool isDrained = world.Coordinator.State.Queries.ReplicasOf(machine.Id).Count == 0 && world.Coordinator.State.Node(machine.Id)?.Record.IsLeaving == true;
            if (!isDrained)
            {
                Wait();
                return;
            }
            machine.IsTroubled = false;
            world.Coordinator.Chain.Change(machine.Plan.Name, StorageChain.Leaving, world.NowMs, hasLeft: true);
            if (IsSpared([machine])) machine.Die();
        });
    }

    private bool IsStaying(StorageMachine machine) => !machine.IsDead && world.Coordinator.Chain.StatusOf(machine.Plan.Name) is StorageChain.Active or StorageChain.Quarantined;

    /// <summary>Whether every chunk can be made from what is left without these; what is declared soon too.</summary>
    /// <param name="chunk">The only one they lose; null where it is all.</param>
    private bool IsSpared(IReadOnlyList<StorageMachine> hit, Hash256? chunk = null)
    {
        if (world.Plan.IsBeyond) return true;
        LogQueries queries = world.Coordinator.State.Queries;
        foreach (StoredContent content in world.Contents.Values)
        {
            if (chunk is { } only && content.Id != only) continue;
            if (queries.Chunk(content.Id) is { IsDeleted: false } live && !IsSpared(queries, content, live, hit)) return false;
        }
        foreach ((Hash256 id, StorageBook.Coming coming) in world.Book.InFlight)
        {
            if (chunk is { } only && id != only) continue;
            int lost = coming.Slots.Count(slot => !IsGood(queries, world.MachineOf(coming.Ticket.Nodes[slot]), StoredKey.Of(id, coming.Ticket.Coding, slot, coming.Ticket.Generation), hit));
            int lies = coming.Ticket.Nodes.Count(node => !node.IsZero && !world.MachineOf(node).IsHonest);
            bool isConcerned = coming.Slots.Any(slot => hit.Contains(world.MachineOf(coming.Ticket.Nodes[slot])));
            if (isConcerned && coming.Ticket.Coding.AcksMin() - lost - lies < coming.Ticket.Coding.ReadableMin()) return false;
        }
        return true;
    }

    private bool IsSpared(LogQueries queries, StoredContent content, ChunkEntry live, IReadOnlyList<StorageMachine> hit)
    {
        SortedSet<byte> slots = [];
        bool isConcerned = false;
        foreach (ReplicaEntry replica in queries.Replicas(content.Id))
        {
            if (replica.Generation != live.Generation) continue;
            StorageMachine machine = world.MachineOf(replica.NodeId);
            isConcerned |= hit.Contains(machine);
            if (replica.IsHeld && IsGood(queries, machine, StoredKey.Of(content.Id, live.Coding, replica.Slot, live.Generation), hit)) slots.Add(replica.Slot);
        }
        return !isConcerned || slots.Count >= live.Coding.ReadableMin();
    }

    private bool IsGood(LogQueries queries, StorageMachine machine, StoredKey key, IReadOnlyList<StorageMachine> hit)
    {
        if (hit.Contains(machine) || !machine.IsHonest || !machine.IsUp || machine.IsFlapping || machine.IsCut || machine.IsLossy || machine.IsDead) return false;
        if (queries.Node(machine.Id) is not { Record.IsActive: true, IsSuspect: false, MissedRounds: 0 }) return false;
        if (world.Coordinator.Chain.StatusOf(machine.Plan.Name) != StorageChain.Active) return false;
        return machine.Disk.Find(key) is { } item && world.Book.IsGood(item);
    }
}
