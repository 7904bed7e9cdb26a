using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;

namespace Dsdn.Modules.Economics;

/// <summary>Every key of the module's state. Ids are never reused.</summary>
internal static class EconomicsState
{
    public const byte Module = 8;

    public static readonly RecordTable<SingleKey, EconomicsParams> Params = new(Module, 1, "params", "-", "parameters");

    public static readonly ScalarTable<SingleKey> Treasury = new(Module, RecordKey.ScalarBit | 2, "treasury", "-", "base units");

    public static readonly RecordTable<SingleKey, StreamRow> RewardPool = new(Module, 3, "rewardPool", "-", "total, paid, startMs, durationMs");

    public static readonly RecordTable<AddressNumberKey, StreamRow> Grants = new(Module, 4, "grants", "beneficiary, number", "total, paid, startMs, durationMs");

    /// <summary>Sum over all grants of what has not been claimed.</summary>
    public static readonly ScalarTable<SingleKey> GrantsLeft = new(Module, RecordKey.ScalarBit | 5, "grantsLeft", "-", "base units");

    public static readonly IReadOnlyList<TableDeclaration> All = [
        Params.Declaration, Treasury.Declaration, RewardPool.Declaration, Grants.Declaration, GrantsLeft.Declaration];

    public static EconomicsParams ReadParams(ModuleContext context) => Required(Params.Find(context, default));

    public static StreamRow ReadRewardPool(ModuleContext context) => Required(RewardPool.Find(context, default));

    public static Amount ReadTreasury(ModuleContext context) => Treasury.GetAmount(context, default);

    private static T Required<T>(T? row) where T : class => row ?? throw new StateCorruptException("economics has no genesis");
}
