using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Audits;

/// <summary>What an audit that was not passed showed. Numbers are part of the format.</summary>
public enum AuditFaultKind : byte
{
    /// <summary>Nothing was shown.</summary>
    Silent = 1,

    /// <summary>Something was shown, and not all that was drawn.</summary>
    Failed = 2,
}

/// <summary>
/// An audit that a node did not pass, as the log's state keeps it: kind u8 | in a row u32 | since u64 | judged u64 | draws u16 | failed u16 | answers root 32.
/// The chain reads it under an anchored root and fines for it.
/// </summary>
/// <param name="InARow">Audits of this kind without another between them, this one included.</param>
/// <param name="SinceMs">Log time of the seed of the first of them.</param>
/// <param name="JudgedMs">Log time of the verdict.</param>
/// <param name="Draws">That the node was asked for.</param>
/// <param name="Failed">Of them.</param>
/// <param name="AnswersRoot">Of what it showed; zero where that was nothing.</param>
public readonly record struct AuditFault(AuditFaultKind Kind, uint InARow, ulong SinceMs, ulong JudgedMs, ushort Draws, ushort Failed, Hash256 AnswersRoot)
{
    public void Write(LogWriter writer) => writer.U8((byte)Kind).U32(InARow).U64(SinceMs).U64(JudgedMs).U16(Draws).U16(Failed).Hash(AnswersRoot);

    /// <summary>A slice of the input; faults are the reader's.</summary>
    public static AuditFault Read(ref LogReader reader)
    {
        AuditFault read = new((AuditFaultKind)reader.U8((byte)AuditFaultKind.Failed), reader.U32(), reader.U64(), reader.U64(), reader.U16(), reader.U16(), reader.Hash());
        if (read.Kind == 0) reader.Fail(LogFault.Value);
        return read;
    }
}
