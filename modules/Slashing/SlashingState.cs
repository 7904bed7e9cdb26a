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

    public static readonly IReadOnlyList<TableDeclaration> All = [Params.Declaration, Punishments.Declaration];

    public static SlashingParams ReadParams(ModuleContext context) =>
        Params.Find(context, default) ?? throw new StateCorruptException("slashing has no genesis");
}
