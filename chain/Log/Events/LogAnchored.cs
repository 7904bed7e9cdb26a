using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Wire;

namespace Dsdn.Chain.Log.Events;

/// <summary>The chain accepted an anchor of this log: the body is the record of the Committee feed as it is, type u8 = 2 | the anchor as it was attested.</summary>
public sealed record LogAnchored(LogAnchor Anchor) : EventBody
{
    /// <summary>Tells the records of one feed apart.</summary>
    public const byte RecordType = 2;

    public override EventKind Kind => EventKind.LogAnchored;

    internal static EventBody Read(ref LogReader reader)
    {
        if (reader.U8() != RecordType) reader.Fail(LogFault.Value);
        return new LogAnchored(LogAnchorCodec.ReadStatement(ref reader));
    }

    internal override void Write(LogWriter writer) => LogAnchorCodec.WriteStatement(writer.U8(RecordType), Anchor);
}
