using Dsdn.Chain.Execution;
using Dsdn.Chain.Log;
using Dsdn.Log.Following;
using Dsdn.Log.State;

namespace Dsdn.Node.Archive;

/// <summary>A log to be read: the folder of a node that may be running, or a file that <see cref="LogExport"/> wrote.</summary>
public sealed class ArchivedLog : IDisposable
{
    private readonly BatchArchive? _archive;
    private readonly IReadOnlyList<byte[]> _exported;
    private readonly CheckpointFiles? _checkpoints;

    private ArchivedLog(LogGenesis genesis, BatchArchive? archive, CheckpointFiles? checkpoints, IReadOnlyList<byte[]> exported) =>
        (Genesis, _archive, _checkpoints, _exported) = (genesis, archive, checkpoints, exported);

    public LogGenesis Genesis { get; }

    /// <summary>Null of an exported file.</summary>
    public BatchArchive? Archive => _archive;

    public ulong First => _archive?.First ?? (_exported.Count == 0 ? 0UL : 1);

    public ulong Head => _archive?.Head ?? (ulong)_exported.Count;

    /// <summary>Null where nothing of a log is there.</summary>
    /// <param name="path">The folder of a log, one with a folder "log" in it, or an exported file.</param>
    /// <exception cref="ArchiveException">Damaged.</exception>
    public static ArchivedLog? Open(string path)
    {
        if (File.Exists(path))
        {
            using FileStream file = File.OpenRead(path);
            (LogGenesis genesis, IReadOnlyList<byte[]> envelopes) = LogExport.Read(file);
            return new ArchivedLog(genesis, null, null, envelopes);
        }
        foreach (string folder in (string[])[path, Path.Combine(path, "log")])
        {
            if (!Directory.Exists(folder) || LogFolder.ReadGenesis(folder) is not { } genesis) continue;
            return new ArchivedLog(genesis, BatchArchive.OpenToRead(LogFolder.Batches(folder)), new CheckpointFiles(LogFolder.Checkpoints(folder)), []);
        }
        return null;
    }

    public byte[]? Read(ulong seq) => _archive is not null ? _archive.Read(seq) : seq >= 1 && seq <= (ulong)_exported.Count ? _exported[(int)seq - 1] : null;

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
