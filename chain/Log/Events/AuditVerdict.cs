using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>
/// What the committee saw of a node's answers: node 32 | epoch u64 | answers root 32 | draws u16 | passed bitmap | late bitmap. Who has the answers
/// can tell whether it is true, and anyone who has the log can get them for seven days.
/// </summary>
/// <param name="AnswersRoot">Of what was shown; zero: nothing was.</param>
/// <param name="Passed">By draw.</param>
/// <param name="Late">Of those, the ones that came after the soft deadline.</param>
public sealed record AuditVerdict(Hash256 NodeId, ulong Epoch, Hash256 AnswersRoot, ushort Draws, ReadOnlyMemory<byte> Passed, ReadOnlyMemory<byte> Late) : EventBody
{
    public override EventKind Kind => EventKind.AuditVerdict;

    public int PassedCount => Bitmap.Count(Passed.Span);

    public bool IsPass => PassedCount == Draws;

    internal static EventBody Read(ref LogReader reader)
    {
        Hash256 node = reader.Hash();
        ulong epoch = reader.U64();
        Hash256 root = reader.Hash();
        ushort draws = reader.U16();
        if (draws is 0 or > LogLimits.AuditDrawsMax) reader.Fail(LogFault.Value);
        int bytes = reader.Fault == LogFault.None ? Bitmap.BytesFor(draws) : 0;
        ReadOnlyMemory<byte> passed = reader.Bytes(bytes), late = reader.Bytes(bytes);
        if (reader.Fault == LogFault.None && !(Bitmap.IsCanonical(passed.Span, draws) && Bitmap.IsCanonical(late.Span, draws))) reader.Fail(LogFault.Bitmap);
        return new AuditVerdict(node, epoch, root, draws, passed, late);
    }

    internal override void Write(LogWriter writer) =>
        writer.Hash(NodeId).U64(Epoch).Hash(AnswersRoot).U16(Draws).Fixed(Passed.Span, Bitmap.BytesFor(Draws)).Fixed(Late.Span, Bitmap.BytesFor(Draws));
}
