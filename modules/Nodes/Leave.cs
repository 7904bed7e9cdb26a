using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Nodes;

/// <summary>leave(nodeId): the node gets no more work and drains; its stake stays slashable for the unbonding time.</summary>
internal readonly record struct Leave(Hash256 NodeId) : IMessage<Leave>
{
    public static Leave Read(Arguments arguments) => new(arguments.Hash(0));

    public Outcome Check(in CallFacts call) => Outcome.Done;

    public Outcome Execute(ModuleContext context)
    {
        if (NodeLedger.FindOwn(context, NodeId, out Outcome refusal) is not { } node) return refusal;
        if (!NodeTransitions.IsAllowed(node.Status, NodeStatus.Leaving)) return NodesErrors.WrongStatus.With(NodeId, (ulong)node.Status);
        ulong dueMs = context.Block.TimeMs + NodesState.ReadParams(context).UnbondingMs;
        node = NodeLedger.WithStatus(context, NodeId, node, NodeStatus.Leaving) with { ExitDueMs = dueMs };
        NodeLedger.Store(context, NodeId, node);
        context.Emit(NodesEvents.LeaveBegun, NodeId, dueMs);
        return Outcome.Return(dueMs);
    }
}

/// <summary>withdraw(nodeId): pays the stake of a node whose unbonding time is over. The id does not serve again.</summary>
internal readonly record struct WithdrawStake(Hash256 NodeId) : IMessage<WithdrawStake>
{
    private static readonly MoveReason Reason = MoveReason.Of("node-left");

    public static WithdrawStake Read(Arguments arguments) => new(arguments.Hash(0));

    public Outcome Check(in CallFacts call) => Outcome.Done;

    public Outcome Execute(ModuleContext context)
    {
        if (NodeLedger.FindOwn(context, NodeId, out Outcome refusal) is not { } node) return refusal;
        if (node.Status != NodeStatus.Leaving) return NodesErrors.WrongStatus.With(NodeId, (ulong)node.Status);
        if (context.Block.TimeMs < node.ExitDueMs) return NodesErrors.ExitNotDue.With(NodeId, node.ExitDueMs);
        if (context.Block.TimeMs < node.CooldownUntilMs) return NodesErrors.CooldownActive.With(NodeId, node.CooldownUntilMs);
        AddressKey key = new(context.Caller);
        NodesState.ByOperator.Set(context, new AddressHashKey(context.Caller, NodeId), Uint256.Zero);
        NodesState.Counts.Set(context, key, NodesState.Counts.Get(context, key) - Uint256.One);
        NodeLedger.AddStaked(context, default, node.Stake);
        NodeLedger.Store(context, NodeId, node with { Stake = Amount.Zero, HasLeft = true });
        context.Pay(context.Caller, node.Stake, Reason);
        context.Emit(NodesEvents.Left, NodeId, context.Caller, node.Stake);
        return Outcome.Return(node.Stake);
    }
}
