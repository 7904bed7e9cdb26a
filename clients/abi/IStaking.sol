// SPDX-License-Identifier: Apache-2.0
// Generated from the module's declaration; do not edit.
pragma solidity ^0.8.20;

/// Validators and the stake behind them: bonding, delegation, unbonding, rewards by share, and the set that votes in each epoch.
interface IStaking {
    struct ValidatorRow {
        address operator;
        bytes32 consensusKey;
        address payout;
        uint16 commissionBps;
        uint256 stake;
        uint256 selfBond;
        uint64 power;
        bool jailed;
        uint64 jailedUntilMs;
        uint256 commissionOwed;
    }

    struct ValidatorSetRow {
        address operator;
        bytes32 consensusKey;
        uint64 power;
        address payout;
    }

    struct DelegationsRow {
        address validator;
        uint256 amount;
        uint256 shares;
        uint256 rewards;
    }

    struct UnbondingsRow {
        address validator;
        uint256 amount;
        uint64 maturesAtMs;
    }

    struct ParamsRow {
        uint256 selfBondMin;
        uint256 delegationMin;
        uint64 unbondingMs;
        uint64 epochBlocks;
        uint64 validatorsMax;
        uint64 powerChangeDivisor;
        uint16 commissionDefaultBps;
        uint16 commissionMaxBps;
        uint16 commissionStepBps;
        uint64 commissionStepMs;
        uint64 livenessWindowBlocks;
        uint16 livenessMinBps;
        uint64 jailMs;
    }

    /// No validator is registered under this operator. (DSDN-E-STAKING-NOT-A-VALIDATOR)
    error NotAValidator(address operator);

    /// The caller already operates a validator; use bond or editValidator. (DSDN-E-STAKING-ALREADY-VALIDATOR)
    error AlreadyValidator(address operator);

    /// The operator's own stake would be below the minimum. (DSDN-E-STAKING-SELF-BOND)
    error InsufficientSelfBond(uint256 required, uint256 given);

    /// The amount, or what would remain of the delegation, is below the minimum. (DSDN-E-STAKING-AMOUNT)
    error AmountTooSmall(uint256 required, uint256 given);

    /// Not a canonical Ed25519 public key of prime order. (DSDN-E-STAKING-KEY)
    error InvalidConsensusKey(bytes32 key);

    /// The signature does not prove that the caller holds this key. (DSDN-E-STAKING-PROOF)
    error InvalidProof(bytes32 key);

    /// The key belongs, or belonged, to a validator. (DSDN-E-STAKING-KEY-IN-USE)
    error KeyInUse(bytes32 key, address operator);

    /// The key was already changed in this epoch. (DSDN-E-STAKING-ROTATION)
    error RotationTooSoon(uint64 epoch);

    /// Commission above the cap. (DSDN-E-STAKING-COMMISSION)
    error CommissionTooHigh(uint16 maximumBps, uint16 givenBps);

    /// Commission moves at most one step in a day. (DSDN-E-STAKING-COMMISSION-STEP)
    error CommissionStep(uint16 stepMaxBps, uint64 nextChangeMs);

    /// A module cannot receive tips. (DSDN-E-STAKING-PAYOUT)
    error InvalidPayout(address payout);

    /// The delegation is worth less than that. (DSDN-E-STAKING-DELEGATION)
    error InsufficientDelegation(uint256 available, uint256 requested);

    /// All stake of the validator was slashed; it takes no more. (DSDN-E-STAKING-DRAINED)
    error ValidatorDrained(address operator);

    /// Source and destination are the same validator. (DSDN-E-STAKING-SAME-VALIDATOR)
    error SameValidator(address operator);

    /// Stake that arrived by redelegation moves on, or is joined by another source, only after the unbonding time. (DSDN-E-STAKING-REDELEGATION)
    error RedelegationPending(uint64 maturesAtMs);

    /// No unbonding of the caller is due. (DSDN-E-STAKING-NOTHING-TO-WITHDRAW)
    error NothingToWithdraw();

    /// No reward has accrued. (DSDN-E-STAKING-NOTHING-TO-CLAIM)
    error NothingToClaim();

    /// The validator is not jailed. (DSDN-E-STAKING-NOT-JAILED)
    error NotJailed(address operator);

    /// The validator is jailed until this time. (DSDN-E-STAKING-JAIL)
    error JailNotOver(uint64 untilMs);

    /// The validator signed two contradicting messages; it never votes again. (DSDN-E-STAKING-JAILED-FOR-GOOD)
    error JailedForGood(address operator);

    /// A page has 1 to this many rows. (DSDN-E-STAKING-PAGE)
    error PageTooLarge(uint256 maximum);

    /// The first four bytes of the data name no method of this module (data shorter than four bytes: zero-padded). (DSDN-E-CALL-UNKNOWN-METHOD)
    error UnknownMethod(bytes4 selector);

    /// The data behind the selector are not the canonical encoding of the arguments; position counts from the selector's end. (DSDN-E-CALL-INVALID-ARGUMENTS)
    error InvalidArguments(uint256 position);

    /// An amount above 2^128-1 base units. (DSDN-E-CALL-AMOUNT-TOO-LARGE)
    error AmountTooLarge(uint256 amount);

    /// Value was sent with a method that takes none. (DSDN-E-CALL-NOT-PAYABLE)
    error NotPayable();

