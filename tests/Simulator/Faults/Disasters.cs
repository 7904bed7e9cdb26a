using Dsdn.Chain.State.Storage;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Machines;

namespace Dsdn.Simulator.Faults;

/// <summary>What comes over a network from outside while faults are on: partitions, lost and restored disks, clocks that are set.</summary>
internal sealed class Disasters(World world, FaultMix mix, Machine doomed, SeededRandom random, Func<bool> isOver)
{
    private readonly List<(WalDevice Wal, MemoryStore Store)> _backups = [];
    private int _backup;

    public void Begin()
    {
        if (mix.PartitionEveryMs > 0) Repeat(mix.PartitionEveryMs, Partition);
        if (mix.LosesLocks) new LockLoss(world, doomed, random, isOver).Begin();
        else if (mix.Doom == Doom.DiskRestored)
        {
            Repeat(1_500, BackUp);
            Repeat(4_000, Restore);
        }
        if (mix.ClocksAreSet) Repeat(4_000, SetClock);
        if (mix.Doom == Doom.DiskLost) world.Time.After((ulong)random.Between(1_000, 10_000) * 1_000, LoseDisk);
        if (mix.Doom == Doom.Isolated) world.Time.After((ulong)random.Between(1, 8_000) * 1_000, Isolate);
        if (doomed.Byzantine is { } liar) Repeat(100, liar.Idle);
    }

    private void Repeat(int aboutMs, Action action) => world.Time.After((ulong)random.Between(aboutMs / 2, aboutMs * 3 / 2) * 1_000, () =>
    {
        if (isOver()) return;
        action();
        Repeat(aboutMs, action);
    });

    /// <summary>Some are cut off from the others, in both directions or in one, for a while.</summary>
    private void Partition()
    {
        if (mix.Doom == Doom.Isolated && world.Links.Cut is not null) return;
        int side = random.Between(1, (1 << world.Machines.Count) - 2);
        bool isOneWay = random.OneIn(3);
        world.Faults.Count(isOneWay ? Fault.PartitionAsymmetric : Fault.PartitionSymmetric);
        Func<int, int, bool> cut = (from, to) => IsIn(side, from) != IsIn(side, to) && (!isOneWay || IsIn(side, from));
        world.Links.Cut = cut;
        world.Time.After((ulong)random.Between(200, 6_000) * 1_000, () =>
        {
            if (world.Links.Cut == cut) world.Links.Cut = null;
        });
    }

    private void Isolate()
    {
        world.Faults.Count(Fault.PartitionPermanent);
        world.Links.Cut = (from, to) => from == doomed.Index || to == doomed.Index;
    }

    private void LoseDisk()
    {
        world.Faults.Count(Fault.DiskLost);
        world.Stop(doomed);
        doomed.Wal = new WalDevice();
        doomed.Store = new MemoryStore();
        doomed.Snapshots = new SnapshotShelf();
        doomed.SyncsState = mix.SyncsState;
        doomed.Record.Lose();
        world.Chain.Forgot(doomed);
        world.Signatures.Forgot(doomed);
        world.Evidence.DiskLost(doomed);
        world.Time.After((ulong)random.Between(10, 3_000) * 1_000, () => world.Start(doomed));
    }

    /// <summary>Log and chain of a moment; never the signer's record.</summary>
    private void BackUp()
    {
        string name = $"backup {_backup++}";
        doomed.Store.Checkpoint(name);
        _backups.Add((doomed.Wal.Copy(), doomed.Store.OpenCheckpoint(name)));
    }

    private void Restore()
    {
        if (_backups.Count == 0) return;
        world.Faults.Count(Fault.DiskRestored);
        world.Stop(doomed);
        (doomed.Wal, doomed.Store) = random.Pick(_backups);
        _backups.Clear();
        world.Chain.Forgot(doomed);
        world.Signatures.Forgot(doomed);
        world.Evidence.DiskLost(doomed);
        world.Time.After((ulong)random.Between(10, 2_000) * 1_000, () => world.Start(doomed));
    }

    /// <summary>Somebody sets the clock of one machine: the one that may fail by much, any other by little.</summary>
    private void SetClock()
    {
        Machine machine = random.Pick(world.Machines);
        long before = machine.Clock.OffsetUs;
        machine.Clock.OffsetUs = machine == doomed && mix.Doom == Doom.None ? random.Between(-10_000_000, 10_000_000) : random.Between(-240_000, 240_000);
        world.Faults.Count(machine.Clock.OffsetUs < before ? Fault.ClockSteppedBack : Fault.ClockSteppedForward);
        machine.Process?.Wake();
    }

    private static bool IsIn(int side, int machine) => (side >> machine & 1) != 0;
}
