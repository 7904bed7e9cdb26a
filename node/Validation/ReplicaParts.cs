using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;
using Dsdn.Consensus.Wal;

namespace Dsdn.Node.Validation;

/// <summary>What a replica's shell is connected to.</summary>
/// <param name="Signer">Null: this node follows only.</param>
/// <param name="ListenMs">How long it listens for its own key before its first signature.</param>
/// <param name="PendingCount">Executable transactions in the pool.</param>
/// <param name="Submit">Raw transactions of a peer, for the pool.</param>
/// <param name="Heard">A peer says it decided this height.</param>
/// <param name="Answer">The reply to a request of a peer; null: none.</param>
public sealed record ReplicaParts(
    ExecutionWorker Worker,
    WalLog Wal,
    IVoteSigner? Signer,
    ulong ListenMs,
    IMessageScheme Scheme,
    IPeerLinks Links,
    Func<int> PendingCount,
    Action<IReadOnlyList<ReadOnlyMemory<byte>>> Submit,
    Action<ulong> Heard,
    Func<PeerMessage, PeerMessage?> Answer,
    TimeProvider Clock)
{
    /// <summary>Where the votes of decided heights go.</summary>
    public VoteArchive Votes { get; init; } = new();
}
