using Dsdn.Chain.Log.Committees;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Rules;

/// <summary>
/// Which committee decides the next batch: of those that the chain has named, the one of the latest epoch whose start is not after the batch's log
/// time. Its end is not looked at: where no successor is ready, the last one goes on (dataplane 1.9).
/// </summary>
internal static class Committees
{
    public static Committee At(LogTables tables, ulong logTimeMs)
    {
        Committee? latest = null, first = null;
        foreach (int slot in tables.Committees.SortedSlots())
        {
            Committee? candidate = tables.Committees.Row(slot).Committee;
            first ??= candidate;
            if (candidate is not null && candidate.StartMs <= logTimeMs) latest = candidate;
        }
        return latest ?? first ?? throw new InvalidOperationException("a log without a committee");
    }

    /// <summary>Lets go of epochs that cannot come back.</summary>
    public static void Forget(LogTables tables, ulong logTimeMs)
    {
        if (tables.Committees.Count == 1) return;
        ulong running = At(tables, logTimeMs).Epoch;
        foreach (int slot in tables.Committees.SortedSlots().ToArray())
            if (tables.Committees.Key(slot).Number < running) tables.Committees.Remove(slot);
    }
}
