using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Staking;

internal static class StakingEvents
{
    public static readonly EventDeclaration ValidatorCreated = new(
        "event ValidatorCreated(address indexed operator, bytes32 indexed consensusKey, uint16 commissionBps, address payout)", "A validator was registered.");

    public static readonly EventDeclaration ValidatorEdited = new(
        "event ValidatorEdited(address indexed operator, uint16 commissionBps, address payout)", "Commission or payout address changed.");

    public static readonly EventDeclaration KeyRotated = new(
        "event KeyRotated(address indexed operator, bytes32 indexed oldKey, bytes32 indexed newKey)",
        "A validator changed its consensus key; the new one votes from the next epoch, the old one stays slashable.");

    public static readonly EventDeclaration Delegated = new(
        "event Delegated(address indexed delegator, address indexed validator, uint256 amount, uint256 shares)",
        "Stake was added; delegator and validator are equal for a self-bond.");

    public static readonly EventDeclaration Unbonded = new(
        "event Unbonded(address indexed delegator, address indexed validator, uint256 amount, uint64 maturesAtMs)", "Stake began to unbond.");

    public static readonly EventDeclaration Withdrawn = new(
        "event Withdrawn(address indexed delegator, uint256 amount, uint256 entries)", "Unbonded stake was paid out.");

    public static readonly EventDeclaration Redelegated = new(
        "event Redelegated(address indexed delegator, address indexed source, address indexed destination, uint256 amount, uint64 maturesAtMs)",
        "Stake moved between validators without unbonding.");

    public static readonly EventDeclaration RewardsClaimed = new(
        "event RewardsClaimed(address indexed delegator, address indexed validator, uint256 amount)", "A delegator was paid its rewards.");

    public static readonly EventDeclaration CommissionClaimed = new(
        "event CommissionClaimed(address indexed operator, uint256 amount)", "A validator was paid its commission.");

    public static readonly EventDeclaration Jailed = new(
        "event Jailed(address indexed operator, uint64 untilMs, bytes32 reason)", "A validator stops voting from the next block.");

    public static readonly EventDeclaration Unjailed = new(
        "event Unjailed(address indexed operator)", "A validator may vote again from the next epoch.");

    public static readonly EventDeclaration EpochEnded = new(
        "event EpochEnded(uint64 indexed epoch, uint256 fees, uint256 poolReward, uint256 toTreasury)",
        "Fees and pool reward of the epoch were shared by voting power.");

    public static readonly EventDeclaration ValidatorSetChanged = new(
        "event ValidatorSetChanged(uint64 indexed fromHeight, uint64 validators, uint64 power)", "Another set votes from this height.");

    public static readonly EventDeclaration Slashed = new(
        "event Slashed(address indexed operator, uint64 infractionEpoch, uint16 fractionBps, uint256 amount)", "Stake of a validator went to the treasury.");

    public static readonly IReadOnlyList<EventDeclaration> All = [
        ValidatorCreated, ValidatorEdited, KeyRotated, Delegated, Unbonded, Withdrawn, Redelegated, RewardsClaimed, CommissionClaimed,
        Jailed, Unjailed, EpochEnded, ValidatorSetChanged, Slashed];
}
