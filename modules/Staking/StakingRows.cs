using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

/// <summary>A validator. <see cref="Shares"/> of it are worth <see cref="Tokens"/> together; only slashing changes the rate.</summary>
internal sealed record ValidatorRow : IRow<ValidatorRow>
{
    public static ulong Version => 1;

    public required Hash256 ConsensusKey { get; init; }

    /// <summary>Epoch of the last key change.</summary>
    public ulong KeyEpoch { get; init; }

    public required Address Payout { get; init; }
    public required ulong CommissionBps { get; init; }
    public required ulong CommissionSinceMs { get; init; }
    public Amount Tokens { get; init; }
    public UInt128 Shares { get; init; }

    /// <summary>The operator's own part of <see cref="Shares"/>.</summary>
    public UInt128 SelfShares { get; init; }

    /// <summary>Rewards a share has earned since the beginning, times 2^128.</summary>
    public Uint256 RewardIndex { get; init; }

    /// <summary>Booked for delegators and not yet paid, with the dust of their roundings.</summary>
    public Amount RewardsOwed { get; init; }

    public Amount CommissionOwed { get; init; }

    /// <summary>What the index by power holds; zero = not eligible, not in the index.</summary>
    public ulong Power { get; init; }

    public bool IsJailed { get; init; }
    public ulong JailedUntilMs { get; init; }

    /// <summary>Slashes so far; numbers the rows of the slash table.</summary>
    public ulong Slashes { get; init; }

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(ConsensusKey);
        writer.Write(KeyEpoch);
        writer.Write(Payout);
        writer.Write(CommissionBps);
        writer.Write(CommissionSinceMs);
        writer.Write(Tokens);
        writer.Write(Shares);
        writer.Write(SelfShares);
        writer.Write(RewardIndex);
        writer.Write(RewardsOwed);
        writer.Write(CommissionOwed);
        writer.Write(Power);
        writer.Write(IsJailed);
        writer.Write(JailedUntilMs);
        writer.Write(Slashes);
    }

    public static ValidatorRow ReadFields(ref RlpReader reader)
    {
        reader.TryReadHash(out Hash256 consensusKey);
        reader.TryReadUInt64(out ulong keyEpoch);
        reader.TryReadAddress(out Address payout);
        reader.TryReadUInt64(out ulong commissionBps);
        reader.TryReadUInt64(out ulong commissionSinceMs);
        reader.TryReadAmount(out Amount tokens);
        reader.TryReadUInt128(out UInt128 shares);
        reader.TryReadUInt128(out UInt128 selfShares);
        reader.TryReadUint256(out Uint256 rewardIndex);
        reader.TryReadAmount(out Amount rewardsOwed);
        reader.TryReadAmount(out Amount commissionOwed);
        reader.TryReadUInt64(out ulong power);
        reader.TryReadBool(out bool isJailed);
        reader.TryReadUInt64(out ulong jailedUntilMs);
        reader.TryReadUInt64(out ulong slashes);
        return new ValidatorRow
        {
            ConsensusKey = consensusKey, KeyEpoch = keyEpoch, Payout = payout, CommissionBps = commissionBps, CommissionSinceMs = commissionSinceMs,
            Tokens = tokens, Shares = shares, SelfShares = selfShares, RewardIndex = rewardIndex, RewardsOwed = rewardsOwed,
            CommissionOwed = commissionOwed, Power = power, IsJailed = isJailed, JailedUntilMs = jailedUntilMs, Slashes = slashes,
        };
    }
}

/// <param name="RewardIndex">The validator's index up to which rewards are in <paramref name="Unclaimed"/>.</param>
internal sealed record DelegationRow(UInt128 Shares, Uint256 RewardIndex, Amount Unclaimed) : IRow<DelegationRow>
{
    public static ulong Version => 1;

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(Shares);
        writer.Write(RewardIndex);
        writer.Write(Unclaimed);
    }

    public static DelegationRow ReadFields(ref RlpReader reader)
    {
        reader.TryReadUInt128(out UInt128 shares);
        reader.TryReadUint256(out Uint256 rewardIndex);
        reader.TryReadAmount(out Amount unclaimed);
        return new DelegationRow(shares, rewardIndex, unclaimed);
    }
}

