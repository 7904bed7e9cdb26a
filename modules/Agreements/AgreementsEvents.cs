using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Agreements;

internal static class AgreementsEvents
{
    public static readonly EventDeclaration Opened = new(
        "event Opened(bytes32 indexed agreement, address indexed owner, uint8 coding, uint64 quotaBytes, uint64 endMs, uint256 price)", "An agreement was opened and paid.");

    public static readonly EventDeclaration Extended = new(
        "event Extended(bytes32 indexed agreement, address indexed payer, uint64 endMs, uint256 paid)", "An agreement was paid for longer.");

    public static readonly EventDeclaration Closed = new(
        "event Closed(bytes32 indexed agreement, address indexed owner, uint256 refund, uint256 owed)",
        "An agreement ended for good: what was not used went back to the owner; what was used stays in escrow for those who stored.");

    public static readonly EventDeclaration SessionRegistered = new(
        "event SessionRegistered(address indexed owner, address indexed key, uint8 scopes, uint64 expiresMs)", "A key may sign for an account until then.");

    public static readonly EventDeclaration SessionRevoked = new("event SessionRevoked(address indexed owner, address indexed key)", "A key may not sign for an account any more.");

    public static readonly EventDeclaration DeletionRequested = new(
        "event DeletionRequested(bytes32 indexed agreement, uint8 scope, uint64 ids)", "The log has to take over a deletion.");

    public static readonly EventDeclaration FeedExtended = new(
        "event FeedExtended(uint64 indexed sequence, bytes32 feed, bytes record)", "A record for the log: feed = Keccak256(previous feed, record), so that none can be withheld.");

    public static readonly IReadOnlyList<EventDeclaration> All = [Opened, Extended, Closed, SessionRegistered, SessionRevoked, DeletionRequested, FeedExtended];
}
