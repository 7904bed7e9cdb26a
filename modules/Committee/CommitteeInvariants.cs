using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Log.Availability;

namespace Dsdn.Modules.Committee;

internal static class CommitteeInvariants
{
    private const int RowsMax = 1_000_000;

    public static readonly IReadOnlyList<Invariant> All = [
        new("holds no money", Money),
        new("exactly the newest anchors are kept", Ring),
        new("sequences of anchors rise, and each has its power", Anchors),
        new("every anchor is a record of the feed", Feed)];

    private static IEnumerable<string> Money(ModuleContext context)
    {
        if (!context.Balance.IsZero) yield return $"balance {context.Balance}";
    }

    private static IEnumerable<string> Ring(ModuleContext context)
    {
        ulong last = CommitteeLedger.LastIndex(context);
        IReadOnlyList<(NumberKey Key, AnchorRow Row)> rows = CommitteeState.Anchors.Page(context, [], null, RowsMax);
        if (CommitteeState.Params.Find(context, default) is not { } parameters)
        {
            if (last != 0 || rows.Count != 0) yield return "anchors without a committee";
            yield break;
        }
        ulong first = CommitteeLedger.FirstKept(parameters, last);
        if ((ulong)rows.Count != last + 1 - first) yield return $"{rows.Count} anchors, the last is {last}";
        for (int i = 0; i < rows.Count; i++)
            if (rows[i].Key.Number != first + (ulong)i) yield return $"anchor {rows[i].Key.Number} stands where {first + (ulong)i} belongs";
    }

    private static IEnumerable<string> Anchors(ModuleContext context)
    {
        ulong before = 0;
        foreach ((NumberKey key, AnchorRow row) in CommitteeState.Anchors.Page(context, [], null, RowsMax))
        {
            if (row.Anchor.Seq <= before) yield return $"anchor {key.Number} is of sequence {row.Anchor.Seq} after {before}";
            if (!ValidatorAttestation.IsQuorum(row.SignedPower, row.TotalPower)) yield return $"anchor {key.Number}: {row.SignedPower} of {row.TotalPower} signed";
            before = row.Anchor.Seq;
        }
    }

    private static IEnumerable<string> Feed(ModuleContext context)
    {
        ulong records = CommitteeState.FeedSequence.Get(context, default).ToUInt64();
        ulong rotations = CommitteeState.Committee.Find(context, default)?.Committee.Epoch ?? 0;
        ulong anchors = CommitteeLedger.LastIndex(context);
        if (records != anchors + rotations) yield return $"{records} records, {anchors} anchors and {rotations} rotations";
    }
}
