using System.Security.Cryptography;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Batches;
using Dsdn.Log.Following;
using Dsdn.Log.State;

namespace Dsdn.Node.Archive;

/// <summary>
/// A node's log: archive, state and follower. Opening replays the archive from the newest checkpoint that holds; what is offered is in
/// the archive before the result says that it is applied. Not for use by two threads.
/// </summary>
public sealed class LogStore : IDisposable
{
    /// <summary>Roots that lie between two checkpoints: a dump of a large state takes long, a root does not.</summary>
    public const uint RootsPerCheckpointDefault = 128;

    private readonly LogFollower _follower;
    private readonly ulong _checkpointSeqs;
    private readonly List<(ulong Seq, ReadOnlyMemory<byte> Envelope)> _unwritten = [];
    private bool _isBroken;

    private LogStore(BatchArchive archive, CheckpointFiles checkpoints, LogState state, FollowerLimits limits, uint rootsPerCheckpoint, LogStart start)
    {
        (Archive, Checkpoints, State, Start) = (archive, checkpoints, state, start);
        _checkpointSeqs = (ulong)state.Genesis.CheckpointEverySeqs * rootsPerCheckpoint;
        _follower = new LogFollower(state, limits, LogCheck.Full, Note);
    }

    /// <param name="folder">Of the log alone.</param>
    /// <param name="rootsPerCheckpoint">A checkpoint is written at each so many batches after which roots are taken; at least 1.</param>
    /// <exception cref="ArchiveException">The folder is another log's, damaged, or in use.</exception>
    public static LogStore Open(string folder, LogGenesis genesis, IParallel parallel, FollowerLimits limits, uint rootsPerCheckpoint = RootsPerCheckpointDefault)
    {
        Directory.CreateDirectory(folder);
        LogFolder.Claim(folder, genesis);
        BatchArchive archive = BatchArchive.Open(LogFolder.Batches(folder));
        try
        {
            CheckpointFiles checkpoints = new(LogFolder.Checkpoints(folder));
            (LogState state, LogStart start) = Replay(archive, checkpoints, genesis, parallel);
            return new LogStore(archive, checkpoints, state, limits, rootsPerCheckpoint, start);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    public LogState State { get; }

    public BatchArchive Archive { get; }

    public CheckpointFiles Checkpoints { get; }

    /// <summary>How the state came about when the store was opened.</summary>
    public LogStart Start { get; }

    /// <summary>The last checkpoint written since the store was opened: what its event is made of.</summary>
    public CheckpointFacts? Written { get; private set; }

    /// <param name="envelope">Kept, not copied, where it cannot be applied yet.</param>
    public OfferResult Offer(ReadOnlyMemory<byte> envelope)
    {
        if (_isBroken) throw new InvalidOperationException("the state is ahead of the disk: open the store again");
        _isBroken = true;
        OfferResult result = _follower.Offer(envelope);
        if (_unwritten.Count > 0) Archive.Append(_unwritten);
        _unwritten.Clear();
        _isBroken = false;
        return result;
    }

    public IReadOnlyList<SeqRange> Missing(ulong head, int rangesMax) => _follower.Missing(head, rangesMax);

    public void Dispose() => Archive.Dispose();

    /// <summary>While the state is the one after this batch.</summary>
    private void Note(AppliedBatch applied)
    {
        _unwritten.Add((applied.Seq, applied.Encoded));
        if (applied.Seq % _checkpointSeqs != 0) return;
        Archive.Append(_unwritten); // a checkpoint is never ahead of the archive
        _unwritten.Clear();
        Written = Checkpoints.Write(State);
    }

    private static (LogState State, LogStart Start) Replay(BatchArchive archive, CheckpointFiles checkpoints, LogGenesis genesis, IParallel parallel)
    {
        ulong seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
        LogState? kept = checkpoints.OpenNewest(genesis, parallel, seed, archive.Head);
        if (kept is not null && (kept.Seq + 1 < archive.First || !IsOf(archive, kept))) kept = null;
        LogState state = kept ?? new LogState(genesis, parallel, seed);
        if (archive.First > state.Seq + 1) throw new ArchiveException(ArchiveException.Gap, $"the archive begins at batch {archive.First}, and no checkpoint before it holds");
        ulong from = state.Seq;
        LogVerdict verdict = LogReplay.Run(state, Bytes(archive, from + 1), LogCheck.Full, parallel, null);
        if (!verdict.IsValid) throw new ArchiveException(ArchiveException.Damaged, $"batch {state.Seq + 1} of the archive does not hold: {verdict.Code} {verdict.Detail}");
        return (state, new LogStart(from, state.Seq - from));
    }

    private static bool IsOf(BatchArchive archive, LogState kept) =>
        archive.Read(kept.Seq) is not { } envelope
        || (BatchEnvelopeCodec.TryDecode(envelope, out BatchEnvelope? batch) == LogFault.None && batch?.Header.CoreHash == kept.HeadHash);

    private static IEnumerable<ReadOnlyMemory<byte>> Bytes(BatchArchive archive, ulong from)
    {
        foreach ((_, byte[] envelope) in archive.Range(from, ulong.MaxValue)) yield return envelope;
    }
}

/// <param name="CheckpointSeq">The state that was on the disk; 0 where it was made from genesis.</param>
/// <param name="Replayed">Batches applied on top of it.</param>
public readonly record struct LogStart(ulong CheckpointSeq, ulong Replayed);
