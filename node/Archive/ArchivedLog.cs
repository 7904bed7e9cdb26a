using Dsdn.Chain.Execution;
using Dsdn.Chain.Log;
using Dsdn.Log.Following;
using Dsdn.Log.State;

namespace Dsdn.Node.Archive;

/// <summary>A log to be read: the folder of a node that may be running, a file that <see cref="LogExport"/> wrote, or whoever hands out its batches.</summary>
public sealed class ArchivedLog : IDisposable
{
    private readonly BatchArchive? _archive;
    private readonly Func<ulong, byte[]?> _read;
    private readonly ulong _head;
    private readonly CheckpointFiles? _checkpoints;

    private ArchivedLog(LogGenesis genesis, BatchArchive? archive, CheckpointFiles? checkpoints, ulong head, Func<ulong, byte[]?> read) =>
        (Genesis, _archive, _checkpoints, _head, _read) = (genesis, archive, checkpoints, head, read);

    public LogGenesis Genesis { get; }

    /// <summary>Null where it is not a folder.</summary>
    public BatchArchive? Archive => _archive;

    public ulong First => _archive?.First ?? (_head == 0 ? 0UL : 1);

    public ulong Head => _archive?.Head ?? _head;

    /// <summary>A log from batch 1 on that somebody else keeps.</summary>
    /// <param name="read">The bytes of a batch; null where they cannot be had.</param>
    public static ArchivedLog Of(LogGenesis genesis, ulong head, Func<ulong, byte[]?> read) => new(genesis, null, null, head, read);

    /// <summary>Null where nothing of a log is there.</summary>
    /// <param name="path">The folder of a log, one with a folder "log" in it, or an exported file.</param>
    /// <exception cref="ArchiveException">Damaged.</exception>
    public static ArchivedLog? Open(string path)
    {
        if (File.Exists(path))
        {
            using FileStream file = File.OpenRead(path);
            (LogGenesis genesis, IReadOnlyList<byte[]> envelopes) = LogExport.Read(file);
            return Of(genesis, (ulong)envelopes.Count, seq => seq >= 1 && seq <= (ulong)envelopes.Count ? envelopes[(int)seq - 1] : null);
        }
        foreach (string folder in (string[])[path, Path.Combine(path, "log")])
        {
            if (!Directory.Exists(folder) || LogFolder.ReadGenesis(folder) is not { } genesis) continue;
            BatchArchive archive = BatchArchive.OpenToRead(LogFolder.Batches(folder));
            return new ArchivedLog(genesis, archive, new CheckpointFiles(LogFolder.Checkpoints(folder)), 0, archive.Read);
        }
        return null;
    }

    public byte[]? Read(ulong seq) => _read(seq);

    /// <summary>Both ends included; ends at the head.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Range(ulong from, ulong to)
    {
        for (ulong seq = from; seq <= to && Read(seq) is { } envelope; seq++) yield return envelope;
    }

    /// <summary>The state after a batch, every author checked on the way.</summary>
    /// <param name="checkpointSeqMax">Begin at the newest checkpoint on the disk up to this batch; 0 begins at genesis where the archive reaches back to batch 1.</param>
    /// <param name="applied">Told of each replayed batch; false ends the replay.</param>
    /// <exception cref="ArchiveException">A batch does not hold.</exception>
    public (LogState State, LogStart Start) Replay(ulong until, ulong checkpointSeqMax, IParallel parallel, Func<LogState, AppliedBatch, bool>? applied)
    {
        LogState? kept = checkpointSeqMax > 0 || First > 1 ? _checkpoints?.OpenNewest(Genesis, parallel, 0, checkpointSeqMax > 0 ? checkpointSeqMax : until) : null;
        LogState state = kept ?? new LogState(Genesis, parallel);
        if (First > state.Seq + 1) throw new ArchiveException(ArchiveException.Gap, $"the archive begins at batch {First}, and no checkpoint before it holds");
        ulong from = state.Seq;
        bool goesOn = true;
        LogVerdict verdict = LogReplay.Run(state, Range(from + 1, until).TakeWhile(_ => goesOn), LogCheck.Full, parallel, batch =>
        {
            if (goesOn && applied is not null) goesOn = applied(state, batch);
        });
        if (!verdict.IsValid) throw new ArchiveException(ArchiveException.Damaged, $"batch {state.Seq + 1} does not hold: {verdict.Code} {verdict.Detail}");
        return (state, new LogStart(from, state.Seq - from));
    }

    public void Dispose() => _archive?.Dispose();
}
