using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Economics.Published;

namespace Dsdn.Modules.Nodes.Published;

/// <summary>What a caller may know of a node.</summary>
internal sealed record NodeFacts(Address Operator, NodeClass Class, NodeStatus Status, Amount Stake, ulong Zone, ulong CooldownUntilMs, ulong Slashes);

/// <summary>What other modules may do with service nodes: look, move between statuses, slash.</summary>
internal static class NodeControl
{
    public const byte Module = NodesState.Module;

    private static readonly MoveReason Reason = MoveReason.Of("node-slashed");

    /// <summary>Null where the node is unknown or has left.</summary>
    public static NodeFacts? Find(ModuleContext caller, Hash256 nodeId) =>
        NodesState.Nodes.Find(caller.Enter(Module), new HashKey(nodeId)) is { HasLeft: false } node
            ? new NodeFacts(node.Operator, node.Class, node.Status, node.Stake, node.Zone, node.CooldownUntilMs, node.Slashes)
            : null;

    /// <summary>False where the node is unknown or the transition is none of protocol.md 1.6.</summary>
    public static bool SetStatus(ModuleContext caller, Hash256 nodeId, NodeStatus status)
    {
        ModuleContext own = caller.Enter(Module);
        if (NodesState.Nodes.Find(own, new HashKey(nodeId)) is not { HasLeft: false } node || status == NodeStatus.Leaving) return false;
        if (!NodeTransitions.IsAllowed(node.Status, status)) return false;
        if (status == NodeStatus.Active && node.Stake < NodesState.ReadParams(own).StakeMin(node.Class)) return false;
        NodeLedger.Store(own, nodeId, NodeLedger.WithStatus(own, nodeId, node, status));
        return true;
    }

    /// <summary>As <see cref="SetStatus"/> to Banned.</summary>
    public static bool Ban(ModuleContext caller, Hash256 nodeId) => SetStatus(caller, nodeId, NodeStatus.Banned);

    /// <summary>
    /// Takes a fraction of the stake, rounded up, to the treasury and starts a cooldown. An active node that no longer has
    /// the stake of its class, or in a cooldown, is quarantined (protocol.md 1.6).
    /// </summary>
    /// <param name="fractionBps">1 to 10,000.</param>
    /// <returns>What was taken.</returns>
    public static Amount Slash(ModuleContext caller, Hash256 nodeId, ulong fractionBps, ulong cooldownUntilMs)
    {
        if (fractionBps is < 1 or > 10_000) throw new ArgumentOutOfRangeException(nameof(fractionBps));
        ModuleContext own = caller.Enter(Module);
        if (NodesState.Nodes.Find(own, new HashKey(nodeId)) is not { HasLeft: false } node) return Amount.Zero;
        Amount amount = node.Stake.MulDiv(fractionBps, 10_000, Rounding.Up);
        node = node with { Stake = node.Stake - amount, Slashes = node.Slashes + 1, CooldownUntilMs = Math.Max(node.CooldownUntilMs, cooldownUntilMs) };
        bool mayServe = node.Stake >= NodesState.ReadParams(own).StakeMin(node.Class) && node.CooldownUntilMs <= own.Block.TimeMs;
        if (node.Status == NodeStatus.Active && !mayServe) node = NodeLedger.WithStatus(own, nodeId, node, NodeStatus.Quarantined);
        NodeLedger.AddStaked(own, default, amount);
        NodeLedger.Store(own, nodeId, node);
        Treasury.Deposit(own, amount, Reason);
        own.Emit(NodesEvents.Slashed, nodeId, amount, node.CooldownUntilMs);
        return amount;
    }
}
