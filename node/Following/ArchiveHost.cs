using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Node.LogService;
using Dsdn.Services.Batches;

namespace Dsdn.Node.Following;

/// <summary>
/// A follower that serves others: what it has stored it hands out as it got it, which is what a quorum's certificate promises. Events and signatures are for the committee: it
/// takes none.
/// </summary>
internal sealed class ArchiveHost(LogFollowing log, ulong chainId, Hash256 logId) : ILogHost
{
    public const string NotCoordinator = "DSDN-E-LOG-NOT-COORDINATOR";

    public LogHostStatus Status
    {
        get
        {
            LogFollowStatus status = log.Status;
            return new LogHostStatus(chainId, logId, status.Seq, status.CoreHash, log.First, "archive");
        }
    }

    public ReadOnlyMemory<byte>? Read(ulong seq) => log.Read(seq) is { } envelope ? envelope : (ReadOnlyMemory<byte>?)null;

    public Task WaitAsync(ulong seq, CancellationToken cancel) => log.WaitAsync(seq, cancel);

    public Task<SubmitVerdict> SubmitAsync(ReadOnlyMemory<byte> encoded) =>
        Task.FromResult(new SubmitVerdict(default, log.Status.Seq + 1, NotCoordinator, "this node keeps the log and decides nothing; submit to a coordinator"));

    public Task<IReadOnlyList<string?>> AttestAsync(ReadOnlyMemory<byte> publicKey, IReadOnlyList<BatchAttestation> attestations) =>
        Task.FromResult<IReadOnlyList<string?>>([.. attestations.Select(static _ => (string?)NotCoordinator)]);

    public BatchPlace Place(ulong seq)
    {
        (IReadOnlyList<DaPointer> pointers, ReadOnlyMemory<byte> certificate) = log.Place(seq);
        return new BatchPlace(seq, pointers, certificate);
    }
}
