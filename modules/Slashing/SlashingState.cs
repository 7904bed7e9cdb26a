using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.State;

namespace Dsdn.Modules.Slashing;

/// <summary>Every key of the module's state. Ids are never reused.</summary>
internal static class SlashingState
{
    public const byte Module = 5;

    public static readonly RecordTable<SingleKey, SlashingParams> Params = new(Module, 1, "params", "-", "parameters");

    /// <summary>The last one of each validator that was ever punished. Kept for ever.</summary>
    public static readonly RecordTable<AddressKey, PunishmentRow> Punishments = new(
        Module, 2, "punishments", "operator", "height, infractionHeight, kind, evidence, fractionBps, taken, jailed, times");

    /// <summary>Where genesis gave none, those that the code has are in force.</summary>
    public static readonly RecordTable<SingleKey, StorageParams> Storage = new(Module, 3, "storageParams", "-", "parameters of storage");

    public static readonly RecordTable<HashKey, StorageRow> StorageReports = new(
        Module, 4, "storageReports", "nodeId", "lastAudit, lastMs, silentUntilMs, lastFailedAudit, failedFines, failedSinceMs, lastLie, reports, taken");

    public static readonly IReadOnlyList<TableDeclaration> All = [Params.Declaration, Punishments.Declaration, Storage.Declaration, StorageReports.Declaration];

    public static StorageParams ReadStorageParams(ModuleContext context) => Storage.Find(context, default) ?? StorageParams.Default;

    public static SlashingParams ReadParams(ModuleContext context) =>
        Params.Find(context, default) ?? throw new StateCorruptException("slashing has no genesis");
}
