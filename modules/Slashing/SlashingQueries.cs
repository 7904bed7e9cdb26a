using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Slashing;

internal static class SlashingQueries
{
    /// <summary>Rows of a page.</summary>
    public const int PageMax = 100;

    public static Outcome IsPunished(ModuleContext context, Arguments arguments) =>
        Outcome.Return(SlashingState.Punishments.Contains(context, new AddressKey(arguments.Address(0))));

    public static Outcome Punishment(ModuleContext context, Arguments arguments)
    {
        Address validatorOperator = arguments.Address(0);
        return SlashingState.Punishments.Find(context, new AddressKey(validatorOperator)) is { } row
            ? Outcome.Return(Describe(validatorOperator, row))
            : SlashingErrors.NeverPunished.With(validatorOperator);
    }

    public static Outcome Punishments(ModuleContext context, Arguments arguments)
    {
        if (arguments.UInt64(1) is < 1 or > PageMax) return SlashingErrors.PageTooLarge.With(PageMax);
        int limit = (int)arguments.UInt64(1);
        IReadOnlyList<(AddressKey Key, PunishmentRow Row)> rows = SlashingState.Punishments.Page(context, [], new AddressKey(arguments.Address(0)), limit + 1);
        AbiValue[] page = [.. rows.Take(limit).Select(row => Describe(row.Key.Address, row.Row))];
        return Outcome.Return(AbiValue.OfList(page), rows.Count > limit ? rows[limit].Key.Address : Address.Zero);
    }

    public static Outcome Params(ModuleContext context, Arguments arguments)
    {
        SlashingParams parameters = SlashingState.ReadParams(context);
        return Outcome.Return(parameters.DoubleSignBps, parameters.EvidenceBlocksMax);
    }

    public static Outcome StorageReport(ModuleContext context, Arguments arguments)
    {
        StorageRow row = SlashingState.StorageReports.Find(context, new HashKey(arguments.Hash(0))) ?? new StorageRow();
        return Outcome.Return(row.LastAudit, row.LastMs, row.SilentUntilMs, row.LastFailedAudit, row.FailedFines, row.LastLie, row.Reports, row.Taken);
    }

    public static Outcome Storage(ModuleContext context, Arguments arguments)
    {
        StorageParams storage = SlashingState.ReadStorageParams(context);
        return Outcome.Return(
            storage.SilentMs, storage.SilentBps, storage.SilentCooldownMs, storage.FailedInARow, storage.FailedBps, storage.FailedCooldownMs, storage.LieBps, storage.BanMs, storage.FreeMs);
    }

    private static AbiValue Describe(Address validatorOperator, PunishmentRow row) => AbiValue.OfList(
        validatorOperator, row.Height, row.InfractionHeight, row.Kind, row.Evidence, row.FractionBps, row.Taken, row.Jailed, row.Times);
}
