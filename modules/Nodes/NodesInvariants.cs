using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Nodes;

internal static class NodesInvariants
{
    private const int RowsMax = 1_000_000;

    public static readonly IReadOnlyList<Invariant> All = [
        new("balance is the sum of stakes", Books),
        new("an active node has the stake of its class", Stakes),
        new("the index by operator holds exactly the nodes that have not left", Index)];

    private static IEnumerable<string> Books(ModuleContext context)
    {
        Amount staked = Amount.Zero;
        foreach ((_, NodeRow node) in NodesState.Nodes.Page(context, [], null, RowsMax)) staked += node.Stake;
        Amount booked = NodesState.Staked.GetAmount(context, default);
        if (staked != booked || context.Balance != booked) yield return $"balance {context.Balance}, booked {booked}, rows {staked}";
    }

    private static IEnumerable<string> Stakes(ModuleContext context)
    {
        NodesParams parameters = NodesState.ReadParams(context);
        foreach ((HashKey key, NodeRow node) in NodesState.Nodes.Page(context, [], null, RowsMax))
            if (node.Status == NodeStatus.Active && node.Stake < parameters.StakeMin(node.Class)) yield return $"{key.Hash}: stake {node.Stake}";
    }

    private static IEnumerable<string> Index(ModuleContext context)
    {
        SortedDictionary<Address, ulong> counts = [];
        foreach ((HashKey key, NodeRow node) in NodesState.Nodes.Page(context, [], null, RowsMax))
        {
            bool indexed = !NodesState.ByOperator.Get(context, new AddressHashKey(node.Operator, key.Hash)).IsZero;
            if (indexed == node.HasLeft) yield return $"{key.Hash}: left {node.HasLeft}, indexed {indexed}";
            counts[node.Operator] = counts.GetValueOrDefault(node.Operator) + (node.HasLeft ? 0UL : 1UL);
        }
        foreach ((Address nodeOperator, ulong count) in counts)
        {
            Uint256 booked = NodesState.Counts.Get(context, new AddressKey(nodeOperator));
            if (booked != (Uint256)count) yield return $"{nodeOperator}: {count} nodes, counted {booked}";
        }
    }
}
