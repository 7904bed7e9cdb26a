using Dsdn.Chain.Log.Wire;

namespace Dsdn.Chain.Log.Events;

/// <summary>An audit begins: what nodes hold is frozen as of the batch before the event's place: epoch u64.</summary>
/// <param name="Epoch">One more than that of the audit before, from 1.</param>
public sealed record AuditOpened(ulong Epoch) : EventBody
{
    public override EventKind Kind => EventKind.AuditOpened;

    internal static EventBody Read(ref LogReader reader) => new AuditOpened(reader.U64());

    internal override void Write(LogWriter writer) => writer.U64(Epoch);
}
