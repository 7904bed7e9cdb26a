using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.View;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Bench;

/// <summary>
/// A log of uploads: of 32 events, one reserves eight chunks, eight declare them with two acknowledgements, eight place them, eight say that the third copy is
/// stored, seven are heartbeats. Or of heartbeats alone.
/// </summary>
internal sealed class UploadLog
{
    public const int EventsPerGroup = 32;

    private const int Nodes = 12, Zones = 3, ChunksPerGroup = 8, GroupsPerBatch = 96, Owners = 16;

    private static readonly (string Name, Hash256 Id)[] NodeIds = [.. Enumerable.Range(0, Nodes).Select(i => ($"n{i}", LogKeys.PublicKey($"n{i}")))];
    private static readonly Hash256[] OwnerIds = [.. Enumerable.Range(0, Owners).Select(i => AuthorAddress.Of(LogKeys.AddressOf($"owner{i}")))];

    private readonly bool _isSigned, _isHeartbeats;
    private readonly SampleLog _log;

    /// <param name="isSigned">False: signatures are zero, for replays that look at batches alone.</param>
    public UploadLog(int groups, bool isSigned, bool isHeartbeats)
    {
        (_isSigned, _isHeartbeats) = (isSigned, isHeartbeats);
        _log = new SampleLog(LogGenesis.CheckpointEverySeqsDefault, new ThreadParallel(Environment.ProcessorCount)) { Check = LogCheck.BatchSignaturesOnly };
        _log.WithNodes(Nodes, Zones).Commit();
        if (!isHeartbeats) Reserve(0, groups);
        if (_log.Pending > 0) _log.Commit();
        for (int done = 0; done < groups; done += GroupsPerBatch)
        {
            byte[][][] made = new byte[Math.Min(GroupsPerBatch, groups - done)][][];
            int first = done;
            Parallel.For(0, made.Length, i => made[i] = isHeartbeats ? Heartbeats(first + i) : Group(first + i));
            for (int i = 0; i < made.Length; i++) Add(made[i], first + i);
            Events += made.Length * EventsPerGroup;
            if (!isHeartbeats) Reserve(done + GroupsPerBatch, groups);
            if (_log.Commit().Skipped is > 0 and var skipped) throw new InvalidOperationException($"{skipped} events were skipped");
        }
    }

    public int Events { get; private set; }

    public LogGenesis Genesis => _log.Genesis;

    public IReadOnlyList<byte[]> Envelopes => _log.Envelopes;

    public LogRoots Roots => _log.State.Roots();

    private static string AgreementOf(int group) => $"agreement {group % Owners}";

    private static string FileOf(int group) => $"file {group}";

    private static string[] ChunksOf(int group) => [.. Enumerable.Range(0, ChunksPerGroup).Select(i => $"chunk {group} {i}")];

    /// <summary>One batch before the declarations: where a chunk goes is known only then.</summary>
    private void Reserve(int first, int end)
    {
        for (int group = first; group < Math.Min(end, first + GroupsPerBatch); group++)
        {
            ReservedChunk[] chunks = [.. ChunksOf(group).Select(chunk => new ReservedChunk(LogKeys.Word(chunk), 1 << 20))];
            _log.Raw(Owner(group % Owners, new AgreementUse(LogKeys.Word(AgreementOf(group)), LogKeys.Word(FileOf(group)), ChunkCoding.Replicas, chunks), ((ulong)group * 64) + 1));
        }
    }

    /// <summary>Committee events carry their place, so they are only bodies until here.</summary>
    private void Add(byte[][] events, int group)
    {
        foreach (byte[] entry in events) _log.Raw(entry);
        if (_isHeartbeats) return;
        foreach (string chunk in ChunksOf(group)) _log.Committee(_log.Placement(AgreementOf(group), FileOf(group), chunk));
        byte[][] added = [.. ChunksOf(group).Select((chunk, i) => Node(
            IndexOf(Places(group, chunk)[2].NodeId), new ReplicaAdded(LogKeys.Word(chunk), 0, 2, LogKeys.Word($"root {chunk} 0"), 1 << 20, 1_000), ((ulong)group * 64) + (ulong)i + 1))];
        foreach (byte[] entry in added) _log.Raw(entry);
    }

    private byte[][] Heartbeats(int number) => [.. Enumerable.Range(0, EventsPerGroup).Select(i => Node(i % Nodes, Stats(i % Nodes, number), ((ulong)number * 64) + (ulong)i + 1))];

    private byte[][] Group(int number)
    {
        List<byte[]> events = [];
        ulong nonce = (ulong)number * 64;
        string[] chunks = ChunksOf(number);
        // The reservation of this group took the first number of the lane; the next one's is above all of these.
        for (int i = 0; i < ChunksPerGroup; i++) events.Add(Owner(number % Owners, Declared(number, chunks[i]), AuthorNonce.Of(1, nonce + 2 + (ulong)i).Value));
        for (int i = 0; i < EventsPerGroup - 1 - (3 * ChunksPerGroup); i++) events.Add(Node(i, Stats(i, number), AuthorNonce.Of(1, nonce + 20 + (ulong)i).Value));
        return [.. events];
    }

    private IReadOnlyList<PlacedReplica> Places(int group, string chunk) =>
        _log.State.Queries.Reservation(LogKeys.Word(AgreementOf(group)), LogKeys.Word(FileOf(group)), LogKeys.Word(chunk))?.Places ?? throw new InvalidOperationException("not reserved");

    private static int IndexOf(Hash256 node) => Array.FindIndex(NodeIds, known => known.Id == node);

    private static NodeStats Stats(int node, int number) => LogKeys.Stats(node, (1UL << 39) + (ulong)number, chunks: (ulong)number);

    private ChunkDeclared Declared(int group, string chunk)
    {
        PlacedReplica[] places = [.. Places(group, chunk).Take(2)];
        if (_isSigned)
            return LogKeys.Declared(AgreementOf(group), FileOf(group), chunk, 1 << 20, ChunkCoding.Replicas, 0, [.. places.Select(place => (place.Slot, NodeIds[IndexOf(place.NodeId)].Name, place.Zone))]);
        StoreAck[] acks = [.. places.Select(place => new StoreAck(place.Slot, place.NodeId, place.Zone, LogKeys.Word(chunk), 1_000, new byte[64]))];
        return new ChunkDeclared(LogKeys.Word(AgreementOf(group)), LogKeys.Word(FileOf(group)), LogKeys.Word(chunk), 1 << 20, ChunkCoding.Replicas, 0, [LogKeys.Word($"root {chunk} 0")], acks);
    }

    private byte[] Node(int node, EventBody body, ulong nonce) =>
        _isSigned ? LogKeys.NodeEvent(NodeIds[node].Name, body, nonce) : Unsigned(AuthorType.Node, NodeIds[node].Id, body, nonce, Ed25519.SignatureSize);

    private byte[] Owner(int owner, OwnerBody body, ulong nonce) =>
        _isSigned ? LogKeys.OwnerEvent($"owner{owner}", body, nonce) : Unsigned(AuthorType.Account, OwnerIds[owner], body, nonce, EventCodec.OwnerSignatureSize);

    private static byte[] Unsigned(AuthorType type, in Hash256 author, EventBody body, ulong nonce, int signatureBytes) => EventCodec.Encode(new LogEvent
    {
        ChainId = LogKeys.ChainId, Kind = body.Kind, AuthorType = type, Author = author, Nonce = nonce, ValidUntilMs = LogKeys.ValidUntilMs, Body = body.Encode(), Signature = new byte[signatureBytes],
    });
}
