using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Nodes;

internal static class NodesEvents
{
    public static readonly EventDeclaration Registered = new(
        "event Registered(bytes32 indexed nodeId, address indexed operator, uint8 class, uint16 zone, uint256 stake, bytes32 tlsFingerprint)", "A node joined.");

    public static readonly EventDeclaration Updated = new(
        "event Updated(bytes32 indexed nodeId, uint16 zone, bytes32 tlsFingerprint)", "A node changed its zone or TLS key.");

    public static readonly EventDeclaration StakeChanged = new(
        "event StakeChanged(bytes32 indexed nodeId, uint256 stake)", "A node has this much stake now.");

    public static readonly EventDeclaration StatusChanged = new(
        "event StatusChanged(bytes32 indexed nodeId, uint8 indexed from, uint8 indexed to)", "Status: 0 Pending, 1 Active, 2 Quarantined, 3 Banned, 4 Leaving.");

    public static readonly EventDeclaration LeaveBegun = new(
        "event LeaveBegun(bytes32 indexed nodeId, uint64 dueMs)", "A node drains; its stake can be withdrawn from this time.");

    public static readonly EventDeclaration Left = new(
        "event Left(bytes32 indexed nodeId, address indexed operator, uint256 amount)", "A node is gone and its stake was paid out.");

    public static readonly EventDeclaration Slashed = new(
        "event Slashed(bytes32 indexed nodeId, uint256 amount, uint64 cooldownUntilMs)", "Stake of a node went to the treasury.");

    public static readonly EventDeclaration FeedExtended = new(
        "event FeedExtended(uint64 indexed sequence, bytes32 feed, bytes record)",
        "A change of the registry: feed = Keccak256(previous feed, record), so followers can prove that they missed none.");

    public static readonly IReadOnlyList<EventDeclaration> All = [Registered, Updated, StakeChanged, StatusChanged, LeaveBegun, Left, Slashed, FeedExtended];
}
