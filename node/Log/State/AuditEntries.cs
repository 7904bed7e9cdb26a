using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.State;

/// <summary>A node in the last audit it was in, and what all of them showed.</summary>
/// <param name="Epoch">Of that audit.</param>
/// <param name="Draws">Leaves it is asked for.</param>
/// <param name="AnswersRoot">That it posted; zero while it did not.</param>
/// <param name="AnsweredMs">Log time of that; 0 while it did not.</param>
/// <param name="Judged">Audits of which the verdict is in.</param>
/// <param name="SilentInARow">Without any answer, up to the last verdict.</param>
/// <param name="FailedInARow">With answers that were not all right.</param>
/// <param name="ProvenSeq">The batch that the last passed audit froze at; 0 before the first.</param>
/// <param name="ProvenMs">Log time of its verdict; 0 before the first.</param>
/// <param name="FaultsMs">Log times of the last three audits that were not passed, newest first; 0 where there were fewer.</param>
public sealed record NodeAuditEntry(
    Hash256 NodeId, ulong Epoch, Hash256 HoldingsRoot, uint Replicas, ulong Bytes, ushort Draws, Hash256 AnswersRoot, ulong AnsweredMs, bool IsJudged, ulong Judged,
    uint SilentInARow, uint FailedInARow, ulong ProvenSeq, ulong ProvenMs, IReadOnlyList<ulong> FaultsMs)
{
    private const ulong DayMs = 24UL * 60 * 60 * 1_000;

    /// <summary>Audits in the last day that were not passed; 3 stands for more too. Three of them start repair (storage 3.4).</summary>
    public int FaultsInADay(ulong nowMs) => FaultsMs.Count(at => at != 0 && at + DayMs > nowMs);
}

/// <summary>An audit that a node did not pass.</summary>
public sealed record AuditFaultEntry(Hash256 NodeId, ulong Epoch, AuditFault Fault);
