using Dsdn.Chain.Execution;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.State;

/// <summary>
/// The state of the log after a batch: a pure function of genesis and the batches. Where their bytes came from, when and in which order
/// they arrived is not known here. One owner; not for use by two threads.
/// </summary>
/// <param name="tableSeed">Keys of tables are chosen by strangers: a number they cannot know keeps look-ups fast. It changes no result.</param>
public sealed partial class LogState(LogGenesis genesis, IParallel parallel, ulong tableSeed = 0)
{
    public LogGenesis Genesis => genesis;

    /// <summary>Of the last batch; 0 before the first.</summary>
    public ulong Seq => Head?.Seq ?? 0;

    /// <summary>Null before the first batch.</summary>
    public BatchHeader? Head { get; private set; }

    /// <summary>Core hash of the last batch; the log id before the first.</summary>
    public Hash256 HeadHash { get; private set; } = genesis.LogId;

    /// <summary>Of the last batch, ms since 1970; 0 before the first.</summary>
    public ulong LogTimeMs => Head?.LogTimeMs ?? 0;

    /// <summary>The committee in force at the earliest time that the next batch may have.</summary>
    public Committee Committee => CommitteeAt(LogTimeMs + 1);

    public AnchoredChain Chain { get; private set; } = AnchoredChain.None;

    /// <summary>Who vouches for the last applied batch.</summary>
    public DaSet DaSet { get; private set; } = DaSet.Genesis(genesis.GenesisValidators);

    /// <summary>The committee in force for a next batch of this log time: of those known, the latest epoch that has begun.</summary>
    public Committee CommitteeAt(ulong logTimeMs) => genesis.FirstCommittee;

    /// <summary>Takes the next batch, or nothing of it.</summary>
    /// <param name="encoded">The exact bytes of the envelope; kept, not copied.</param>
    /// <param name="applied">Null where the verdict is not valid.</param>
    public LogVerdict Apply(BatchEnvelope envelope, ReadOnlyMemory<byte> encoded, LogCheck check, out AppliedBatch? applied) => throw new NotSupportedException();

    /// <summary>Whether an event of a node or owner would count in a next batch of this log time, and if not, why. Author checked.</summary>
    public LogFault Judge(ReadOnlyMemory<byte> encoded, ulong logTimeMs) => throw new NotSupportedException();

    /// <summary>A header with everything that follows from the state and the body; what votes are about once the coordinator sealed it.</summary>
    /// <param name="brotliQuality">0 to 11; null leaves the body as it is.</param>
    public (BatchHeader Header, byte[] Body) Draft(BatchBody body, ulong logTimeMs, ushort author, ulong forcedCursor, int? brotliQuality) => throw new NotSupportedException();

    /// <summary>All that <see cref="Apply"/> checks of a batch that nobody has signed yet: what a member votes on.</summary>
    /// <param name="body">As it will stand in the envelope.</param>
    public LogVerdict CheckDraft(BatchHeader header, ReadOnlyMemory<byte> body) => throw new NotSupportedException();

    /// <summary>After the last batch. Hashes what changed since the last call, and the tree.</summary>
    public LogRoots Roots() => throw new NotSupportedException();

    /// <summary>The roots after a batch where checkpoints are taken, for the last of them.</summary>
    public LogRootsAt? RootsAt(ulong seq) => throw new NotSupportedException();

    /// <summary>The same state with an owner of its own.</summary>
    public LogState Copy() => new(genesis, parallel, tableSeed);
}
