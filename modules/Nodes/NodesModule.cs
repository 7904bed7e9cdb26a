using Dsdn.Chain.Execution.Kernel;
using Dsdn.Modules.Economics.Published;

namespace Dsdn.Modules.Nodes;

/// <summary>Module 1: the registry of storage and compute nodes.</summary>
internal static class NodesModule
{
    private const string NodeFields =
        "(bytes32 nodeId, address operator, uint8 class, uint8 status, uint256 stake, bytes32 tlsFingerprint, uint16 zone, uint64 registeredMs, uint64 statusSinceMs, uint64 exitDueMs, uint64 cooldownUntilMs, uint64 slashes)";

    private const string SlashingFields = "(bytes32 nodeId) view returns (bool inCooldown, uint64 cooldownUntilMs, uint64 slashes, uint8 status)";

    private static readonly Permission Operator = new("operator of the node");

    public static readonly ModuleDeclaration Declaration = new()
    {
        Number = NodesState.Module,
        Name = "Nodes",
        Summary = "The registry of service nodes: class, identity, TLS key, zone, stake and status. Class 0 is Regular, 1 DataCenter.",
        Methods = [
            Method.Of<Register>("function register(bytes32 nodeId, bytes proof, uint8 class, uint16 zone, bytes32 tlsFingerprint) payable",
                "Registers a node; the value is its stake. The proof is an Ed25519 signature over tag | chain id | operator | node id.", 260_000, Permission.Anyone),
            Method.Of<TopUp>("function topUp(bytes32 nodeId) payable", "Adds stake; a quarantined node with enough of it serves again.", 80_000, Operator),
            Method.Of<Update>("function update(bytes32 nodeId, uint16 zone, bytes32 tlsFingerprint)", "Changes zone and TLS key.", 60_000, Operator),
            Method.Of<Leave>("function leave(bytes32 nodeId) returns (uint64 dueMs)", "The node drains; its stake can be withdrawn after the unbonding time.", 60_000, Operator),
            Method.Of<WithdrawStake>("function withdraw(bytes32 nodeId) returns (uint256 amount)", "Pays the stake of a node that has left.", 110_000, Operator),
            Method.Of<Activate>("function activate(bytes32 nodeId) returns (uint8 status)", "After a cooldown: Banned becomes Pending, Pending or Quarantined becomes Active.", 60_000, Operator),
            Method.View("function getNode(bytes32 nodeId) view returns (" + NodeFields + " node)", "One node.", 5_000, NodesQueries.GetNode),
            Method.View("function getStake(bytes32 nodeId) view returns (uint256 stake)", "Stake of a node.", 5_000, NodesQueries.GetStake),
            Method.View("function getNodeClass(bytes32 nodeId) view returns (uint8 class)", "Class of a node.", 5_000, NodesQueries.GetNodeClass),
            Method.View("function getSlashingStatus" + SlashingFields, "Whether a cooldown runs, until when, how often the node was slashed, and its status.", 5_000, NodesQueries.SlashingStatus),
            Method.View("function checkSlashingStatus" + SlashingFields, "The same as getSlashingStatus.", 5_000, NodesQueries.SlashingStatus),
            Method.View("function nodes(bytes32 start, uint64 limit) view returns (" + NodeFields + "[] page, bytes32 next)",
                "Nodes in order of their id, from start; next is zero at the end. A page may hold fewer rows than asked where nodes have left.", 230_000, NodesQueries.Nodes),
            Method.View("function nodesOf(address operator) view returns (" + NodeFields + "[] nodes)", "The nodes of an operator.", 290_000, NodesQueries.NodesOf),
            Method.View("function feed() view returns (uint64 sequence, bytes32 feed)", "Number of changes of the registry and the hash chain over them.", 6_000, NodesQueries.Feed),
            Method.View("function totalStake() view returns (uint256 stake)", "Sum of all nodes' stakes.", 5_000, NodesQueries.TotalStake),
            Method.View("function params() view returns (uint256 regularStakeMin, uint256 dataCenterStakeMin, uint64 unbondingMs, uint64 nodesPerOperatorMax)",
                "The parameters in force.", 5_000, NodesQueries.Params),
        ],
        Events = NodesEvents.All,
        Errors = NodesErrors.All,
        Tables = NodesState.All,
        Invariants = NodesInvariants.All,
        Uses = [Treasury.Module],
    };
}
