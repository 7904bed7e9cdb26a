using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

/// <summary>Parameters of staking; in state, given by genesis, bounded field by field (rulings 18, 20).</summary>
public sealed record StakingParams : IRow<StakingParams>
{
    public static ulong Version => 1;

    public Amount SelfBondMin { get; init; } = Amount.Nusa(50_000);

    public Amount DelegationMin { get; init; } = Amount.Nusa(1);

    /// <summary>7 days; devnet 60 seconds.</summary>
    public ulong UnbondingMs { get; init; } = 7UL * 24 * 60 * 60 * 1000;

    /// <summary>Blocks of an epoch; devnet 60.</summary>
    public ulong EpochBlocks { get; init; } = 43_200;

    public ulong ValidatorsMax { get; init; } = 150;

    /// <summary>One part in so many of the voting power may leave in an epoch, and as much may join.</summary>
    public ulong PowerChangeDivisor { get; init; } = 3;

    public ulong CommissionDefaultBps { get; init; } = 2_000;

    public ulong CommissionMaxBps { get; init; } = 10_000;

    /// <summary>The most that commission moves at once.</summary>
    public ulong CommissionStepBps { get; init; } = 100;

    /// <summary>The least time between two moves.</summary>
    public ulong CommissionStepMs { get; init; } = 24UL * 60 * 60 * 1000;

    /// <summary>Blocks looked back on; devnet 60.</summary>
    public ulong LivenessWindowBlocks { get; init; } = 1_000;

    /// <summary>A validator that signed less of the window than this is jailed.</summary>
    public ulong LivenessMinBps { get; init; } = 5_000;

    /// <summary>The shortest jail after missing too many blocks; devnet 10 seconds.</summary>
    public ulong JailMs { get; init; } = 10UL * 60 * 1000;

    /// <summary>What is out of bounds, field by field; empty where all is well.</summary>
    public IEnumerable<string> Faults()
    {
        if (SelfBondMin < Amount.Nusa(1) || SelfBondMin > Amount.Nusa(10_000_000)) yield return "selfBondMin: 1 to 10,000,000 NUSA";
        if (DelegationMin < new Amount(1) || DelegationMin > SelfBondMin) yield return "delegationMin: 1 base unit to selfBondMin";
        if (UnbondingMs is < 1_000 or > 90UL * 24 * 60 * 60 * 1000) yield return "unbondingMs: 1 second to 90 days";
        if (EpochBlocks is < 1 or > 1_000_000) yield return "epochBlocks: 1 to 1,000,000";
        if (ValidatorsMax is < 1 or > 150) yield return "validatorsMax: 1 to 150";
        if (PowerChangeDivisor is < 1 or > 10) yield return "powerChangeDivisor: 1 to 10";
        if (CommissionMaxBps > 10_000) yield return "commissionMaxBps: at most 10,000";
        if (CommissionDefaultBps > CommissionMaxBps) yield return "commissionDefaultBps: at most commissionMaxBps";
        if (CommissionStepBps is < 1 or > 10_000) yield return "commissionStepBps: 1 to 10,000";
        if (CommissionStepMs > 365UL * 24 * 60 * 60 * 1000) yield return "commissionStepMs: at most a year";
        if (LivenessWindowBlocks is < 10 or > 10_000) yield return "livenessWindowBlocks: 10 to 10,000";
        if (LivenessMinBps > 10_000) yield return "livenessMinBps: at most 10,000";
        if (JailMs is < 1_000 or > 90UL * 24 * 60 * 60 * 1000) yield return "jailMs: 1 second to 90 days";
    }

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(SelfBondMin);
        writer.Write(DelegationMin);
        writer.Write(UnbondingMs);
        writer.Write(EpochBlocks);
        writer.Write(ValidatorsMax);
        writer.Write(PowerChangeDivisor);
        writer.Write(CommissionDefaultBps);
        writer.Write(CommissionMaxBps);
        writer.Write(CommissionStepBps);
        writer.Write(CommissionStepMs);
        writer.Write(LivenessWindowBlocks);
        writer.Write(LivenessMinBps);
        writer.Write(JailMs);
    }

    public static StakingParams ReadFields(ref RlpReader reader)
    {
        reader.TryReadAmount(out Amount selfBondMin);
        reader.TryReadAmount(out Amount delegationMin);
        reader.TryReadUInt64(out ulong unbondingMs);
        reader.TryReadUInt64(out ulong epochBlocks);
        reader.TryReadUInt64(out ulong validatorsMax);
        reader.TryReadUInt64(out ulong powerChangeDivisor);
        reader.TryReadUInt64(out ulong commissionDefaultBps);
        reader.TryReadUInt64(out ulong commissionMaxBps);
        reader.TryReadUInt64(out ulong commissionStepBps);
        reader.TryReadUInt64(out ulong commissionStepMs);
        reader.TryReadUInt64(out ulong livenessWindowBlocks);
        reader.TryReadUInt64(out ulong livenessMinBps);
        reader.TryReadUInt64(out ulong jailMs);
        return new StakingParams
        {
            SelfBondMin = selfBondMin, DelegationMin = delegationMin, UnbondingMs = unbondingMs, EpochBlocks = epochBlocks,
            ValidatorsMax = validatorsMax, PowerChangeDivisor = powerChangeDivisor, CommissionDefaultBps = commissionDefaultBps,
            CommissionMaxBps = commissionMaxBps, CommissionStepBps = commissionStepBps, CommissionStepMs = commissionStepMs,
            LivenessWindowBlocks = livenessWindowBlocks, LivenessMinBps = livenessMinBps, JailMs = jailMs,
        };
    }
}
