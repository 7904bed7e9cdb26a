using System.Globalization;
using Dsdn.Log.Routing;
using Dsdn.Log.Routing.Outbox;
using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Outages;

/// <summary>A rule of the router that is broken on purpose; the simulation is worth something only if it notices.</summary>
internal sealed record OutageMutation(string Name, OutageDoubles Doubles)
{
    public static readonly OutageMutation[] All =
    [
        new("posts again without waiting for the mempool", OutageDoubles.None with { Options = static options => options with { MempoolTtlBlocks = 0 } }),
        new("attempts are not remembered", OutageDoubles.None with { Carried = static effect => effect is RouterEffect.Remember { Batch.Attempt: AttemptState.Sent } ? [] : [effect] }),
        new("outbox not synced before a transaction", OutageDoubles.None with { Device = static device => new LazyOutbox(device) }),
        new("silence taken for a refusal", OutageDoubles.None with { Inputs = static input => input is RouterInput.SubmitDone { Outcome: SubmitOutcome.Unknown } done ? done with { Outcome = new SubmitOutcome.Refused(SubmitRefusal.Other) } : input }),
        new("everything is forgotten once one lands", OutageDoubles.None with { Carried = static effect => effect is RouterEffect.Forget forget ? [effect, new RouterEffect.Forget(forget.Seq + 1)] : [effect] }),
        new("every pointer is canonical", OutageDoubles.None with { Effects = static effect => effect is RouterEffect.Record record ? [record with { IsCanonical = true }] : [effect] }),
        new("newest first", OutageDoubles.None with { Effects = static effect => effect is RouterEffect.Submit submit ? [submit with { Seqs = [.. submit.Seqs.Reverse()] }] : [effect] }),
        new("an outage is noticed late", OutageDoubles.None with { Options = static options => options with { DegradedAfterMs = 330_000 } }),
        new("an emergency is noticed late", OutageDoubles.None with { Options = static options => options with { EmergencyAfterMs = 1_830_000 } }),
        new("back without hysteresis", OutageDoubles.None with { Options = static options => options with { RecoverySuccesses = 1, RecoveryGraceMs = 0 } }),
        new("production does not heed pressure", OutageDoubles.None with { HeedsPressure = false }),
        new("no tick is ever given", OutageDoubles.None with { Effects = static effect => effect is RouterEffect.WakeAt ? [] : [effect] }),
    ];

    /// <summary>The first seed that notices, with what it says; null: none did.</summary>
    public (ulong Seed, string What)? FindOut(ulong seeds)
    {
        for (ulong seed = 1; seed <= seeds; seed++)
        {
            try
            {
                new OutageWorld(seed, Doubles).Run();
            }
            catch (Exception e) when (e is BrokenInvariant or OutboxCorruptException)
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
        foreach (OutageMutation mutation in All)
        {
            (ulong Seed, string What)? found = mutation.FindOut(seeds);
            if (found is null) unnoticed++;
            Console.WriteLine(found is { } at
                ? string.Create(CultureInfo.InvariantCulture, $"{mutation.Name}: noticed by seed {at.Seed}: {at.What}")
                : string.Create(CultureInfo.InvariantCulture, $"{mutation.Name}: UNNOTICED in {seeds} seeds"));
        }
        return unnoticed == 0 ? 0 : 1;
    }

    private sealed class LazyOutbox(IOutboxDevice device) : IOutboxDevice
    {
        public byte[] ReadAll() => device.ReadAll();

        public void Write(long offset, ReadOnlySpan<byte> bytes) => device.Write(offset, bytes);

        public void Sync()
        {
        }
    }
}
