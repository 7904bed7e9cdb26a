// Generated from the module's declaration; do not edit.
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;

namespace Dsdn.Sdk.Modules.Generated;

/// <summary>Validators and the stake behind them: bonding, delegation, unbonding, rewards by share, and the set that votes in each epoch.</summary>
public static class StakingClient
{
    public static readonly Address Address = Address.Parse("0x0000000000000000000000000000000000000800");

    private static readonly AbiFunction CreateValidatorFunction = AbiSignature.Function("function createValidator(bytes32 consensusKey, bytes proof, uint16 commissionBps, address payout) payable");

    /// <summary>Registers the caller as a validator; the value is its self-bond. The proof is an Ed25519 signature over tag | chain id | operator | key. A zero payout means the caller.</summary>
    public static ModuleCall CreateValidator(Amount value, Hash256 consensusKey, byte[] proof, ulong commissionBps, Address payout) =>
        new(Address, value, CreateValidatorFunction.EncodeCall(consensusKey, proof, commissionBps, payout));

    private static readonly AbiFunction EditValidatorFunction = AbiSignature.Function("function editValidator(uint16 commissionBps, address payout)");

    /// <summary>Changes commission (one step a day) and payout address; a zero payout keeps the old one.</summary>
    public static ModuleCall EditValidator(ulong commissionBps, Address payout) =>
        new(Address, Amount.Zero, EditValidatorFunction.EncodeCall(commissionBps, payout));

    private static readonly AbiFunction RotateKeyFunction = AbiSignature.Function("function rotateKey(bytes32 newKey, bytes proof)");

    /// <summary>Replaces the consensus key, once an epoch, voting from the next. The old key stays mapped to the operator.</summary>
    public static ModuleCall RotateKey(Hash256 newKey, byte[] proof) =>
        new(Address, Amount.Zero, RotateKeyFunction.EncodeCall(newKey, proof));

    private static readonly AbiFunction BondFunction = AbiSignature.Function("function bond() payable");

    /// <summary>Adds the value to the caller's own validator.</summary>
    public static ModuleCall Bond(Amount value) =>
        new(Address, value, BondFunction.EncodeCall());

    private static readonly AbiFunction DelegateFunction = AbiSignature.Function("function delegate(address validator) payable");

    /// <summary>Stakes the value with a validator.</summary>
    public static ModuleCall Delegate(Amount value, Address validator) =>
        new(Address, value, DelegateFunction.EncodeCall(validator));

    private static readonly AbiFunction UnbondFunction = AbiSignature.Function("function unbond(address validator, uint256 amount) returns (uint64 maturesAtMs)");

    /// <summary>Takes stake out of a validator; it can be withdrawn after the unbonding time.</summary>
    public static ModuleCall Unbond(Address validator, Uint256 amount) =>
        new(Address, Amount.Zero, UnbondFunction.EncodeCall(validator, amount));

    private static readonly AbiFunction RedelegateFunction = AbiSignature.Function("function redelegate(address source, address destination, uint256 amount) returns (uint64 maturesAtMs)");

    /// <summary>Moves stake to another validator at once; it cannot move again within the unbonding time.</summary>
    public static ModuleCall Redelegate(Address source, Address destination, Uint256 amount) =>
        new(Address, Amount.Zero, RedelegateFunction.EncodeCall(source, destination, amount));

    private static readonly AbiFunction WithdrawFunction = AbiSignature.Function("function withdraw() returns (uint256 amount)");

    /// <summary>Pays out unbonded stake that is due, up to 16 entries.</summary>
    public static ModuleCall Withdraw() =>
        new(Address, Amount.Zero, WithdrawFunction.EncodeCall());

    private static readonly AbiFunction ClaimRewardsFunction = AbiSignature.Function("function claimRewards(address validator) returns (uint256 amount)");

    /// <summary>Pays the caller's rewards from one validator.</summary>
    public static ModuleCall ClaimRewards(Address validator) =>
        new(Address, Amount.Zero, ClaimRewardsFunction.EncodeCall(validator));

    private static readonly AbiFunction ClaimCommissionFunction = AbiSignature.Function("function claimCommission() returns (uint256 amount)");

    /// <summary>Pays the operator its commission.</summary>
    public static ModuleCall ClaimCommission() =>
        new(Address, Amount.Zero, ClaimCommissionFunction.EncodeCall());

    private static readonly AbiFunction UnjailFunction = AbiSignature.Function("function unjail()");

    /// <summary>Lets a jailed validator be chosen again from the next epoch.</summary>
    public static ModuleCall Unjail() =>
        new(Address, Amount.Zero, UnjailFunction.EncodeCall());

    private static readonly AbiFunction SettleFunction = AbiSignature.Function("function settle(address delegator, address validator)");

    /// <summary>Takes what redelegated stake owes for slashes of its former validator.</summary>
    public static ModuleCall Settle(Address delegator, Address validator) =>
        new(Address, Amount.Zero, SettleFunction.EncodeCall(delegator, validator));

