using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Machines;

namespace Dsdn.Simulator.Faults;

/// <summary>At any place, with a small chance.</summary>
internal sealed class RandomCrashes(SeededRandom random, FaultCounters faults) : ICrashPlan
{
    /// <summary>One in so many places; 0: none.</summary>
    public int Chances { get; set; }

    /// <summary>Where somebody died last.</summary>
    public Fault? Last { get; private set; }

    /// <summary>Who may die now.</summary>
    public Func<Machine, bool> May { get; set; } = static _ => true;

    public Aftermath Aftermath => random.OneIn(2) ? Aftermath.Some : Aftermath.All;

    public ulong DownUs => random.OneIn(5) ? (ulong)random.Below(8_000_000) : (ulong)random.Below(600_000);

    public bool Here(Machine machine, Fault place)
    {
        if (Chances == 0) return false;
        // Places between any two effects are many more than those around disk and network.
        int chances = place switch
        {
            Fault.CrashBetweenEffects => Chances * 8,
            Fault.CrashBeforeSend or Fault.CrashAfterSend => Chances * 2,
            Fault.CrashInStateSync => 6, // of a few dozen writes
            // Writes that a power failure can take back are few: those of blocks in the middle of block sync.
            Fault.CrashBeforeStoreWrite or Fault.CrashAfterStoreWrite when machine.Store.UnsyncedWrites > 0 => Math.Max(2, Chances / 100),
            _ => Chances,
        };
        if (!random.OneIn(chances) || !May(machine)) return false;
        faults.Count(place);
        Last = place;
        return true;
    }
}
