using Dsdn.Chain.Execution;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;

namespace Dsdn.Log.Tests.Kit;

/// <summary>A log that is written as a coordinator writes it: events are gathered, drafted against the state, signed by the committee of one, applied.</summary>
internal sealed class SampleLog
{
    public const ulong StartMs = 1_000_000, BatchMs = 2_000;

    private const ushort StatsLane = 9;
    private const int NodesMax = 64;

    private readonly List<Func<ulong, int, byte[]>> _gathered = [];
    private readonly SortedDictionary<string, ulong> _nonces = new(StringComparer.Ordinal);

    public SampleLog(uint checkpointEverySeqs = 4, IParallel? parallel = null, AuditTimes? audits = null, bool hasAgreements = false)
    {
        Committee committee = Dsdn.Chain.Log.Committees.Committee.OfOne(LogKeys.ChainId, Address.FromNumber(1), LogKeys.PublicKey("m0"), 0, ChainSide.GenesisHash);
        Genesis = new LogGenesis(LogKeys.ChainId, ChainSide.GenesisHash, Chain.Validators, committee) { CheckpointEverySeqs = checkpointEverySeqs, Storage = StorageRules.Development, Audits = audits ?? AuditTimes.Standard, HasAgreements = hasAgreements };
        State = new LogState(Genesis, parallel ?? Sequential.Instance);
    }

    public ChainSide Chain { get; } = new();

    public LogGenesis Genesis { get; }

    public LogState State { get; }

    public LogCheck Check { get; init; } = LogCheck.Full;

    /// <summary>Exact bytes, by seq from 1.</summary>
    public List<byte[]> Envelopes { get; } = [];

    public AppliedBatch? Last { get; private set; }

    public int Pending => _gathered.Count;

    public SampleLog Raw(byte[] entry)
    {
        _gathered.Add((_, _) => entry);
        return this;
    }

    public SampleLog Node(string node, EventBody body) => Raw(LogKeys.NodeEvent(node, body, NonceOf(node)));

    public SampleLog Owner(string owner, OwnerBody body) => Raw(LogKeys.OwnerEvent(owner, body, NonceOf(owner)));

    /// <summary>Signed by a key that may be a session's.</summary>
    public SampleLog Session(string key, OwnerBody body) => Raw(LogKeys.OwnerEvent(key, body, NonceOf("session " + key), AuthorType.Session));

    public SampleLog Committee(EventBody body)
    {
        _gathered.Add((seq, place) => LogKeys.CommitteeEvent(State.Committee.Hash, seq, place, body));
        return this;
    }

    /// <summary>The chain's next block and all that happened there; must be the first of a batch.</summary>
    public SampleLog Anchor(Dsdn.Chain.Blocks.ValidatorSet? validators = null)
    {
        (ChainAnchor anchor, LogEvent[] derived) = Chain.Next(validators);
        Committee(anchor);
        foreach (LogEvent entry in derived) Raw(EventCodec.Encode(entry));
        return this;
    }

    /// <summary>Nodes "n0", "n1", ... that are Active, each in the zone of its number modulo the zones, plus 1, with room for chunks.</summary>
    public SampleLog WithNodes(int count, int zones)
    {
        for (int i = 0; i < count; i++) Chain.Node($"n{i}", (ushort)((i % zones) + 1));
        Anchor();
        for (int i = 0; i < count; i++) Raw(LogKeys.NodeEvent($"n{i}", LogKeys.Stats(i), AuthorNonce.Of(StatsLane, 1).Value));
        return this;
    }

    /// <summary>Where a reserved chunk is to lie.</summary>
    public (byte Slot, string Node, ushort Zone)[] Places(string agreement, string file, string chunk) =>
        [.. (State.Queries.Reservation(LogKeys.Word(agreement), LogKeys.Word(file), LogKeys.Word(chunk))?.Places ?? []).Select(place => (place.Slot, NameOf(place.NodeId), place.Zone))];