    private static readonly AbiFunction ValidatorFunction = AbiSignature.Function("function validator(address operator) view returns ((address operator, bytes32 consensusKey, address payout, uint16 commissionBps, uint256 stake, uint256 selfBond, uint64 power, bool jailed, uint64 jailedUntilMs, uint256 commissionOwed) validator)");

    /// <summary>One validator.</summary>
    public static ModuleQuery<StakingValidatorRow> Validator(Address @operator) =>
        new(Address, ValidatorFunction, ValidatorFunction.EncodeCall(@operator), values => new StakingValidatorRow(values[0].Items[0].Address, values[0].Items[1].Hash, values[0].Items[2].Address, values[0].Items[3].UInt64, values[0].Items[4].Word, values[0].Items[5].Word, values[0].Items[6].UInt64, values[0].Items[7].Bool, values[0].Items[8].UInt64, values[0].Items[9].Word));

    private static readonly AbiFunction ValidatorsFunction = AbiSignature.Function("function validators(address start, uint64 limit) view returns ((address operator, bytes32 consensusKey, address payout, uint16 commissionBps, uint256 stake, uint256 selfBond, uint64 power, bool jailed, uint64 jailedUntilMs, uint256 commissionOwed)[] page, address next)");

    /// <summary>Validators in order of their operator, from start; next is zero at the end.</summary>
    public static ModuleQuery<StakingValidatorsResult> Validators(Address start, ulong limit) =>
        new(Address, ValidatorsFunction, ValidatorsFunction.EncodeCall(start, limit), values => new(values[0].Items.Select(item => new StakingValidatorRow(item.Items[0].Address, item.Items[1].Hash, item.Items[2].Address, item.Items[3].UInt64, item.Items[4].Word, item.Items[5].Word, item.Items[6].UInt64, item.Items[7].Bool, item.Items[8].UInt64, item.Items[9].Word)).ToArray(), values[1].Address));

    private static readonly AbiFunction ValidatorSetFunction = AbiSignature.Function("function validatorSet() view returns (uint64 fromHeight, (address operator, bytes32 consensusKey, uint64 power, address payout)[] members)");

    /// <summary>The set that votes on the next block.</summary>
    public static ModuleQuery<StakingValidatorSetResult> ValidatorSet() =>
        new(Address, ValidatorSetFunction, ValidatorSetFunction.EncodeCall(), values => new(values[0].UInt64, values[1].Items.Select(item => new StakingValidatorSetRow(item.Items[0].Address, item.Items[1].Hash, item.Items[2].UInt64, item.Items[3].Address)).ToArray()));

    private static readonly AbiFunction OperatorOfKeyFunction = AbiSignature.Function("function operatorOfKey(bytes32 consensusKey) view returns (address operator, uint64 fromHeight, uint64 toHeight)");

    /// <summary>Who answers for a consensus key, now or formerly.</summary>
    public static ModuleQuery<StakingOperatorOfKeyResult> OperatorOfKey(Hash256 consensusKey) =>
        new(Address, OperatorOfKeyFunction, OperatorOfKeyFunction.EncodeCall(consensusKey), values => new(values[0].Address, values[1].UInt64, values[2].UInt64));

    private static readonly AbiFunction DelegationFunction = AbiSignature.Function("function delegation(address delegator, address validator) view returns (uint256 amount, uint256 shares, uint256 rewards)");

    /// <summary>One delegation: what it is worth, its shares, its unclaimed rewards.</summary>
    public static ModuleQuery<StakingDelegationResult> Delegation(Address delegator, Address validator) =>
        new(Address, DelegationFunction, DelegationFunction.EncodeCall(delegator, validator), values => new(values[0].Word, values[1].Word, values[2].Word));

    private static readonly AbiFunction DelegationsFunction = AbiSignature.Function("function delegations(address delegator, address start, uint64 limit) view returns ((address validator, uint256 amount, uint256 shares, uint256 rewards)[] page, address next)");

    /// <summary>Delegations of an account in order of the validator.</summary>
    public static ModuleQuery<StakingDelegationsResult> Delegations(Address delegator, Address start, ulong limit) =>
        new(Address, DelegationsFunction, DelegationsFunction.EncodeCall(delegator, start, limit), values => new(values[0].Items.Select(item => new StakingDelegationsRow(item.Items[0].Address, item.Items[1].Word, item.Items[2].Word, item.Items[3].Word)).ToArray(), values[1].Address));

    private static readonly AbiFunction UnbondingsFunction = AbiSignature.Function("function unbondings(address delegator, uint64 limit) view returns ((address validator, uint256 amount, uint64 maturesAtMs)[] page)");

    /// <summary>Unbonding stake of an account, oldest first.</summary>
    public static ModuleQuery<StakingUnbondingsRow[]> Unbondings(Address delegator, ulong limit) =>
        new(Address, UnbondingsFunction, UnbondingsFunction.EncodeCall(delegator, limit), values => values[0].Items.Select(item => new StakingUnbondingsRow(item.Items[0].Address, item.Items[1].Word, item.Items[2].UInt64)).ToArray());

