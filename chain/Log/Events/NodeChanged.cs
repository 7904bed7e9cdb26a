using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>
/// A change of the registry of nodes, derived from the module's feed: the body is the feed's record as it is, node id 32 | row to
/// the end. The kind is a function of the row before and this one: <see cref="KindOf"/>.
/// </summary>
public sealed record NodeChanged(Hash256 NodeId, NodeRecord Record, EventKind OfKind) : EventBody
{
    public override EventKind Kind => OfKind;

    /// <summary>Registered where there was no row; else a new status, else another stake, else anything else.</summary>
    public static EventKind KindOf(NodeRecord? before, NodeRecord after)
    {
        if (before is null) return EventKind.NodeRegistered;
        if (before.Status != after.Status || before.HasLeft != after.HasLeft) return EventKind.NodeStatus;
        return before.Stake == after.Stake ? EventKind.NodeUpdated : EventKind.StakeChanged;
    }

    internal static EventBody Read(ref LogReader reader, EventKind kind)
    {
        Hash256 nodeId = reader.Hash();
        ReadOnlyMemory<byte> row = reader.Bytes(reader.Left);
        if (NodeRecord.TryDecode(row.Span, out NodeRecord? record)) return new NodeChanged(nodeId, record, kind);
        reader.Fail(LogFault.Value);
        return Unreadable.Body;
    }

    internal override void Write(LogWriter writer) => writer.Hash(NodeId).Bytes(Record.Encode());
}