    /// <summary>Of a reserved chunk, with as few acknowledgements as it may have.</summary>
    public ChunkDeclared Declared(string agreement, string file, string chunk, ulong length, ChunkCoding coding = ChunkCoding.Replicas, uint generation = 0) =>
        LogKeys.Declared(agreement, file, chunk, length, coding, generation, [.. Places(agreement, file, chunk).Take(coding.AcksMin())]);

    /// <summary>Of a reserved chunk, as a coordinator writes it behind its declaration.</summary>
    public PlacementDecided Placement(string agreement, string file, string chunk, uint generation = 0)
    {
        ReservationEntry reserved = State.Queries.Reservation(LogKeys.Word(agreement), LogKeys.Word(file), LogKeys.Word(chunk)) ?? throw new InvalidOperationException("not reserved");
        return new PlacementDecided(reserved.ChunkId, reserved.AgreementId, generation, reserved.Coding, reserved.Seq, reserved.Places);
    }

    public static string NameOf(Hash256 node) => Enumerable.Range(0, NodesMax).Select(i => $"n{i}").First(name => LogKeys.PublicKey(name) == node);

    /// <summary>All that was gathered as one batch; it must hold.</summary>
    public AppliedBatch Commit(ulong afterMs = BatchMs, int? brotliQuality = null)
    {
        byte[] encoded = Seal(afterMs, brotliQuality);
        if (BatchEnvelopeCodec.TryDecode(encoded, out BatchEnvelope? envelope) != LogFault.None || envelope is null) throw new InvalidOperationException("not decoded");
        LogVerdict verdict = State.Apply(envelope, encoded, Check, out AppliedBatch? applied);
        if (applied is null) throw new InvalidOperationException($"{verdict.Code} {verdict.Detail}");
        Envelopes.Add(encoded);
        Last = applied;
        return applied;
    }

    /// <summary>The envelope of what was gathered, without applying it.</summary>
    public byte[] Seal(ulong afterMs = BatchMs, int? brotliQuality = null)
    {
        ulong seq = State.Seq + 1;
        BatchBody body = new([.. _gathered.Select((make, place) => (ReadOnlyMemory<byte>)make(seq, place))], []);
        _gathered.Clear();
        ulong timeMs = (State.LogTimeMs == 0 ? StartMs : State.LogTimeMs) + afterMs;
        (BatchHeader header, byte[] encoded) = State.Draft(body, timeMs, 0, 0, brotliQuality);
        return BatchEnvelopeCodec.Encode(Sign(header, encoded));
    }

    public static BatchEnvelope Sign(BatchHeader header, byte[] body, string member = "m0")
    {
        byte[] voters = Bitmap.Of(1, [0]), vote = LogKeys.Sign(member, BatchMessages.FinalVote(header));
        Hash256 commit = BatchMessages.CommitHash(voters, [vote]);
        byte[] group = LogKeys.Sign(member, BatchMessages.Group(header, header.CoreHash, commit));
        byte[] author = LogKeys.Sign(member, BatchMessages.Envelope(header.CoreHash, commit, group));
        return new BatchEnvelope(header, voters, [vote], group, author, body);
    }

    public LogState Replay(LogCheck check = LogCheck.Full) => Replay(Genesis, Envelopes, check);

    public static LogState Replay(LogGenesis genesis, IEnumerable<byte[]> envelopes, LogCheck check)
    {
        LogState state = new(genesis, Sequential.Instance);
        LogVerdict verdict = Dsdn.Log.Following.LogReplay.Run(state, envelopes.Select(bytes => (ReadOnlyMemory<byte>)bytes), check, Sequential.Instance, null);
        return verdict.IsValid ? state : throw new InvalidOperationException($"{verdict.Code} {verdict.Detail}");
    }

    private ulong NonceOf(string author) => _nonces[author] = _nonces.GetValueOrDefault(author) + 1;
}