    private static readonly AbiFunction RewardsFunction = AbiSignature.Function("function rewards(address delegator, address validator) view returns (uint256 amount)");

    /// <summary>Unclaimed rewards of one delegation.</summary>
    public static ModuleQuery<Uint256> Rewards(Address delegator, Address validator) =>
        new(Address, RewardsFunction, RewardsFunction.EncodeCall(delegator, validator), values => values[0].Word);

    private static readonly AbiFunction TotalsFunction = AbiSignature.Function("function totals() view returns (uint256 staked, uint256 unbonding, uint256 rewardsOwed, uint256 epochFees)");

    /// <summary>What the module holds.</summary>
    public static ModuleQuery<StakingTotalsResult> Totals() =>
        new(Address, TotalsFunction, TotalsFunction.EncodeCall(), values => new(values[0].Word, values[1].Word, values[2].Word, values[3].Word));

    private static readonly AbiFunction EpochFunction = AbiSignature.Function("function epoch() view returns (uint64 number, uint64 startHeight, uint64 startMs, uint64 endHeight)");

    /// <summary>The running epoch.</summary>
    public static ModuleQuery<StakingEpochResult> Epoch() =>
        new(Address, EpochFunction, EpochFunction.EncodeCall(), values => new(values[0].UInt64, values[1].UInt64, values[2].UInt64, values[3].UInt64));

    private static readonly AbiFunction ParamsFunction = AbiSignature.Function("function params() view returns ((uint256 selfBondMin, uint256 delegationMin, uint64 unbondingMs, uint64 epochBlocks, uint64 validatorsMax, uint64 powerChangeDivisor, uint16 commissionDefaultBps, uint16 commissionMaxBps, uint16 commissionStepBps, uint64 commissionStepMs, uint64 livenessWindowBlocks, uint16 livenessMinBps, uint64 jailMs) params)");

    /// <summary>The parameters in force.</summary>
    public static ModuleQuery<StakingParamsRow> Params() =>
        new(Address, ParamsFunction, ParamsFunction.EncodeCall(), values => new StakingParamsRow(values[0].Items[0].Word, values[0].Items[1].Word, values[0].Items[2].UInt64, values[0].Items[3].UInt64, values[0].Items[4].UInt64, values[0].Items[5].UInt64, values[0].Items[6].UInt64, values[0].Items[7].UInt64, values[0].Items[8].UInt64, values[0].Items[9].UInt64, values[0].Items[10].UInt64, values[0].Items[11].UInt64, values[0].Items[12].UInt64));
}

/// <summary>Generated from the declaration of Staking.</summary>
public sealed record StakingDelegationResult(Uint256 Amount, Uint256 Shares, Uint256 Rewards);

/// <summary>Generated from the declaration of Staking.</summary>
public sealed record StakingDelegationsResult(StakingDelegationsRow[] Page, Address Next);

/// <summary>Generated from the declaration of Staking.</summary>
public sealed record StakingDelegationsRow(Address Validator, Uint256 Amount, Uint256 Shares, Uint256 Rewards);

/// <summary>Generated from the declaration of Staking.</summary>
public sealed record StakingEpochResult(ulong Number, ulong StartHeight, ulong StartMs, ulong EndHeight);

/// <summary>Generated from the declaration of Staking.</summary>
public sealed record StakingOperatorOfKeyResult(Address Operator, ulong FromHeight, ulong ToHeight);

/// <summary>Generated from the declaration of Staking.</summary>
public sealed record StakingParamsRow(Uint256 SelfBondMin, Uint256 DelegationMin, ulong UnbondingMs, ulong EpochBlocks, ulong ValidatorsMax, ulong PowerChangeDivisor, ulong CommissionDefaultBps, ulong CommissionMaxBps, ulong CommissionStepBps, ulong CommissionStepMs, ulong LivenessWindowBlocks, ulong LivenessMinBps, ulong JailMs);

/// <summary>Generated from the declaration of Staking.</summary>
public sealed record StakingTotalsResult(Uint256 Staked, Uint256 Unbonding, Uint256 RewardsOwed, Uint256 EpochFees);

/// <summary>Generated from the declaration of Staking.</summary>
public sealed record StakingUnbondingsRow(Address Validator, Uint256 Amount, ulong MaturesAtMs);

/// <summary>Generated from the declaration of Staking.</summary>
public sealed record StakingValidatorRow(Address Operator, Hash256 ConsensusKey, Address Payout, ulong CommissionBps, Uint256 Stake, Uint256 SelfBond, ulong Power, bool Jailed, ulong JailedUntilMs, Uint256 CommissionOwed);

/// <summary>Generated from the declaration of Staking.</summary>
public sealed record StakingValidatorSetResult(ulong FromHeight, StakingValidatorSetRow[] Members);

/// <summary>Generated from the declaration of Staking.</summary>
public sealed record StakingValidatorSetRow(Address Operator, Hash256 ConsensusKey, ulong Power, Address Payout);

/// <summary>Generated from the declaration of Staking.</summary>
public sealed record StakingValidatorsResult(StakingValidatorRow[] Page, Address Next);
