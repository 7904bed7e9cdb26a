using Dsdn.Chain.Execution.Kernel;
using Dsdn.Modules.Staking.Published;

namespace Dsdn.Modules.Slashing;

/// <summary>Module 5: what happens to validators that the evidence in blocks convicts.</summary>
internal static class SlashingModule
{
    private const string PunishmentFields =
        "(address operator, uint64 height, uint64 infractionHeight, uint8 kind, bytes32 evidence, uint16 fractionBps, uint256 taken, bool jailed, uint64 times)";

    public static readonly ModuleDeclaration Declaration = new()
    {
        Number = SlashingState.Module,
        Name = "Slashing",
        Summary = "Punishes validators that signed two contradicting messages, on the evidence that blocks carry: jailed for good, a part of the stake to the treasury.",
        Methods = [
            Method.View("function isPunished(address operator) view returns (bool punished)", "Whether a validator was ever punished for what it signed.", 5_000, SlashingQueries.IsPunished),
            Method.View("function punishment(address operator) view returns (" + PunishmentFields + " punishment)", "The last punishment of a validator.", 5_000, SlashingQueries.Punishment),
            Method.View("function punishments(address start, uint64 limit) view returns (" + PunishmentFields + "[] page, address next)",
                "Punished validators in order of their operator, from start; next is zero at the end.", 230_000, SlashingQueries.Punishments),
            Method.View("function params() view returns (uint16 doubleSignBps, uint64 evidenceBlocksMax)", "The parameters in force.", 5_000, SlashingQueries.Params),
        ],
        Events = SlashingEvents.All,
        Errors = SlashingErrors.All,
        Tables = SlashingState.All,
        Invariants = SlashingInvariants.All,
        Uses = [StakeControl.Module],
    };
}
