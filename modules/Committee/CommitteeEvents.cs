using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Committee;

internal static class CommitteeEvents
{
    public static readonly EventDeclaration AnchorAttested = new(
        "event AnchorAttested(uint64 indexed seq, uint64 indexed index, bytes32 coreHash, bytes32 stateRoot, uint64 daHeight, bytes32 daDataRoot, uint64 epoch, uint64 signedPower, uint64 totalPower)",
        "Validators with more than two thirds of the power vouch for the state of the log after a batch.");

    public static readonly EventDeclaration CommitteeRotated = new(
        "event CommitteeRotated(uint64 indexed epoch, bytes32 hash, bytes32 groupKey)", "Another committee decides the log's batches.");

    public static readonly EventDeclaration FeedExtended = new(
        "event FeedExtended(uint64 indexed sequence, bytes32 feed, bytes record)",
        "A record for the log: feed = Keccak256(previous feed, record), so followers can prove that they missed none.");

    public static readonly IReadOnlyList<EventDeclaration> All = [AnchorAttested, CommitteeRotated, FeedExtended];
}
