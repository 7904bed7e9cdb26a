using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Nodes;

/// <summary>Every write of a node passes here: row, sum of stakes, feed.</summary>
internal static class NodeLedger
{
    /// <summary>Writes the row and extends the feed with nodeId || row (rulings 36).</summary>
    public static void Store(ModuleContext context, Hash256 nodeId, NodeRow node)
    {
        NodesState.Nodes.Set(context, new HashKey(nodeId), node);
        byte[] row = RecordTable<HashKey, NodeRow>.Encode(node);
        byte[] preimage = new byte[(2 * Hash256.Size) + row.Length];
        NodesState.Feed.Get(context, default).WriteBigEndian(preimage);
        nodeId.CopyTo(preimage.AsSpan(Hash256.Size));
        row.CopyTo(preimage, 2 * Hash256.Size);
        Hash256 feed = context.Keccak256(preimage);
        ulong sequence = NodesState.FeedSequence.Get(context, default).ToUInt64() + 1;
        NodesState.Feed.Set(context, default, Uint256.FromBigEndian(feed.Span));
        NodesState.FeedSequence.Set(context, default, (Uint256)sequence);
        context.Emit(NodesEvents.FeedExtended, sequence, feed, preimage[Hash256.Size..]);
    }

    /// <summary>The node with another status, since now. The transition must be allowed.</summary>
    public static NodeRow WithStatus(ModuleContext context, Hash256 nodeId, NodeRow node, NodeStatus status)
    {
        if (!NodeTransitions.IsAllowed(node.Status, status)) throw new InvalidOperationException($"DSDN-E-INVARIANT: node status {node.Status} to {status}");
        context.Emit(NodesEvents.StatusChanged, nodeId, (ulong)node.Status, (ulong)status);
        return node with { Status = status, StatusSinceMs = context.Block.TimeMs };
    }

    public static void AddStaked(ModuleContext context, Amount added, Amount removed) =>
        NodesState.Staked.Set(context, default, NodesState.Staked.GetAmount(context, default) + added - removed);

    /// <summary>The caller's own node, unless it has left; otherwise the error to give.</summary>
    public static NodeRow? FindOwn(ModuleContext context, Hash256 nodeId, out Outcome refusal)
    {
        refusal = Outcome.Done;
        if (NodesState.Nodes.Find(context, new HashKey(nodeId)) is not { HasLeft: false } node)
        {
            refusal = NodesErrors.UnknownNode.With(nodeId);
            return null;
        }
        if (node.Operator == context.Caller) return node;
        refusal = NodesErrors.NotOperator.With(nodeId, node.Operator);
        return null;
    }
}
