using Dsdn.Chain.Execution;
using Dsdn.Log.Following;
using Dsdn.Log.State;

namespace Dsdn.Node.Archive;

/// <summary>
/// A node's log: archive, state and follower. Opening replays the archive from the newest checkpoint that holds; what is offered is in
/// the archive before the result says that it is applied. Not for use by two threads.
/// </summary>
public sealed class LogStore : IDisposable
{
    /// <param name="folder">Of the log alone.</param>
    public static LogStore Open(string folder, LogGenesis genesis, IParallel parallel, FollowerLimits limits) => throw new NotSupportedException();

    public LogState State => throw new NotSupportedException();

    public BatchArchive Archive => throw new NotSupportedException();

    public OfferResult Offer(ReadOnlyMemory<byte> envelope) => throw new NotSupportedException();

    public IReadOnlyList<SeqRange> Missing(ulong head, int rangesMax) => throw new NotSupportedException();

    public void Dispose() => throw new NotSupportedException();
}
