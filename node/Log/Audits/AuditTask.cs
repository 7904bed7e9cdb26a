using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;

namespace Dsdn.Log.Audits;

/// <summary>What a node has to show: at most <see cref="Dsdn.Chain.Log.LogLimits.AuditDrawsMax"/> leaves, one read each.</summary>
/// <param name="LastMs">Log time after which an answer is none.</param>
public sealed record AuditTask(ulong ChainId, Hash256 NodeId, ulong Epoch, ulong LastMs, IReadOnlyList<AuditDraw> Draws)
{
    /// <summary>Null where there is nothing to show: no seed, not in the audit, judged, too late, or answered in the log.</summary>
    public static AuditTask? Of(LogState state, in Hash256 node)
    {
        AuditQueries audits = state.Queries.Audits;
        if (audits.Last is not { IsSeeded: true } audit || audits.Node(node) is not { IsJudged: false } entry || entry.Epoch != audit.Epoch) return null;
        ulong lastMs = audit.SeededMs + state.Genesis.Audits.HardMs;
        if (state.LogTimeMs > lastMs || !entry.AnswersRoot.IsZero || audits.HoldingsOf(node) is not { } holdings) return null;
        return new AuditTask(state.Genesis.ChainId, node, audit.Epoch, lastMs, AuditCheck.Draws(state, node, holdings));
    }

    /// <summary>What is read is checked before it is signed: a node that has lost a leaf says so, which is no lie.</summary>
    /// <param name="leaves">One a draw; null where it could not be read.</param>
    /// <param name="sign">By the node's key.</param>
    public AnswerSheet Answer(IReadOnlyList<ChunkLeaf?> leaves, Func<byte[], byte[]> sign)
    {
        AuditAnswer[] answers = new AuditAnswer[Draws.Count];
        for (int i = 0; i < answers.Length; i++)
        {
            AuditAnswer shown = new(Draws[i].Number, Draws[i].Replica.ChunkId, Draws[i].Replica.Slot, leaves[i]);
            answers[i] = shown.Shows(Draws[i]) ? shown : shown with { Leaf = null };
        }
        return AnswerSheet.Seal(ChainId, NodeId, Epoch, answers, sign);
    }
}
