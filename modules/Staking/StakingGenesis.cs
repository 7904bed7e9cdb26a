using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

/// <summary>A validator from block 0.</summary>
/// <param name="Proof">64-byte signature over <see cref="ProofOfPossession.ConsensusMessage"/>.</param>
/// <param name="Stake">Its self-bond; part of the module's balance at block 0.</param>
public sealed record GenesisValidator(
    Address Operator, Hash256 ConsensusKey, ReadOnlyMemory<byte> Proof, Address Payout, ulong CommissionBps, Amount Stake);

/// <summary>Initial state of module 0.</summary>
public sealed record StakingGenesis
{
    public StakingParams Params { get; init; } = new();

    public IReadOnlyList<GenesisValidator> Validators { get; init; } = [];

    public Amount Total => Validators.Aggregate(Amount.Zero, (sum, validator) => sum + validator.Stake);

    /// <summary>What the checker of a genesis has to refuse; empty where all is well.</summary>
    public IEnumerable<string> Faults(ulong chainId)
    {
        foreach (string fault in Params.Faults()) yield return "staking.params." + fault;
        if (Validators.Count == 0) yield return "staking.validators: at least one";
        if ((ulong)Validators.Count > Params.ValidatorsMax) yield return $"staking.validators: at most {Params.ValidatorsMax}";
        SortedSet<Address> operators = [];
        SortedSet<Hash256> keys = [];
        foreach (GenesisValidator validator in Validators)
        {
            string name = $"staking.validators[{validator.Operator}]";
            if (!operators.Add(validator.Operator)) yield return $"{name}: operator appears twice";
            if (!keys.Add(validator.ConsensusKey)) yield return $"{name}: consensus key appears twice";
            if (validator.Stake < Params.SelfBondMin) yield return $"{name}: stake below {Params.SelfBondMin}";
            if (validator.CommissionBps > Params.CommissionMaxBps) yield return $"{name}: commission above {Params.CommissionMaxBps}";
            if (!Ed25519.IsPrimeOrderKey(validator.ConsensusKey.Span)) yield return $"{name}: consensus key is not of prime order";
            else if (!Ed25519.Verify(ProofOfPossession.ConsensusMessage(chainId, validator.Operator, validator.ConsensusKey), validator.Proof.Span, validator.ConsensusKey.Span))
                yield return $"{name}: proof of possession does not verify";
        }
    }

    internal void Apply(ModuleContext context)
    {
        StakingState.Params.Set(context, default, Params);
        StakingState.Totals.Set(context, default, new TotalsRow(Amount.Zero, Amount.Zero, Amount.Zero));
        StakingState.Epoch.Set(context, default, new EpochRow(0, 0, context.Block.TimeMs));
        List<Validator> set = [];
        foreach (GenesisValidator genesis in Validators)
        {
            ValidatorRow row = new()
            {
                ConsensusKey = genesis.ConsensusKey,
                Payout = genesis.Payout.IsZero ? genesis.Operator : genesis.Payout,
                CommissionBps = genesis.CommissionBps,
                CommissionSinceMs = context.Block.TimeMs,
            };
            (row, _) = StakeLedger.Add(context, genesis.Operator, row, genesis.Operator, genesis.Stake);
            row = StakeLedger.Store(context, Params, genesis.Operator, row);
            StakingState.Keys.Set(context, new HashKey(genesis.ConsensusKey), new KeyRow(genesis.Operator, 0, 0));
            set.Add(new Validator(genesis.Operator, genesis.ConsensusKey.ToArray(), row.Power, row.Payout));
        }
        set.Sort(ValidatorSets.Order);
        StakeLedger.AddStaked(context, Total, default);
        StakingState.Sets.Set(context, new NumberKey(1), new SetRow(context.Block.TimeMs, 0, new ValidatorSet(set)));
        StakingState.CurrentSet.Set(context, default, Uint256.One);
    }
}
