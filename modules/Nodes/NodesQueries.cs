using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Nodes;

internal static class NodesQueries
{
    /// <summary>Rows of a page.</summary>
    public const int PageMax = 100;

    public static Outcome GetNode(ModuleContext context, Arguments arguments) =>
        Find(context, arguments.Hash(0), out Outcome refusal) is { } node ? Outcome.Return(Describe(arguments.Hash(0), node)) : refusal;

    public static Outcome GetStake(ModuleContext context, Arguments arguments) =>
        Find(context, arguments.Hash(0), out Outcome refusal) is { } node ? Outcome.Return(node.Stake) : refusal;

    public static Outcome GetNodeClass(ModuleContext context, Arguments arguments) =>
        Find(context, arguments.Hash(0), out Outcome refusal) is { } node ? Outcome.Return((ulong)node.Class) : refusal;

    /// <summary>Cooldown running now, its end, number of slashes, status: getSlashingStatus and checkSlashingStatus are one call with two names.</summary>
    public static Outcome SlashingStatus(ModuleContext context, Arguments arguments) =>
        Find(context, arguments.Hash(0), out Outcome refusal) is { } node
            ? Outcome.Return(context.Block.TimeMs < node.CooldownUntilMs, node.CooldownUntilMs, node.Slashes, (ulong)node.Status)
            : refusal;

    public static Outcome Nodes(ModuleContext context, Arguments arguments)
    {
        if (!IsPage(arguments.UInt64(1), out int limit)) return NodesErrors.PageTooLarge.With(PageMax);
        IReadOnlyList<(HashKey Key, NodeRow Row)> rows = NodesState.Nodes.Page(context, [], new HashKey(arguments.Hash(0)), limit + 1);
        AbiValue[] page = [.. rows.Take(limit).Where(row => !row.Row.HasLeft).Select(row => Describe(row.Key.Hash, row.Row))];
        return Outcome.Return(AbiValue.OfList(page), rows.Count > limit ? rows[limit].Key.Hash : Hash256.Zero);
    }

    public static Outcome NodesOf(ModuleContext context, Arguments arguments)
    {
        List<AbiValue> page = [];
        foreach ((AddressHashKey key, _) in NodesState.ByOperator.Page(context, arguments.Address(0).Span, null, PageMax))
            if (Find(context, key.Hash, out _) is { } node) page.Add(Describe(key.Hash, node));
        return Outcome.Return(AbiValue.OfList([.. page]));
    }

    public static Outcome Feed(ModuleContext context, Arguments arguments) =>
        Outcome.Return(NodesState.FeedSequence.Get(context, default), NodesState.Feed.Get(context, default));

    public static Outcome TotalStake(ModuleContext context, Arguments arguments) => Outcome.Return(NodesState.Staked.GetAmount(context, default));

    public static Outcome Params(ModuleContext context, Arguments arguments)
    {
        NodesParams p = NodesState.ReadParams(context);
        return Outcome.Return(p.RegularStakeMin, p.DataCenterStakeMin, p.UnbondingMs, p.NodesPerOperatorMax);
    }

    private static NodeRow? Find(ModuleContext context, Hash256 nodeId, out Outcome refusal)
    {
        refusal = Outcome.Done;
        if (NodesState.Nodes.Find(context, new HashKey(nodeId)) is { HasLeft: false } node) return node;
        refusal = NodesErrors.UnknownNode.With(nodeId);
        return null;
    }

    private static AbiValue Describe(Hash256 nodeId, NodeRow node) => AbiValue.OfList(
        nodeId, node.Operator, (ulong)node.Class, (ulong)node.Status, node.Stake, node.TlsFingerprint, node.Zone, node.RegisteredMs,
        node.StatusSinceMs, node.ExitDueMs, node.CooldownUntilMs, node.Slashes);

    private static bool IsPage(ulong asked, out int limit)
    {
        limit = (int)Math.Min(asked, PageMax + 1);
        return limit is >= 1 and <= PageMax;
    }
}
