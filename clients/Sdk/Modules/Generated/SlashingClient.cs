// Generated from the module's declaration; do not edit.
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;

namespace Dsdn.Sdk.Modules.Generated;

/// <summary>Punishes validators that signed two contradicting messages, on the evidence that blocks carry: jailed for good, a part of the stake to the treasury.</summary>
public static class SlashingClient
{
    public static readonly Address Address = Address.Parse("0x0000000000000000000000000000000000000805");

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
