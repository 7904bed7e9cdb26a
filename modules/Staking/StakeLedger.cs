using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Economics.Published;

namespace Dsdn.Modules.Staking;

/// <summary>
/// Arithmetic of shares, rewards and power. Every rounding is against the one who acts and for those who stay; what no
/// share can claim goes to the treasury.
/// </summary>
internal static class StakeLedger
{
    private static readonly MoveReason RewardReason = MoveReason.Of("staking-rewards");
    private static readonly MoveReason DustReason = MoveReason.Of("reward-dust");

    public static Amount Worth(ValidatorRow validator, UInt128 shares)
    {
        if (validator.Tokens.BaseUnits == validator.Shares) return new Amount(shares); // never slashed: one for one, without the wide division
        return validator.Shares == 0 ? Amount.Zero : validator.Tokens.MulDiv(shares, validator.Shares, Rounding.Down);
    }

    /// <summary>Shares bought by an amount, rounded down.</summary>
    public static UInt128 SharesFor(ValidatorRow validator, Amount amount) =>
        validator.Shares == 0 ? amount.BaseUnits : new Amount(validator.Shares).MulDiv(amount.BaseUnits, validator.Tokens.BaseUnits, Rounding.Down).BaseUnits;

    /// <summary>The fewest shares worth at least an amount.</summary>
    public static UInt128 SharesToRemove(ValidatorRow validator, Amount amount) =>
        new Amount(validator.Shares).MulDiv(amount.BaseUnits, validator.Tokens.BaseUnits, Rounding.Up).BaseUnits;

    /// <summary>Books the rewards earned since the delegation was last touched.</summary>
    public static DelegationRow Settle(ValidatorRow validator, DelegationRow delegation)
    {
        if (delegation.RewardIndex == validator.RewardIndex) return delegation;
        Uint256 earned = (validator.RewardIndex - delegation.RewardIndex) * (Uint256)delegation.Shares;
        Amount reward = new(RewardIndexes.Unscale(earned));
        return delegation with { RewardIndex = validator.RewardIndex, Unclaimed = delegation.Unclaimed + reward };
    }

    /// <summary>Adds stake that already lies in the module. The validator's row is returned, not written.</summary>
    public static (ValidatorRow Validator, UInt128 Shares) Add(ModuleContext context, Address validatorOperator, ValidatorRow validator, Address delegator, Amount amount)
    {
        AddressPairKey key = new(delegator, validatorOperator);
        DelegationRow delegation = StakingState.Delegations.Find(context, key) is { } existing
            ? Settle(validator, existing)
            : new DelegationRow(0, validator.RewardIndex, Amount.Zero);
        UInt128 shares = SharesFor(validator, amount);
        StakingState.Delegations.Set(context, key, delegation with { Shares = delegation.Shares + shares });
        return (validator with
        {
            Tokens = validator.Tokens + amount,
            Shares = validator.Shares + shares,
            SelfShares = delegator == validatorOperator ? validator.SelfShares + shares : validator.SelfShares,
        }, shares);
    }

    /// <summary>Takes shares out of a settled delegation; the last share takes its unclaimed rewards with it.</summary>
    /// <returns>The validator's row (not written) and what the shares were worth.</returns>
    public static (ValidatorRow Validator, Amount Amount) Remove(
        ModuleContext context, Address validatorOperator, ValidatorRow validator, Address delegator, DelegationRow delegation, UInt128 shares)
    {
        AddressPairKey key = new(delegator, validatorOperator);
        Amount amount = Worth(validator, shares);
        UInt128 left = delegation.Shares - shares;
        validator = validator with
        {
            Tokens = validator.Tokens - amount,
            Shares = validator.Shares - shares,
            SelfShares = delegator == validatorOperator ? validator.SelfShares - shares : validator.SelfShares,
        };
        if (left > 0)
        {
            StakingState.Delegations.Set(context, key, delegation with { Shares = left });
            return (validator, amount);
        }
        StakingState.Delegations.Delete(context, key);
        validator = PayRewards(context, validator, delegator, validatorOperator, delegation.Unclaimed);
        return (validator.Shares == 0 ? SweepDust(context, validator) : validator, amount);
    }

