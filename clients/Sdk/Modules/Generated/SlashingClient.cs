// Generated from the module's declaration; do not edit.
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;

namespace Dsdn.Sdk.Modules.Generated;

/// <summary>Punishes validators that signed two contradicting messages, on the evidence that blocks carry: jailed for good, a part of the stake to the treasury. Fines nodes for audits of the log that they did not pass, on proofs that anyone may bring.</summary>
public static class SlashingClient
{
    public static readonly Address Address = Address.Parse("0x0000000000000000000000000000000000000805");

    private static readonly AbiFunction ReportStorageFunction = AbiSignature.Function("function reportStorage(bytes32 nodeId, uint64 audit, uint64 anchor, bytes leaf, bytes proof) returns (uint256 taken)");

    /// <summary>Fines a node for an audit that it did not pass, proven under the state root of the anchor with this index.</summary>
    public static ModuleCall ReportStorage(Hash256 nodeId, ulong audit, ulong anchor, byte[] leaf, byte[] proof) =>
        new(Address, Amount.Zero, ReportStorageFunction.EncodeCall(nodeId, audit, anchor, leaf, proof));

    private static readonly AbiFunction ReportLieFunction = AbiSignature.Function("function reportLie(bytes32 nodeId, bytes first, bytes second) returns (uint256 taken)");

    /// <summary>Fines and bans a node that signed two contradicting answers for one leaf of an audit.</summary>
    public static ModuleCall ReportLie(Hash256 nodeId, byte[] first, byte[] second) =>
        new(Address, Amount.Zero, ReportLieFunction.EncodeCall(nodeId, first, second));

    private static readonly AbiFunction StorageReportFunction = AbiSignature.Function("function storageReport(bytes32 nodeId) view returns (uint64 lastAudit, uint64 lastMs, uint64 silentUntilMs, uint64 lastFailedAudit, uint64 failedFines, uint64 lastLie, uint64 reports, uint256 taken)");

    /// <summary>What was reported of a node; all zero where nothing was.</summary>
    public static ModuleQuery<SlashingStorageReportResult> StorageReport(Hash256 nodeId) =>
        new(Address, StorageReportFunction, StorageReportFunction.EncodeCall(nodeId), values => new(values[0].UInt64, values[1].UInt64, values[2].UInt64, values[3].UInt64, values[4].UInt64, values[5].UInt64, values[6].UInt64, values[7].Word));

    private static readonly AbiFunction StorageParamsFunction = AbiSignature.Function("function storageParams() view returns (uint64 silentMs, uint16 silentBps, uint64 silentCooldownMs, uint64 failedInARow, uint16 failedBps, uint64 failedCooldownMs, uint16 lieBps, uint64 banMs, uint64 freeMs)");

    /// <summary>The parameters for storage in force.</summary>
    public static ModuleQuery<SlashingStorageParamsResult> StorageParams() =>
        new(Address, StorageParamsFunction, StorageParamsFunction.EncodeCall(), values => new(values[0].UInt64, values[1].UInt64, values[2].UInt64, values[3].UInt64, values[4].UInt64, values[5].UInt64, values[6].UInt64, values[7].UInt64, values[8].UInt64));

    private static readonly AbiFunction IsPunishedFunction = AbiSignature.Function("function isPunished(address operator) view returns (bool punished)");

    /// <summary>Whether a validator was ever punished for what it signed.</summary>
    public static ModuleQuery<bool> IsPunished(Address @operator) =>
        new(Address, IsPunishedFunction, IsPunishedFunction.EncodeCall(@operator), values => values[0].Bool);

    private static readonly AbiFunction PunishmentFunction = AbiSignature.Function("function punishment(address operator) view returns ((address operator, uint64 height, uint64 infractionHeight, uint8 kind, bytes32 evidence, uint16 fractionBps, uint256 taken, bool jailed, uint64 times) punishment)");

    /// <summary>The last punishment of a validator.</summary>
    public static ModuleQuery<SlashingPunishmentRow> Punishment(Address @operator) =>
        new(Address, PunishmentFunction, PunishmentFunction.EncodeCall(@operator), values => new SlashingPunishmentRow(values[0].Items[0].Address, values[0].Items[1].UInt64, values[0].Items[2].UInt64, values[0].Items[3].UInt64, values[0].Items[4].Hash, values[0].Items[5].UInt64, values[0].Items[6].Word, values[0].Items[7].Bool, values[0].Items[8].UInt64));

    private static readonly AbiFunction PunishmentsFunction = AbiSignature.Function("function punishments(address start, uint64 limit) view returns ((address operator, uint64 height, uint64 infractionHeight, uint8 kind, bytes32 evidence, uint16 fractionBps, uint256 taken, bool jailed, uint64 times)[] page, address next)");

    /// <summary>Punished validators in order of their operator, from start; next is zero at the end.</summary>
    public static ModuleQuery<SlashingPunishmentsResult> Punishments(Address start, ulong limit) =>
        new(Address, PunishmentsFunction, PunishmentsFunction.EncodeCall(start, limit), values => new(values[0].Items.Select(item => new SlashingPunishmentRow(item.Items[0].Address, item.Items[1].UInt64, item.Items[2].UInt64, item.Items[3].UInt64, item.Items[4].Hash, item.Items[5].UInt64, item.Items[6].Word, item.Items[7].Bool, item.Items[8].UInt64)).ToArray(), values[1].Address));

    private static readonly AbiFunction ParamsFunction = AbiSignature.Function("function params() view returns (uint16 doubleSignBps, uint64 evidenceBlocksMax)");

    /// <summary>The parameters in force.</summary>
    public static ModuleQuery<SlashingParamsResult> Params() =>
        new(Address, ParamsFunction, ParamsFunction.EncodeCall(), values => new(values[0].UInt64, values[1].UInt64));
}

/// <summary>Generated from the declaration of Slashing.</summary>
public sealed record SlashingParamsResult(ulong DoubleSignBps, ulong EvidenceBlocksMax);

/// <summary>Generated from the declaration of Slashing.</summary>
public sealed record SlashingPunishmentRow(Address Operator, ulong Height, ulong InfractionHeight, ulong Kind, Hash256 Evidence, ulong FractionBps, Uint256 Taken, bool Jailed, ulong Times);

/// <summary>Generated from the declaration of Slashing.</summary>
public sealed record SlashingPunishmentsResult(SlashingPunishmentRow[] Page, Address Next);

/// <summary>Generated from the declaration of Slashing.</summary>
public sealed record SlashingStorageParamsResult(ulong SilentMs, ulong SilentBps, ulong SilentCooldownMs, ulong FailedInARow, ulong FailedBps, ulong FailedCooldownMs, ulong LieBps, ulong BanMs, ulong FreeMs);

/// <summary>Generated from the declaration of Slashing.</summary>
public sealed record SlashingStorageReportResult(ulong LastAudit, ulong LastMs, ulong SilentUntilMs, ulong LastFailedAudit, ulong FailedFines, ulong LastLie, ulong Reports, Uint256 Taken);
