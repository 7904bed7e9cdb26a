using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Wire;

namespace Dsdn.Chain.Log.Events;

/// <summary>The chain accepted an anchor of this log, derived from the module's feed: the body is the anchor as it was attested.</summary>
public sealed record LogAnchored(LogAnchor Anchor) : EventBody
{
    public override EventKind Kind => EventKind.LogAnchored;

    internal static EventBody Read(ref LogReader reader) => new LogAnchored(LogAnchorCodec.ReadStatement(ref reader));

    internal override void Write(LogWriter writer) => LogAnchorCodec.WriteStatement(writer, Anchor);
}
