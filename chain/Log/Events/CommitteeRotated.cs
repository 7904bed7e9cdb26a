using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Wire;

namespace Dsdn.Chain.Log.Events;

/// <summary>The committee of an epoch: the body is the record of the Committee feed as it is, type u8 = 1 | the committee as it is hashed.</summary>
public sealed record CommitteeRotated(Committee Committee) : EventBody
{
    /// <summary>Tells the records of one feed apart.</summary>
    public const byte RecordType = 1;

    public override EventKind Kind => EventKind.CommitteeRotated;

    internal static EventBody Read(ref LogReader reader)
    {
        if (reader.U8() != RecordType) reader.Fail(LogFault.Value);
        return new CommitteeRotated(CommitteeCodec.Read(ref reader));
    }

    internal override void Write(LogWriter writer) => CommitteeCodec.Write(writer.U8(RecordType), Committee);
}
