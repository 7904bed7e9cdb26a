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
        for (int done = 0; done < groups; done += GroupsPerBatch)
        {
            byte[][][] made = new byte[Math.Min(GroupsPerBatch, groups - done)][][];
            int first = done;
            Parallel.For(0, made.Length, i => made[i] = Group(first + i));
            foreach (byte[][] group in made)
                for (int i = 0; i < group.Length; i++) Add(group[i], first, i);
            Events += made.Sum(group => group.Length);
            if (_log.Commit().Skipped is > 0 and var skipped) throw new InvalidOperationException($"{skipped} events were skipped");
        }
    }

    public int Events { get; private set; }

    public LogGenesis Genesis => _log.Genesis;

    public IReadOnlyList<byte[]> Envelopes => _log.Envelopes;

    public LogRoots Roots => _log.State.Roots();

    /// <summary>Committee events carry their place, so they are only bodies until here.</summary>
    private void Add(byte[] encoded, int group, int index)
    {
        if (_isHeartbeats || index <= ChunksPerGroup || index > 2 * ChunksPerGroup) _log.Raw(encoded);
        else _log.Committee(Placement(encoded));
    }

    private static PlacementDecided Placement(byte[] packed)
    {
        Hash256 chunk = new(packed.AsSpan(0, 32)), agreement = new(packed.AsSpan(32, 32));
        return new PlacementDecided(chunk, agreement, 0, ChunkCoding.Replicas, BitConverter.ToUInt64(packed, 64), [.. Enumerable.Range(0, 3).Select(slot => Replica(packed[72], slot))]);
    }

    private static PlacedReplica Replica(int start, int slot) => new((byte)slot, NodeIds[(start + slot) % Nodes].Id, (ushort)(((start + slot) % Nodes % Zones) + 1));

    private byte[][] Group(int number)
    {
        List<byte[]> events = [];
        ulong nonce = (ulong)number * 64;
        if (_isHeartbeats)
        {
            for (int i = 0; i < EventsPerGroup; i++) events.Add(Node(i % Nodes, Stats(number), nonce + (ulong)i + 1));
            return [.. events];
        }
        int owner = number % Owners;
        string agreement = $"agreement {owner}", file = $"file {number}";
        Hash256 agreementId = LogKeys.Word(agreement);
        string[] chunks = [.. Enumerable.Range(0, ChunksPerGroup).Select(i => $"chunk {number} {i}")];
        events.Add(Owner(owner, new AgreementUse(agreementId, LogKeys.Word(file), ChunkCoding.Replicas, [.. chunks.Select(chunk => new ReservedChunk(LogKeys.Word(chunk), 1 << 20))]), nonce + 1));
        for (int i = 0; i < ChunksPerGroup; i++) events.Add(Owner(owner, Declared(agreement, file, chunks[i], (number + i) % Nodes), nonce + 2 + (ulong)i));
        ulong seq = ((ulong)number / GroupsPerBatch) + 2;
        for (int i = 0; i < ChunksPerGroup; i++)
            events.Add([.. LogKeys.Word(chunks[i]).Span, .. agreementId.Span, .. BitConverter.GetBytes(seq), (byte)((number + i) % Nodes)]);
        for (int i = 0; i < ChunksPerGroup; i++)
            events.Add(Node((number + i + 2) % Nodes, new ReplicaAdded(LogKeys.Word(chunks[i]), 0, 2, LogKeys.Word($"root {chunks[i]} 0"), 1 << 20, 1_000), nonce + (ulong)i + 1));
        for (int i = 0; i < EventsPerGroup - 1 - (3 * ChunksPerGroup); i++) events.Add(Node(i, Stats(number), nonce + 20 + (ulong)i));
        return [.. events];
    }

    private static NodeStats Stats(int number) => new([new Endpoint(EndpointRole.Storage, new byte[16], 45_840)], 1UL << 40, (ulong)number, (ulong)number, 100, 1_000, 1_000);

    private ChunkDeclared Declared(string agreement, string file, string chunk, int node)
    {
        if (_isSigned) return LogKeys.Declared(agreement, file, chunk, 1 << 20, ChunkCoding.Replicas, 0, [.. Enumerable.Range(0, 2).Select(slot => ((byte)slot, NodeIds[(node + slot) % Nodes].Name, Replica(node, slot).Zone))]);
        StoreAck[] acks = [.. Enumerable.Range(0, 2).Select(slot => new StoreAck((byte)slot, NodeIds[(node + slot) % Nodes].Id, Replica(node, slot).Zone, LogKeys.Word(chunk), 1_000, new byte[64]))];
        return new ChunkDeclared(LogKeys.Word(agreement), LogKeys.Word(file), LogKeys.Word(chunk), 1 << 20, ChunkCoding.Replicas, 0, [LogKeys.Word($"root {chunk} 0")], acks);
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
