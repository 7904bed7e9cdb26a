using Dsdn.Chain.Execution.Kernel;
using Dsdn.Modules.Committee.Published;
using Dsdn.Modules.Nodes.Published;
using Dsdn.Modules.Staking.Published;

namespace Dsdn.Modules.Slashing;

/// <summary>Module 5: what happens to validators that the evidence in blocks convicts, and to nodes that lost what they were to keep.</summary>
internal static class SlashingModule
{
    private const string PunishmentFields =
        "(address operator, uint64 height, uint64 infractionHeight, uint8 kind, bytes32 evidence, uint16 fractionBps, uint256 taken, bool jailed, uint64 times)";

    public static readonly ModuleDeclaration Declaration = new()
    {
        Number = SlashingState.Module,
        Name = "Slashing",
        Summary = "Punishes validators that signed two contradicting messages, on the evidence that blocks carry: jailed for good, a part of the stake to the treasury. Fines nodes for audits of the log that they did not pass, on proofs that anyone may bring.",
        Methods = [
            Method.Of<ReportStorage>("function reportStorage(bytes32 nodeId, uint64 audit, uint64 anchor, bytes leaf, bytes proof) returns (uint256 taken)",
                "Fines a node for an audit that it did not pass, proven under the state root of the anchor with this index.", ReportStorage.GasMax, Permission.Anyone),
            Method.Of<ReportLie>("function reportLie(bytes32 nodeId, bytes first, bytes second) returns (uint256 taken)",
                "Fines and bans a node that signed two contradicting answers for one leaf of an audit.", ReportLie.GasMax, Permission.Anyone),
            Method.View("function storageReport(bytes32 nodeId) view returns (uint64 lastAudit, uint64 lastMs, uint64 silentUntilMs, uint64 lastFailedAudit, uint64 failedFines, uint64 lastLie, uint64 reports, uint256 taken)",
                "What was reported of a node; all zero where nothing was.", 5_000, SlashingQueries.StorageReport),
            Method.View("function storageParams() view returns (uint64 silentMs, uint16 silentBps, uint64 silentCooldownMs, uint64 failedInARow, uint16 failedBps, uint64 failedCooldownMs, uint16 lieBps, uint64 banMs, uint64 freeMs)",
                "The parameters for storage in force.", 5_000, SlashingQueries.Storage),
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
        Uses = [StakeControl.Module, NodeControl.Module, CommitteeControl.Module],
    };
}