    public static ValidatorRow PayRewards(ModuleContext context, ValidatorRow validator, Address delegator, Address validatorOperator, Amount reward)
    {
        if (reward.IsZero) return validator;
        AddOwed(context, default, reward);
        context.Pay(delegator, reward, RewardReason);
        context.Emit(StakingEvents.RewardsClaimed, delegator, validatorOperator, reward);
        return validator with { RewardsOwed = validator.RewardsOwed - reward };
    }

    /// <summary>Writes the row with its power, and moves it in the index by power where that changed.</summary>
    public static ValidatorRow Store(ModuleContext context, StakingParams parameters, Address validatorOperator, ValidatorRow validator)
    {
        ulong power = PowerOf(parameters, validator);
        if (power != validator.Power)
        {
            if (validator.Power > 0) StakingState.ByPower.Set(context, new PowerKey(validator.Power, validatorOperator), Uint256.Zero);
            if (power > 0) StakingState.ByPower.Set(context, new PowerKey(power, validatorOperator), Uint256.One);
            validator = validator with { Power = power };
        }
        StakingState.Validators.Set(context, new AddressKey(validatorOperator), validator);
        return validator;
    }

    public static void AddStaked(ModuleContext context, Amount added, Amount removed)
    {
        TotalsRow totals = StakingState.ReadTotals(context);
        StakingState.Totals.Set(context, default, totals with { Staked = totals.Staked + added - removed });
    }

    public static void AddOwed(ModuleContext context, Amount added, Amount removed)
    {
        TotalsRow totals = StakingState.ReadTotals(context);
        StakingState.Totals.Set(context, default, totals with { Owed = totals.Owed + added - removed });
    }

    /// <summary>Whole NUSA of stake, or zero for a validator that may not be chosen.</summary>
    private static ulong PowerOf(StakingParams parameters, ValidatorRow validator)
    {
        if (validator.IsJailed || Worth(validator, validator.SelfShares) < parameters.SelfBondMin) return 0;
        return (ulong)(validator.Tokens.BaseUnits / Amount.BaseUnitsPerNusa);
    }

    private static ValidatorRow SweepDust(ModuleContext context, ValidatorRow validator)
    {
        if (validator.RewardsOwed.IsZero) return validator;
        AddOwed(context, default, validator.RewardsOwed);
        Treasury.Deposit(context, validator.RewardsOwed, DustReason);
        return validator with { RewardsOwed = Amount.Zero };
    }
}

/// <summary>
/// Reward indexes count base units a share, times 2^128. All that was ever paid is below 2^89 base units, so an index stays
/// below 2^217, and so does an index difference times the shares that earned it.
/// </summary>
internal static class RewardIndexes
{
    private static readonly Uint256 Scale = new(0, 0, 1, 0);

    /// <summary>
    /// The index by which a reward raises each of <paramref name="shares"/>, rounded down, and what of it must be kept for
    /// them, rounded up: what they claim over many epochs at once may exceed the sum of the rounded-down parts.
    /// </summary>
    public static (Uint256 Increase, Amount Kept) Spread(Amount reward, UInt128 shares)
    {
        Uint256 increase = (Uint256)reward.BaseUnits * Scale / (Uint256)shares;
        Uint256 kept = Uint256.DivRem(increase * (Uint256)shares, Scale, out Uint256 remainder);
        return (increase, new Amount((remainder.IsZero ? kept : kept + Uint256.One).ToUInt128()));
    }

    /// <summary>Divided by 2^128, rounded down: the upper half of the word.</summary>
    public static UInt128 Unscale(Uint256 scaled)
    {
        Span<byte> word = stackalloc byte[Uint256.Size];
        scaled.WriteBigEndian(word);
        return Uint256.FromBigEndian(word[..16]).ToUInt128();
    }
}
