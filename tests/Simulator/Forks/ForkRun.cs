using System.Globalization;
using Dsdn.Chain.Blocks;
using Dsdn.Simulator.Checks;
using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Forks;

/// <summary>Many networks with half of the power lying: how many forked, and who was convicted of what.</summary>
internal static class ForkRun
{
    /// <returns>The exit code: 0 only if there were forks by both ways and each convicted more than a third of the power.</returns>
    public static int Run(ulong first, ulong seeds)
    {
        int broken = 0, equivocating = 0, forgetting = 0;
        SortedDictionary<EvidenceKind, int> convicted = [];
        for (ulong seed = first; seed < first + seeds; seed++)
        {
            try
            {
                var simulation = new ForkSimulation(seed);
                ForkBook forks = simulation.Run();
                if (simulation.IsAmnesia) forgetting += forks.Forks;
                else equivocating += forks.Forks;
                foreach ((EvidenceKind kind, int count) in forks.Convicted) convicted[kind] = convicted.GetValueOrDefault(kind) + count;
            }
            catch (BrokenInvariant e)
            {
                broken++;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: BROKEN {e.Message}"));
            }
        }
        string kinds = string.Join(", ", convicted.Select(static kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Value} of {kind.Key}")));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seeds} seeds: {equivocating} forks by double votes, {forgetting} by forgotten locks, {broken} unaccounted for; convicted: {kinds}"));
        return broken == 0 && equivocating > 0 && forgetting > 0 ? 0 : 1;
    }
}
