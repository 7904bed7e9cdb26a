using Dsdn.Chain.Execution;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Checkpoints;
using Dsdn.Log.State.Roots;
using Dsdn.Log.State.Rules;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State;

/// <summary>
/// The state of the log after a batch: a pure function of genesis and the batches. Where their bytes came from, when and in which order
/// they arrived is not known here. One owner; not for use by two threads. What can be asked is in <see cref="Queries"/>.
/// </summary>
public sealed class LogState
{
    private readonly LogTables _tables;
    private readonly BatchApplication _application;
    private readonly StateRoots _roots;
    private readonly IParallel _parallel;
    private readonly ulong _tableSeed;

    /// <param name="tableSeed">Keys of tables are chosen by strangers: a number they cannot know keeps look-ups fast. It changes no result.</param>
    public LogState(LogGenesis genesis, IParallel parallel, ulong tableSeed = 0)
        : this(genesis, parallel, tableSeed, new LogTables(genesis, tableSeed))
    {
    }

    internal LogState(LogGenesis genesis, IParallel parallel, ulong tableSeed, LogTables tables)
    {
        (Genesis, _parallel, _tableSeed, _tables) = (genesis, parallel, tableSeed, tables);
        _roots = new StateRoots(tables, parallel);
        _application = new BatchApplication(genesis, tables, _roots);
        HeadHash = tables.Head?.CoreHash ?? genesis.LogId;
    }

    public LogGenesis Genesis { get; }

    /// <summary>Of the last batch; 0 before the first.</summary>
    public ulong Seq => Head?.Seq ?? 0;

    /// <summary>Null before the first batch.</summary>
    public BatchHeader? Head => _tables.Head;

    /// <summary>Core hash of the last batch; the log id before the first.</summary>
    public Hash256 HeadHash { get; private set; }

    /// <summary>Of the last batch, ms since 1970; 0 before the first.</summary>
    public ulong LogTimeMs => Head?.LogTimeMs ?? 0;

    /// <summary>The committee in force at the earliest time that the next batch may have.</summary>
    public Committee Committee => CommitteeAt(LogTimeMs + 1);

    public AnchoredChain Chain => _tables.Chain;

    /// <summary>Who vouches for the last applied batch.</summary>
    public DaSet DaSet => _tables.DaSet;

    public LogQueries Queries => new(_tables);

    internal LogTables Tables => _tables;

    /// <summary>Everything with a leaf, up to date.</summary>
    internal IEnumerable<(LogTableId Table, ILeafTable Source, int View)> Views
    {
        get
        {
            Roots();
            return _roots.Views;
        }
    }

    /// <summary>The committee in force for a next batch of this log time: of those known, that of the latest epoch that has begun.</summary>
    public Committee CommitteeAt(ulong logTimeMs) => Committees.At(_tables, logTimeMs);

    /// <summary>Takes the next batch, or nothing of it.</summary>
    /// <param name="encoded">The exact bytes of the envelope; kept, not copied.</param>
    /// <param name="applied">Null where the verdict is not valid.</param>
    public LogVerdict Apply(BatchEnvelope envelope, ReadOnlyMemory<byte> encoded, LogCheck check, out AppliedBatch? applied)
    {
        applied = null;
        Committee committee = CommitteeAt(envelope.Header.LogTimeMs);
        if (BatchVerifier.CheckChain(envelope.Header, Context(committee)) is { IsValid: false } broken) return broken;
        if (BatchVerifier.CheckSignatures(envelope, committee) is { IsValid: false } unsigned) return unsigned; // before anything is decompressed
        return Take(PreparedBatch.Of(envelope, encoded, check, null, _parallel), out applied);
    }

    /// <summary>As the other one, for a batch that was prepared ahead.</summary>
    public LogVerdict Apply(PreparedBatch batch, out AppliedBatch? applied)
    {
        applied = null;
        Committee committee = CommitteeAt(batch.Envelope.Header.LogTimeMs);
        if (BatchVerifier.CheckChain(batch.Envelope.Header, Context(committee)) is { IsValid: false } broken) return broken;
        if (batch.CheckSignatures(committee) is { IsValid: false } unsigned) return unsigned;
        return Take(batch, out applied);
    }

    /// <summary>Whether an event of a node or owner would count in a next batch of this log time, and if not, why. Author checked.</summary>
    public LogFault Judge(ReadOnlyMemory<byte> encoded, ulong logTimeMs)
    {
        EventContext context = new(Genesis.ChainId, Seq + 1, logTimeMs, CommitteeAt(logTimeMs).Hash, true);
        LogFault fault = EventReader.TryRead(encoded, context, 0, out CheckedEvent? read);
        if (read is null) return fault;
        return read.Event.AuthorType is AuthorType.Derived or AuthorType.Committee ? LogFault.AuthorNotAllowed : _application.Judge(read, logTimeMs);
    }

