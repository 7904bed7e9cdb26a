using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Staking;

internal static class StakingErrors
{
    public static readonly ErrorDeclaration NotAValidator = new(
        "error NotAValidator(address operator)", "DSDN-E-STAKING-NOT-A-VALIDATOR", "No validator is registered under this operator.");

    public static readonly ErrorDeclaration AlreadyValidator = new(
        "error AlreadyValidator(address operator)", "DSDN-E-STAKING-ALREADY-VALIDATOR", "The caller already operates a validator; use bond or editValidator.");

    public static readonly ErrorDeclaration InsufficientSelfBond = new(
        "error InsufficientSelfBond(uint256 required, uint256 given)", "DSDN-E-STAKING-SELF-BOND", "The operator's own stake would be below the minimum.");

    public static readonly ErrorDeclaration AmountTooSmall = new(
        "error AmountTooSmall(uint256 required, uint256 given)", "DSDN-E-STAKING-AMOUNT", "The amount, or what would remain of the delegation, is below the minimum.");

    public static readonly ErrorDeclaration InvalidConsensusKey = new(
        "error InvalidConsensusKey(bytes32 key)", "DSDN-E-STAKING-KEY", "Not a canonical Ed25519 public key of prime order.");

    public static readonly ErrorDeclaration InvalidProof = new(
        "error InvalidProof(bytes32 key)", "DSDN-E-STAKING-PROOF", "The signature does not prove that the caller holds this key.");

    public static readonly ErrorDeclaration KeyInUse = new(
        "error KeyInUse(bytes32 key, address operator)", "DSDN-E-STAKING-KEY-IN-USE", "The key belongs, or belonged, to a validator.");

    public static readonly ErrorDeclaration RotationTooSoon = new(
        "error RotationTooSoon(uint64 epoch)", "DSDN-E-STAKING-ROTATION", "The key was already changed in this epoch.");

    public static readonly ErrorDeclaration CommissionTooHigh = new(
        "error CommissionTooHigh(uint16 maximumBps, uint16 givenBps)", "DSDN-E-STAKING-COMMISSION", "Commission above the cap.");

    public static readonly ErrorDeclaration CommissionStep = new(
        "error CommissionStep(uint16 stepMaxBps, uint64 nextChangeMs)", "DSDN-E-STAKING-COMMISSION-STEP", "Commission moves at most one step in a day.");

    public static readonly ErrorDeclaration InvalidPayout = new(
        "error InvalidPayout(address payout)", "DSDN-E-STAKING-PAYOUT", "A module cannot receive tips.");

    public static readonly ErrorDeclaration InsufficientDelegation = new(
        "error InsufficientDelegation(uint256 available, uint256 requested)", "DSDN-E-STAKING-DELEGATION", "The delegation is worth less than that.");

    public static readonly ErrorDeclaration ValidatorDrained = new(
        "error ValidatorDrained(address operator)", "DSDN-E-STAKING-DRAINED", "All stake of the validator was slashed; it takes no more.");

    public static readonly ErrorDeclaration SameValidator = new(
        "error SameValidator(address operator)", "DSDN-E-STAKING-SAME-VALIDATOR", "Source and destination are the same validator.");

    public static readonly ErrorDeclaration RedelegationPending = new(
        "error RedelegationPending(uint64 maturesAtMs)", "DSDN-E-STAKING-REDELEGATION",
        "Stake that arrived by redelegation moves on, or is joined by another source, only after the unbonding time.");

    public static readonly ErrorDeclaration NothingToWithdraw = new(
        "error NothingToWithdraw()", "DSDN-E-STAKING-NOTHING-TO-WITHDRAW", "No unbonding of the caller is due.");

    public static readonly ErrorDeclaration NothingToClaim = new(
        "error NothingToClaim()", "DSDN-E-STAKING-NOTHING-TO-CLAIM", "No reward has accrued.");

    public static readonly ErrorDeclaration NotJailed = new(
        "error NotJailed(address operator)", "DSDN-E-STAKING-NOT-JAILED", "The validator is not jailed.");

    public static readonly ErrorDeclaration JailNotOver = new(
        "error JailNotOver(uint64 untilMs)", "DSDN-E-STAKING-JAIL", "The validator is jailed until this time.");

    public static readonly ErrorDeclaration JailedForGood = new(
        "error JailedForGood(address operator)", "DSDN-E-STAKING-JAILED-FOR-GOOD", "The validator signed two contradicting messages; it never votes again.");

    public static readonly ErrorDeclaration PageTooLarge = new(
        "error PageTooLarge(uint256 maximum)", "DSDN-E-STAKING-PAGE", "A page has 1 to this many rows.");

    public static readonly IReadOnlyList<ErrorDeclaration> All = [
        NotAValidator, AlreadyValidator, InsufficientSelfBond, AmountTooSmall, InvalidConsensusKey, InvalidProof, KeyInUse, RotationTooSoon,
        CommissionTooHigh, CommissionStep, InvalidPayout, InsufficientDelegation, ValidatorDrained, SameValidator, RedelegationPending,
        NothingToWithdraw, NothingToClaim, NotJailed, JailNotOver, JailedForGood, PageTooLarge];
}
