using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Economics.Published;

namespace Dsdn.Modules.Staking.Published;

/// <summary>What other modules may do with validators: attribute a key, jail, slash.</summary>
internal static class StakeControl
{
    public const byte Module = StakingState.Module;

    /// <summary>Epochs of unbonding stake that a slash looks at: more than any unbonding time has.</summary>
    private const int PoolsMax = 1_024;

    private static readonly MoveReason Reason = MoveReason.Of("slashed");

    /// <summary>The operator who answered for a consensus key at a height; null where nobody did.</summary>
    public static Address? OperatorOf(ModuleContext caller, Hash256 consensusKey, ulong height)
    {
        ModuleContext own = caller.Enter(Module);
        if (StakingState.Keys.Find(own, new HashKey(consensusKey)) is not { } row || height < row.FromHeight) return null;
        return row.Operator;
    }

    /// <summary>Stops a validator from voting from the next block on. False where unknown, jailed already, or the last one.</summary>
    public static bool Jail(ModuleContext caller, Address validatorOperator, ulong untilMs, MoveReason reason) =>
        Jailing.Jail(caller.Enter(Module), validatorOperator, untilMs, reason);

    /// <summary>As <see cref="Jail"/>, never to end, also where a jail that ends had begun. False where unknown, or the last one.</summary>
    public static bool JailForGood(ModuleContext caller, Address validatorOperator, MoveReason reason) =>
        Jailing.JailForGood(caller.Enter(Module), validatorOperator, reason);

    public static bool IsJailedForGood(ModuleContext caller, Address validatorOperator) =>
        StakingState.Validators.Find(caller.Enter(Module), new AddressKey(validatorOperator)) is { IsJailed: true, JailedUntilMs: Jailing.ForGood };

    /// <summary>
    /// How a validator voted on a height: its entry in the set, the epoch, and when that epoch ended (null while it runs). Null
    /// where it did not vote, or where that is too long ago to be known. Reads only.
    /// </summary>
    public static (Validator Voter, ulong Epoch, ulong? EpochEndMs)? VoterAt(ModuleContext caller, Address validatorOperator, ulong height) =>
        Infractions.Find(caller.Enter(Module), validatorOperator, height);

    public static ulong UnbondingMs(ModuleContext caller) => StakingState.ReadParams(caller.Enter(Module)).UnbondingMs;

    /// <summary>Accounting of who signed <paramref name="height"/>; bit i of byte i/8 = validator i of the set that voted on it.</summary>
    public static void RecordSigners(ModuleContext caller, ulong height, ReadOnlySpan<byte> signers) =>
        Liveness.Record(caller.Enter(Module), height, signers);

    /// <summary>
    /// Takes a fraction, rounded up, of all stake that answered for <paramref name="infractionEpoch"/> to the treasury: what is bonded now,
    /// what began to unbond in that epoch or later, and (when next touched) what moved to other validators since.
    /// </summary>
    /// <param name="fractionBps">1 to 10,000.</param>
    /// <returns>What was taken at once.</returns>
    public static Amount Slash(ModuleContext caller, Address validatorOperator, ulong infractionEpoch, ulong fractionBps)
    {
        if (fractionBps is < 1 or > 10_000) throw new ArgumentOutOfRangeException(nameof(fractionBps));
        ModuleContext own = caller.Enter(Module);
        if (StakingState.Validators.Find(own, new AddressKey(validatorOperator)) is not { } validator) return Amount.Zero;
        Amount bonded = validator.Tokens.MulDiv(fractionBps, 10_000, Rounding.Up);
        Amount unbonding = SlashPools(own, validatorOperator, infractionEpoch, fractionBps);
        StakingState.Slashes.Set(own, new AddressNumberKey(validatorOperator, validator.Slashes), new SlashRow(own.Block.TimeMs, infractionEpoch, fractionBps));
        validator = validator with { Tokens = validator.Tokens - bonded, Slashes = validator.Slashes + 1 };
        StakeLedger.Store(own, StakingState.ReadParams(own), validatorOperator, validator);
        TotalsRow totals = StakingState.ReadTotals(own);
        StakingState.Totals.Set(own, default, totals with { Staked = totals.Staked - bonded, Unbonding = totals.Unbonding - unbonding });
        Treasury.Deposit(own, bonded + unbonding, Reason);
        own.Emit(StakingEvents.Slashed, validatorOperator, infractionEpoch, fractionBps, bonded + unbonding);
        return bonded + unbonding;
    }

    private static Amount SlashPools(ModuleContext own, Address validatorOperator, ulong infractionEpoch, ulong fractionBps)
    {
        Amount taken = Amount.Zero;
        AddressNumberKey from = new(validatorOperator, infractionEpoch);
        foreach ((AddressNumberKey key, UnbondingPoolRow pool) in StakingState.UnbondingPools.Page(own, validatorOperator.Span, from, PoolsMax))
        {
            Amount amount = pool.Tokens.MulDiv(fractionBps, 10_000, Rounding.Up);
            StakingState.UnbondingPools.Set(own, key, pool with { Tokens = pool.Tokens - amount });
            taken += amount;
        }
        return taken;
    }
}
