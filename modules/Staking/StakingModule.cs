using Dsdn.Chain.Execution.Kernel;
using Dsdn.Modules.Economics.Published;

namespace Dsdn.Modules.Staking;

/// <summary>Module 0: validators, delegations, rewards and who votes.</summary>
internal static class StakingModule
{
    private const string ValidatorFields =
        "(address operator, bytes32 consensusKey, address payout, uint16 commissionBps, uint256 stake, uint256 selfBond, uint64 power, bool jailed, uint64 jailedUntilMs, uint256 commissionOwed)";

    private static readonly Permission Operator = new("operator of a validator");

    private static readonly Permission Delegator = new("owner of the stake");

    public static readonly ModuleDeclaration Declaration = new()
    {
        Number = StakingState.Module,
        Name = "Staking",
        Summary = "Validators and the stake behind them: bonding, delegation, unbonding, rewards by share, and the set that votes in each epoch.",
        Methods = [
            Method.Of<CreateValidator>("function createValidator(bytes32 consensusKey, bytes proof, uint16 commissionBps, address payout) payable",
                "Registers the caller as a validator; the value is its self-bond. The proof is an Ed25519 signature over tag | chain id | operator | key. A zero payout means the caller.",
                300_000, Permission.Anyone),
            Method.Of<EditValidator>("function editValidator(uint16 commissionBps, address payout)",
                "Changes commission (one step a day) and payout address; a zero payout keeps the old one.", 25_000, Operator),
            Method.Of<RotateKey>("function rotateKey(bytes32 newKey, bytes proof)",
                "Replaces the consensus key, once an epoch, voting from the next. The old key stays mapped to the operator.", 110_000, Operator),
            Method.Of<Bond>("function bond() payable", "Adds the value to the caller's own validator.", 100_000, Operator),
            Method.Of<Delegate>("function delegate(address validator) payable", "Stakes the value with a validator.", 100_000, Permission.Anyone),
            Method.Of<Unbond>("function unbond(address validator, uint256 amount) returns (uint64 maturesAtMs)",
                "Takes stake out of a validator; it can be withdrawn after the unbonding time.", 230_000, Delegator),
            Method.Of<Redelegate>("function redelegate(address source, address destination, uint256 amount) returns (uint64 maturesAtMs)",
                "Moves stake to another validator at once; it cannot move again within the unbonding time.", 260_000, Delegator),
            Method.Of<Withdraw>("function withdraw() returns (uint256 amount)", "Pays out unbonded stake that is due, up to 16 entries.", 330_000, Delegator),
            Method.Of<ClaimRewards>("function claimRewards(address validator) returns (uint256 amount)", "Pays the caller's rewards from one validator.", 65_000, Delegator),
            Method.Of<ClaimCommission>("function claimCommission() returns (uint256 amount)", "Pays the operator its commission.", 60_000, Operator),
            Method.Of<Unjail>("function unjail()", "Lets a jailed validator be chosen again from the next epoch.", 60_000, Operator),
            Method.Of<Settle>("function settle(address delegator, address validator)",
                "Takes what redelegated stake owes for slashes of its former validator.", 150_000, Permission.Anyone),
            Method.View("function validator(address operator) view returns (" + ValidatorFields + " validator)", "One validator.", 5_000, StakingQueries.Validator),
            Method.View("function validators(address start, uint64 limit) view returns (" + ValidatorFields + "[] page, address next)",
                "Validators in order of their operator, from start; next is zero at the end.", 230_000, StakingQueries.Validators),
            Method.View("function validatorSet() view returns (uint64 fromHeight, (address operator, bytes32 consensusKey, uint64 power, address payout)[] members)",
                "The set that votes on the next block.", 70_000, StakingQueries.ValidatorSet),
            Method.View("function operatorOfKey(bytes32 consensusKey) view returns (address operator, uint64 fromHeight, uint64 toHeight)",
                "Who answers for a consensus key, now or formerly.", 5_000, StakingQueries.OperatorOfKey),
            Method.View("function delegation(address delegator, address validator) view returns (uint256 amount, uint256 shares, uint256 rewards)",
                "One delegation: what it is worth, its shares, its unclaimed rewards.", 6_000, StakingQueries.Delegation),
            Method.View("function delegations(address delegator, address start, uint64 limit) view returns ((address validator, uint256 amount, uint256 shares, uint256 rewards)[] page, address next)",
                "Delegations of an account in order of the validator.", 440_000, StakingQueries.Delegations),
            Method.View("function unbondings(address delegator, uint64 limit) view returns ((address validator, uint256 amount, uint64 maturesAtMs)[] page)",
                "Unbonding stake of an account, oldest first.", 440_000, StakingQueries.Unbondings),
            Method.View("function rewards(address delegator, address validator) view returns (uint256 amount)", "Unclaimed rewards of one delegation.", 6_000, StakingQueries.Rewards),
            Method.View("function totals() view returns (uint256 staked, uint256 unbonding, uint256 rewardsOwed, uint256 epochFees)",
                "What the module holds.", 5_000, StakingQueries.Totals),
            Method.View("function epoch() view returns (uint64 number, uint64 startHeight, uint64 startMs, uint64 endHeight)", "The running epoch.", 6_000, StakingQueries.Epoch),
            Method.View("function params() view returns ((uint256 selfBondMin, uint256 delegationMin, uint64 unbondingMs, uint64 epochBlocks, uint64 validatorsMax, uint64 powerChangeDivisor, uint16 commissionDefaultBps, uint16 commissionMaxBps, uint16 commissionStepBps, uint64 commissionStepMs, uint64 livenessWindowBlocks, uint16 livenessMinBps, uint64 jailMs) params)",
                "The parameters in force.", 5_000, StakingQueries.Params),
        ],
        Events = StakingEvents.All,
        Errors = StakingErrors.All,
        Tables = StakingState.All,
        Invariants = StakingInvariants.All,
        Uses = [Treasury.Module],
    };
}
