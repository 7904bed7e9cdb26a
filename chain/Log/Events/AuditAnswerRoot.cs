using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>A node has answered an audit and can no longer answer otherwise: epoch u64 | count u16 | answers root 32.</summary>
/// <param name="AnswersRoot">Of its <see cref="Audits.AnswerSheet"/>; not zero.</param>
public sealed record AuditAnswerRoot(ulong Epoch, ushort Count, Hash256 AnswersRoot) : EventBody
{
    public override EventKind Kind => EventKind.AuditAnswerRoot;

    internal static EventBody Read(ref LogReader reader)
    {
        AuditAnswerRoot read = new(reader.U64(), reader.U16(), reader.Hash());
        if (read.Count is 0 or > LogLimits.AuditDrawsMax || read.AnswersRoot.IsZero) reader.Fail(LogFault.Value);
        return read;
    }

    internal override void Write(LogWriter writer) => writer.U64(Epoch).U16(Count).Hash(AnswersRoot);
}