    /// A read-only call reached a method or step that writes. (DSDN-E-CALL-STATIC)
    error StaticCall();

    /// A validator was registered.
    event ValidatorCreated(address indexed operator, bytes32 indexed consensusKey, uint16 commissionBps, address payout);

    /// Commission or payout address changed.
    event ValidatorEdited(address indexed operator, uint16 commissionBps, address payout);

    /// A validator changed its consensus key; the new one votes from the next epoch, the old one stays slashable.
    event KeyRotated(address indexed operator, bytes32 indexed oldKey, bytes32 indexed newKey);

    /// Stake was added; delegator and validator are equal for a self-bond.
    event Delegated(address indexed delegator, address indexed validator, uint256 amount, uint256 shares);

    /// Stake began to unbond.
    event Unbonded(address indexed delegator, address indexed validator, uint256 amount, uint64 maturesAtMs);

    /// Unbonded stake was paid out.
    event Withdrawn(address indexed delegator, uint256 amount, uint256 entries);

    /// Stake moved between validators without unbonding.
    event Redelegated(address indexed delegator, address indexed source, address indexed destination, uint256 amount, uint64 maturesAtMs);

    /// A delegator was paid its rewards.
    event RewardsClaimed(address indexed delegator, address indexed validator, uint256 amount);

    /// A validator was paid its commission.
    event CommissionClaimed(address indexed operator, uint256 amount);

    /// A validator stops voting from the next block.
    event Jailed(address indexed operator, uint64 untilMs, bytes32 reason);

    /// A validator may vote again from the next epoch.
    event Unjailed(address indexed operator);

    /// Fees and pool reward of the epoch were shared by voting power.
    event EpochEnded(uint64 indexed epoch, uint256 fees, uint256 poolReward, uint256 toTreasury);

    /// Another set votes from this height.
    event ValidatorSetChanged(uint64 indexed fromHeight, uint64 validators, uint64 power);

    /// Stake of a validator went to the treasury.
    event Slashed(address indexed operator, uint64 infractionEpoch, uint16 fractionBps, uint256 amount);

    /// Balance moved by a module; reason is ASCII text padded with zeros.
    event Moved(address indexed from, address indexed to, uint256 amount, bytes32 indexed reason);

    /// Registers the caller as a validator; the value is its self-bond. The proof is an Ed25519 signature over tag | chain id | operator | key. A zero payout means the caller.
    function createValidator(bytes32 consensusKey, bytes calldata proof, uint16 commissionBps, address payout) external payable;

    /// Changes commission (one step a day) and payout address; a zero payout keeps the old one.
    function editValidator(uint16 commissionBps, address payout) external;

    /// Replaces the consensus key, once an epoch, voting from the next. The old key stays mapped to the operator.
    function rotateKey(bytes32 newKey, bytes calldata proof) external;

    /// Adds the value to the caller's own validator.
    function bond() external payable;

    /// Stakes the value with a validator.
    function delegate(address validator) external payable;

    /// Takes stake out of a validator; it can be withdrawn after the unbonding time.
    function unbond(address validator, uint256 amount) external returns (uint64 maturesAtMs);

    /// Moves stake to another validator at once; it cannot move again within the unbonding time.
    function redelegate(address source, address destination, uint256 amount) external returns (uint64 maturesAtMs);

    /// Pays out unbonded stake that is due, up to 16 entries.
    function withdraw() external returns (uint256 amount);

    /// Pays the caller's rewards from one validator.
    function claimRewards(address validator) external returns (uint256 amount);

    /// Pays the operator its commission.
    function claimCommission() external returns (uint256 amount);

    /// Lets a jailed validator be chosen again from the next epoch.
    function unjail() external;

    /// Takes what redelegated stake owes for slashes of its former validator.
    function settle(address delegator, address validator) external;

    /// One validator.
    function validator(address operator) external view returns (ValidatorRow memory validator);

    /// Validators in order of their operator, from start; next is zero at the end.
    function validators(address start, uint64 limit) external view returns (ValidatorRow[] memory page, address next);

    /// The set that votes on the next block.
    function validatorSet() external view returns (uint64 fromHeight, ValidatorSetRow[] memory members);

    /// Who answers for a consensus key, now or formerly.
    function operatorOfKey(bytes32 consensusKey) external view returns (address operator, uint64 fromHeight, uint64 toHeight);

    /// One delegation: what it is worth, its shares, its unclaimed rewards.
    function delegation(address delegator, address validator) external view returns (uint256 amount, uint256 shares, uint256 rewards);

    /// Delegations of an account in order of the validator.
    function delegations(address delegator, address start, uint64 limit) external view returns (DelegationsRow[] memory page, address next);

    /// Unbonding stake of an account, oldest first.
    function unbondings(address delegator, uint64 limit) external view returns (UnbondingsRow[] memory page);

    /// Unclaimed rewards of one delegation.
    function rewards(address delegator, address validator) external view returns (uint256 amount);

    /// What the module holds.
    function totals() external view returns (uint256 staked, uint256 unbonding, uint256 rewardsOwed, uint256 epochFees);

    /// The running epoch.
    function epoch() external view returns (uint64 number, uint64 startHeight, uint64 startMs, uint64 endHeight);

    /// The parameters in force.
    function params() external view returns (ParamsRow memory params);
}

IStaking constant STAKING = IStaking(0x0000000000000000000000000000000000000800);
