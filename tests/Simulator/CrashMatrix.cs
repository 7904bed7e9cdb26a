using System.Globalization;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;
using Dsdn.Genesis;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Faults;
using Dsdn.Simulator.Machines;

namespace Dsdn.Simulator;

/// <summary>One crash of the matrix.</summary>
internal sealed record MatrixCase(int Victim, CrashPoint Point, Aftermath Aftermath);

/// <summary>
/// Every point of one height at which a validator can die: before and after each write and sync of the log, each signature's
/// record, each write of the store and each send; each with all, nothing and torn remains of what was not synced; for each of
/// four validators in turn, one of which proposes. After each the validator starts again, and all four decide the height and
/// the two after it, with every checker on.
/// </summary>
internal static class CrashMatrix
{
    private const int Validators = 4;
    private const ulong Height = 3;
    private const ulong Goal = Height + 2;
    private const ulong VirtualMsMax = 60_000;
    private const ulong Seed = 1;

    /// <summary>All of it, by a run that counts what each validator passes.</summary>
    public static IReadOnlyList<MatrixCase> Enumerate() =>
        [.. Enumerable.Range(0, Validators).SelectMany(static victim => Run(victim, null, Aftermath.All).Points.SelectMany(point => Remains(point.Place).Select(remains => new MatrixCase(victim, point, remains))))];

    /// <exception cref="BrokenInvariant">a rule did not hold, or the network did not go on</exception>
    public static void Check(MatrixCase crash)
    {
        CrashAt plan = Run(crash.Victim, crash.Point, crash.Aftermath);
        if (plan.Last is null) throw new BrokenInvariant(string.Create(CultureInfo.InvariantCulture, $"validator {crash.Victim} never came to {crash.Point}"));
    }

    /// <summary>The proposer of the height among the validators, by index.</summary>
    public static int Proposer { get; private set; } = -1;

    private static Aftermath[] Remains(Fault place) => place switch
    {
        Fault.CrashBeforeStoreWrite or Fault.CrashAfterStoreWrite => [Aftermath.All, Aftermath.Nothing],
        _ => [Aftermath.All, Aftermath.Nothing, Aftermath.Torn],
    };

    private static CrashAt Run(int victim, CrashPoint? point, Aftermath aftermath)
    {
        CoreOptions core = CoreOptions.Default with { IntervalMs = 0, IdleIntervalMs = 100, ProposeTimeoutMs = 400, VoteTimeoutMs = 200 };
        var world = new World(SimulatedGenesis.Of(Validators), Seed, core, TestDoubles.None);
        for (int i = 0; i < Validators; i++)
            world.Machines.Add(new Machine(i, SimulatedGenesis.OperatorOf(i), SimulatedGenesis.ConsensusSeedOf(i), new MachineClock(world.Time, GenesisTemplates.DevnetTimeMs + 1_000)));
        var plan = new CrashAt(world.Machines[victim], Height, point, aftermath);
        world.Crashes = plan;
        world.Links.Open();
        foreach (Machine machine in world.Machines) world.Time.After((ulong)machine.Index * 1_000, () => world.Start(machine));
        while (!world.Machines.All(static machine => machine.Process is { } process && process.Decided.Header.Number >= Goal))
        {
            if (!world.Time.TryStep(VirtualMsMax * 1_000))
                throw new BrokenInvariant(string.Create(CultureInfo.InvariantCulture, $"no progress to height {Goal} after a crash of validator {victim} at {point}, remains: {aftermath}"));
        }
        if (point is null) Proposer = ProposerIn(world);
        return plan;
    }

    private static int ProposerIn(World world)
    {
        Address proposer = world.Chain.Block(Height).Consensus?.Proposer ?? Address.Zero;
        return world.MachineOf(proposer)?.Index ?? -1;
    }
}