    /// <summary>A header with everything that follows from the state and the body; what votes are about.</summary>
    /// <param name="logTimeMs">After that of the last batch.</param>
    /// <param name="brotliQuality">0 to 11; null leaves the body as it is.</param>
    public (BatchHeader Header, byte[] Body) Draft(BatchBody body, ulong logTimeMs, ushort author, ulong forcedCursor, int? brotliQuality)
    {
        Committee committee = CommitteeAt(logTimeMs);
        BatchHeader template = new()
        {
            ChainId = Genesis.ChainId, LogId = Genesis.LogId, Epoch = committee.Epoch, Seq = Seq + 1, PreviousHash = HeadHash, CommitteeHash = committee.Hash, LogTimeMs = logTimeMs,
            AnchorHeight = 0, AnchorHash = Genesis.LogId, ForcedCursor = Math.Max(forcedCursor, Head?.ForcedCursor ?? 0), EventsCount = 0, EventsRoot = default, ReceiptsCount = 0,
            ReceiptsRoot = default, BodyCodec = BodyCodec.Raw, BodyBytes = 0, BodyHash = default, CheckpointSeq = 0, CheckpointRoot = default, Author = author,
        };
        EventReading[] readings = EventReader.ReadAll(body.Events, EventContext.Of(template, checksAuthors: false), _parallel);
        return BatchSealer.Seal(_application.Complete(template, readings), body, brotliQuality);
    }

    /// <summary>All that <see cref="Apply(BatchEnvelope, ReadOnlyMemory{byte}, LogCheck, out AppliedBatch?)"/> checks, but for signatures: what a member votes on.</summary>
    /// <param name="body">As it will stand in the envelope.</param>
    public LogVerdict CheckDraft(BatchHeader header, ReadOnlyMemory<byte> body)
    {
        if (BatchVerifier.CheckChain(header, Context(CommitteeAt(header.LogTimeMs))) is { IsValid: false } broken) return broken;
        BatchEnvelope unsigned = new(header, default, [], default, default, body);
        PreparedBatch prepared = PreparedBatch.Of(unsigned, default, LogCheck.Full, null, _parallel);
        return prepared.BodyVerdict.IsValid ? _application.Check(prepared, out _, out _) : prepared.BodyVerdict;
    }

    /// <summary>After the last batch. Hashes what changed since the last call, and the tree.</summary>
    public LogRoots Roots() => _roots.Now();

    /// <summary>The roots after one of the last batches after which checkpoints are taken; null of any other.</summary>
    public LogRootsAt? RootsAt(ulong seq)
    {
        if (seq != 0 && seq == Seq && Genesis.IsCheckpointSeq(seq)) return new LogRootsAt(seq, HeadHash, Roots());
        int slot = _tables.KeptRoots.Find(new NumberKey(seq));
        if (slot == LogTables.None) return null;
        ref RootsRow row = ref _tables.KeptRoots.Row(slot);
        return new LogRootsAt(seq, row.CoreHash, new LogRoots(row.Data, row.Operations));
    }

    /// <summary>A row of a table, or that there is none, against the part's root of <see cref="Roots"/>.</summary>
    /// <param name="key">As wide as <see cref="LeafTables.KeyBytes"/> says.</param>
    public LogProof Prove(LogTableId table, ReadOnlySpan<byte> key)
    {
        if (key.Length != LeafTables.KeyBytes(table)) throw new ArgumentException($"keys of {table} have {LeafTables.KeyBytes(table)} bytes");
        return _roots.Prove(table, key);
    }

    /// <summary>The state that a dump holds, if its root is the expected one: from a checkpoint, an anchor or a header.</summary>
    /// <param name="state">Null where it is refused.</param>
    public static LogVerdict Open(
        LogGenesis genesis, IParallel parallel, ulong tableSeed, ReadOnlyMemory<byte> checkpointContent, in Hash256 expectedRoot, out LogState? state) =>
        CheckpointContent.Read(genesis, parallel, tableSeed, checkpointContent, expectedRoot, out state);

    /// <summary>What the registry and the node itself say of it; null of one that was never registered.</summary>
    public NodeEntry? Node(in Hash256 id) => Queries.Node(id);

    /// <summary>The same state with an owner of its own.</summary>
    public LogState Copy() => new(Genesis, _parallel, _tableSeed, _tables.Copy());

    private BatchContext Context(Committee committee) => new(Genesis.ChainId, Genesis.LogId, Head, committee);

    private LogVerdict Take(PreparedBatch batch, out AppliedBatch? applied)
    {
        applied = null;
        if (!batch.BodyVerdict.IsValid) return batch.BodyVerdict;
        LogVerdict verdict = _application.TryApply(batch, out applied);
        if (verdict.IsValid) HeadHash = batch.CoreHash;
        return verdict;
    }
}