/// <summary>Stake of one validator that began to unbond in one epoch. Slashed as one, so a slash never loops over delegators.</summary>
internal sealed record UnbondingPoolRow(Amount Tokens, UInt128 Shares) : IRow<UnbondingPoolRow>
{
    public static ulong Version => 1;

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(Tokens);
        writer.Write(Shares);
    }

    public static UnbondingPoolRow ReadFields(ref RlpReader reader)
    {
        reader.TryReadAmount(out Amount tokens);
        reader.TryReadUInt128(out UInt128 shares);
        return new UnbondingPoolRow(tokens, shares);
    }
}

/// <param name="PoolShares">Part of the pool of (validator, <paramref name="Epoch"/>).</param>
internal sealed record UnbondingRow(ulong Epoch, UInt128 PoolShares, ulong MaturesAtMs) : IRow<UnbondingRow>
{
    public static ulong Version => 1;

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(Epoch);
        writer.Write(PoolShares);
        writer.Write(MaturesAtMs);
    }

    public static UnbondingRow ReadFields(ref RlpReader reader)
    {
        reader.TryReadUInt64(out ulong epoch);
        reader.TryReadUInt128(out UInt128 poolShares);
        reader.TryReadUInt64(out ulong maturesAtMs);
        return new UnbondingRow(epoch, poolShares, maturesAtMs);
    }
}

/// <summary>Stake that came from another validator and is still liable for what that one did until <paramref name="Epoch"/>.</summary>
/// <param name="Shares">At the destination.</param>
/// <param name="SlashesSeen">Slashes of the source already taken into account.</param>
internal sealed record RedelegationRow(Address Source, ulong Epoch, UInt128 Shares, ulong MaturesAtMs, ulong SlashesSeen) : IRow<RedelegationRow>
{
    public static ulong Version => 1;

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(Source);
        writer.Write(Epoch);
        writer.Write(Shares);
        writer.Write(MaturesAtMs);
        writer.Write(SlashesSeen);
    }

    public static RedelegationRow ReadFields(ref RlpReader reader)
    {
        reader.TryReadAddress(out Address source);
        reader.TryReadUInt64(out ulong epoch);
        reader.TryReadUInt128(out UInt128 shares);
        reader.TryReadUInt64(out ulong maturesAtMs);
        reader.TryReadUInt64(out ulong slashesSeen);
        return new RedelegationRow(source, epoch, shares, maturesAtMs, slashesSeen);
    }
}

/// <summary>One slash of a validator: when, and what share of the stake that answered for an epoch was taken.</summary>
internal sealed record SlashRow(ulong AtMs, ulong InfractionEpoch, ulong FractionBps) : IRow<SlashRow>
{
    public static ulong Version => 1;

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(AtMs);
        writer.Write(InfractionEpoch);
        writer.Write(FractionBps);
    }

    public static SlashRow ReadFields(ref RlpReader reader)
    {
        reader.TryReadUInt64(out ulong atMs);
        reader.TryReadUInt64(out ulong infractionEpoch);
        reader.TryReadUInt64(out ulong fractionBps);
        return new SlashRow(atMs, infractionEpoch, fractionBps);
    }
}

/// <summary>Who answers for a consensus key. Kept for ever: a key never serves twice, and old signatures stay attributable.</summary>
/// <param name="ToHeight">The block in which it was replaced; zero while current.</param>
internal sealed record KeyRow(Address Operator, ulong FromHeight, ulong ToHeight) : IRow<KeyRow>
{
    public static ulong Version => 1;

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(Operator);
        writer.Write(FromHeight);
        writer.Write(ToHeight);
    }

    public static KeyRow ReadFields(ref RlpReader reader)
    {
        reader.TryReadAddress(out Address keyOperator);
        reader.TryReadUInt64(out ulong fromHeight);
        reader.TryReadUInt64(out ulong toHeight);
        return new KeyRow(keyOperator, fromHeight, toHeight);
    }
}
