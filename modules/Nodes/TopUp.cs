using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Nodes;

/// <summary>topUp(nodeId), payable: adds stake. A node quarantined for too little stake is Active again when it has enough and no cooldown runs.</summary>
internal readonly record struct TopUp(Hash256 NodeId) : IMessage<TopUp>
{
    public static TopUp Read(Arguments arguments) => new(arguments.Hash(0));

    public Outcome Check(in CallFacts call) => call.Value.IsZero ? NodesErrors.NothingAdded.With() : Outcome.Done;

    public Outcome Execute(ModuleContext context)
    {
        if (NodeLedger.FindOwn(context, NodeId, out Outcome refusal) is not { } node) return refusal;
        if (node.Status is NodeStatus.Leaving or NodeStatus.Banned) return NodesErrors.WrongStatus.With(NodeId, (ulong)node.Status);
        node = node with { Stake = node.Stake + context.Value };
        bool mayServe = node.Stake >= NodesState.ReadParams(context).StakeMin(node.Class) && node.CooldownUntilMs <= context.Block.TimeMs;
        if (node.Status is NodeStatus.Pending or NodeStatus.Quarantined && mayServe) node = NodeLedger.WithStatus(context, NodeId, node, NodeStatus.Active);
        NodeLedger.AddStaked(context, context.Value, default);
        NodeLedger.Store(context, NodeId, node);
        context.Emit(NodesEvents.StakeChanged, NodeId, node.Stake);
        return Outcome.Done;
    }
}
