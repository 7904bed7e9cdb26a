using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Nodes;

/// <summary>
/// activate(nodeId): after a cooldown a banned node becomes Pending, and a pending or quarantined one with enough stake Active.
/// </summary>
internal readonly record struct Activate(Hash256 NodeId) : IMessage<Activate>
{
    public static Activate Read(Arguments arguments) => new(arguments.Hash(0));

    public Outcome Check(in CallFacts call) => Outcome.Done;

    public Outcome Execute(ModuleContext context)
    {
        if (NodeLedger.FindOwn(context, NodeId, out Outcome refusal) is not { } node) return refusal;
        if (node.Status is NodeStatus.Active or NodeStatus.Leaving) return NodesErrors.WrongStatus.With(NodeId, (ulong)node.Status);
        if (context.Block.TimeMs < node.CooldownUntilMs) return NodesErrors.CooldownActive.With(NodeId, node.CooldownUntilMs);
        Amount required = NodesState.ReadParams(context).StakeMin(node.Class);
        NodeStatus next = node.Status == NodeStatus.Banned ? NodeStatus.Pending : NodeStatus.Active;
        if (next == NodeStatus.Active && node.Stake < required) return NodesErrors.InsufficientStake.With(required, node.Stake);
        NodeLedger.Store(context, NodeId, NodeLedger.WithStatus(context, NodeId, node, next));
        return Outcome.Return((ulong)next);
    }
}
