using System.Globalization;
using Dsdn.Simulator.Byzantine;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Faults;
using Dsdn.Simulator.Machines;

namespace Dsdn.Simulator.Mutations;

/// <summary>A rule that is broken on purpose; the simulation is worth something only if it notices.</summary>
/// <param name="Mix">What a run of it has to bring along; the rest is drawn as ever.</param>
internal sealed record Mutation(string Name, TestDoubles Doubles, Func<FaultMix, FaultMix> Mix)
{
    public static readonly Mutation[] All =
    [
        new("no lock rule", TestDoubles.None with { Core = static core => new ForgetfulCore(core), SignerKeepsLock = false }, static mix => mix),
        new("log not synced before a send", TestDoubles.None with { Device = static device => new LazyDevice(device) }, static mix => mix),
        new("certificates of synced blocks not checked", TestDoubles.None with { ChecksCertificates = false }, static mix => mix with { Doom = Doom.Byzantine, Vice = Vice.ForgesBlocks }),
        new("signer without record", TestDoubles.None with { HasSignRecord = false }, static mix => mix with { Doom = Doom.DiskRestored }),
        new("signer forgets its lock", TestDoubles.None with { SignerKeepsLock = false }, static mix => mix with { Doom = Doom.DiskRestored, PartitionEveryMs = 2_000 }),
        new("every vote kept", TestDoubles.None with { Core = static core => new HoardingCore(core) }, static mix => mix with { Doom = Doom.Byzantine, Vice = Vice.Floods }),
    ];

    /// <summary>The first seed that notices, with what it says; null: none did.</summary>
    public (ulong Seed, string What)? FindOut(ulong seeds)
    {
        for (ulong seed = 1; seed <= seeds; seed++)
        {
            try
            {
                new Simulation(seed, Mix(FaultMix.Draw(seed)), Doubles).Run();
            }
            catch (Exception e) when (e is BrokenInvariant or Dsdn.Consensus.Wal.WalCorruptException)
            {
                return (seed, e.Message);
            }
        }
        return null;
    }

    /// <summary>Prints which seed finds out each of them; 1 if one goes unnoticed.</summary>
    public static int RunAll(ulong seeds)
    {
        int unnoticed = 0;
        foreach (Mutation mutation in All)
        {
            (ulong Seed, string What)? found = mutation.FindOut(seeds);
            if (found is null) unnoticed++;
            Console.WriteLine(found is { } at
                ? string.Create(CultureInfo.InvariantCulture, $"{mutation.Name}: noticed by seed {at.Seed}: {at.What}")
                : string.Create(CultureInfo.InvariantCulture, $"{mutation.Name}: UNNOTICED in {seeds} seeds"));
        }
        return unnoticed == 0 ? 0 : 1;
    }
}
