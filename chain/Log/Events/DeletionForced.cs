using Dsdn.Chain.Log.Wire;

namespace Dsdn.Chain.Log.Events;

/// <summary>
/// A deletion that an owner asked the chain for, past coordinators that would not take it (rulings 43): the body is the record of the
/// Agreements feed as it is, type u8 = 3 | the body of a DeleteRequested. It counts like one; the chain checked who asked.
/// </summary>
public sealed record DeletionForced(DeleteRequested Request) : EventBody
{
    /// <summary>Tells the records of one feed apart.</summary>
    public const byte RecordType = 3;

    public override EventKind Kind => EventKind.DeletionForced;

    internal static EventBody Read(ref LogReader reader)
    {
        if (reader.U8() != RecordType) reader.Fail(LogFault.Value);
        return new DeletionForced((DeleteRequested)DeleteRequested.Read(ref reader));
    }

    internal override void Write(LogWriter writer) => Request.Write(writer.U8(RecordType));
}
