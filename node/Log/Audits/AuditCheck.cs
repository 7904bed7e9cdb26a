using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;

namespace Dsdn.Log.Audits;

/// <summary>What anyone computes who has the log and the answers.</summary>
public static class AuditCheck
{
    /// <summary>What a node is asked for in the last audit of a state; empty where it is not in it, or no seed is known.</summary>
    public static AuditDraw[] Draws(LogState state, in Hash256 node, AuditHoldings holdings)
    {
        AuditQueries audits = state.Queries.Audits;
        if (audits.Last is not { BeaconHeight: not 0 } audit || audits.Node(node) is not { } entry || entry.Epoch != audit.Epoch) return [];
        return AuditDraws.Of(AuditDraws.Seed(state.Genesis.ChainId, audit.Epoch, audit.Beacon, node, holdings.Root), holdings, entry.Draws);
    }

    /// <summary>By draw: shown, or not to be shown any more.</summary>
    /// <param name="sheet">Null where nothing was shown.</param>
    /// <param name="isExcused">Of what was deleted, replaced or struck since the freeze.</param>
    public static byte[] Passed(AuditDraw[] draws, AnswerSheet? sheet, Func<HeldReplica, bool> isExcused)
    {
        if (sheet is null || sheet.Answers.Count != draws.Length) return new byte[Bitmap.BytesFor(draws.Length)];
        return Bitmap.Of(draws.Length, Enumerable.Range(0, draws.Length).Where(i => sheet.Answers[i].Shows(draws[i]) || isExcused(draws[i].Replica)));
    }
}
