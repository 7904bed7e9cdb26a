using System.Globalization;
using Dsdn.Chain.Log.Events;
using Dsdn.Log.Storing;
using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Storage;

/// <summary>A rule of storing that is broken on purpose; the simulation is worth something only if it notices.</summary>
/// <param name="Seed">One that notices, for a quick look; <see cref="FindOut"/> says another where seeds mean something else by now.</param>
internal sealed record StorageMutation(string Name, StorageDoubles Doubles, ulong Seed = 1)
{
    public static readonly StorageMutation[] All =
    [
        new("what comes from others is not checked", StorageDoubles.None with { ChecksSources = false }, Seed: 2),
        new("acknowledged before it is synced", StorageDoubles.None with { SyncsFirst = false }),
        new("puts are not compared with the log", StorageDoubles.None with { ChecksReservations = false }),
        new("the registry takes every node for a zone of its own", StorageDoubles.None with { Zone = static node => (ushort)(100 + int.Parse(node.Name[1..], CultureInfo.InvariantCulture)) }),
        new("nobody is ever missed", StorageDoubles.None with { CountsMissed = false }, Seed: 3),
        new("what is lost is not placed again", StorageDoubles.None with { Repairs = static repairs => [.. repairs.Where(static body => body is not PlacementDecided)] }),
        new("nothing is struck", StorageDoubles.None with { Repairs = static repairs => [.. repairs.Where(static body => body is not ReplicaLost)] }),
        new("lost bytes are not said to be lost", StorageDoubles.None with { Effects = static (effect, _) => effect is StoringEffect.Submit { Body: ReplicaRemoved { Reason: RemovalReason.Lost } } ? [] : [effect] }),
        new("what was fetched is not said", StorageDoubles.None with { Effects = static (effect, _) => effect is StoringEffect.Submit { Body: ReplicaAdded } ? [] : [effect] }),
        new("erased without a grace", StorageDoubles.None with { Effects = static (effect, nowMs) => [effect is StoringEffect.Delete delete ? delete with { EraseMs = nowMs } : effect] }),
        new("nothing is erased", StorageDoubles.None with { Effects = static (effect, _) => effect is StoringEffect.Sweep ? [] : [effect] }),
        new("declared chunks stay staged", StorageDoubles.None with { Effects = static (effect, _) => effect is StoringEffect.Declare ? [] : [effect] }),
        new("given away before another has it", StorageDoubles.None with
        {
            Effects = static (effect, _) => effect is StoringEffect.Submit { Body: ReplicaAdded added } ? [effect, new StoringEffect.Submit(new ReplicaRemoved(added.ChunkId, added.Generation, added.Slot, RemovalReason.Drained))] : [effect],
        }),
        new("fetches without end at a time", StorageDoubles.None with { Options = static options => options with { FetchesMax = 100 } }),
        new("nobody reads its own disk", StorageDoubles.None with { Scrubs = false, Audits = false }),
        new("nobody is audited", StorageDoubles.None with { Audits = false }),
    ];

    /// <summary>The first seed that notices, with what it says; null: none did.</summary>
    public (ulong Seed, string What)? FindOut(ulong seeds)
    {
        for (ulong seed = 1; seed <= seeds; seed++)
            if (Notices(seed) is { } what) return (seed, what);
        return null;
    }

    /// <summary>What a seed says of it; null: nothing.</summary>
    public string? Notices(ulong seed)
    {
        try
        {
            new StorageWorld(seed, Doubles).Run();
            return null;
        }
        catch (BrokenInvariant broken)
        {
            return broken.Message;
        }
    }

    /// <summary>Prints which seed finds out each of them; 1 if one goes unnoticed.</summary>
    public static int RunAll(ulong seeds)
    {
        int unnoticed = 0;
        foreach (StorageMutation mutation in All)
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
