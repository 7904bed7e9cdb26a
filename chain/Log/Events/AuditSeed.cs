using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>
/// What the leaves of an open audit follow from, and from when nodes have to answer: epoch u64 | at seq u64 | height u64 | beacon 32 | draws u16. All of it is
/// known to the state already; it is said so that nobody needs the state to draw.
/// </summary>
/// <param name="AtSeq">Where the holdings froze.</param>
/// <param name="Height">Of the first anchored block that is late enough (rulings 31).</param>
/// <param name="Beacon">Its mixHash.</param>
/// <param name="Draws">Of a node that is not new.</param>
public sealed record AuditSeed(ulong Epoch, ulong AtSeq, ulong Height, Hash256 Beacon, ushort Draws) : EventBody
{
    public override EventKind Kind => EventKind.AuditSeed;

    internal static EventBody Read(ref LogReader reader) => new AuditSeed(reader.U64(), reader.U64(), reader.U64(), reader.Hash(), reader.U16());

    internal override void Write(LogWriter writer) => writer.U64(Epoch).U64(AtSeq).U64(Height).Hash(Beacon).U16(Draws);
}
