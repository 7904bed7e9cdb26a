using System.Globalization;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;
using Dsdn.Services.Placements.Wire;
using Google.Protobuf;
using Endpoint = Dsdn.Services.Placements.Wire.Endpoint;

namespace Dsdn.Node.Queries;

/// <summary>Answers of <see cref="PlacementService"/> from a state. Nothing of the state is kept.</summary>
internal static class PlacementAnswers
{
    /// <summary>Of an agreement, as in placements.proto; one that has ended is closed to everything new.</summary>
    private const uint Open = 1, Closed = 2;

    public static NodesReply Nodes(LogState state)
    {
        var reply = new NodesReply { Seq = state.Seq, LogTimeMs = state.LogTimeMs };
        reply.Nodes.AddRange(state.Queries.Nodes().Select(Node));
        return reply;
    }

    public static AgreementsReply Agreement(LogState state, Hash256 id) => Agreements(state, state.Queries.Agreement(id) is { } agreement ? [agreement] : []);

    public static AgreementsReply Agreements(LogState state, Address owner) => Agreements(state, state.Queries.AgreementsOf(owner));

    public static FilesReply File(LogState state, Hash256 agreement, Hash256 file)
    {
        var reply = new FilesReply { Seq = state.Seq };
        IReadOnlyList<ReferenceEntry> chunks = state.Queries.File(agreement, file);
        if (chunks.Count == 0) return reply;
        var entry = new Dsdn.Services.Placements.Wire.File { Id = Bytes(file) };
        entry.Chunks.AddRange(chunks.Select(static chunk => Bytes(chunk.ChunkId)));
        reply.Files.Add(entry);
        return reply;
    }

    /// <summary>Ids only: what they hold is asked for one by one.</summary>
    public static FilesReply Files(LogState state, Hash256 agreement, Hash256? after, int max)
    {
        var reply = new FilesReply { Seq = state.Seq };
        reply.Files.AddRange(state.Queries.Files(agreement, after, max).Select(static id => new Dsdn.Services.Placements.Wire.File { Id = Bytes(id) }));
        return reply;
    }

    public static ChunksReply Chunks(LogState state, IReadOnlyList<Hash256> ids)
    {
        var reply = new ChunksReply { Seq = state.Seq, LogTimeMs = state.LogTimeMs };
        foreach (Hash256 id in ids) reply.Chunks.Add(state.Queries.Chunk(id) is { } chunk ? Chunk(state.Queries, chunk) : new Chunk());
        return reply;
    }

    public static ReservationsReply Reservations(LogState state, Hash256 agreement, Hash256 file, IReadOnlyList<Hash256> chunks)
    {
        var reply = new ReservationsReply { Seq = state.Seq };
        foreach (Hash256 id in chunks)
        {
            ChunkEntry? known = state.Queries.Chunk(id);
            var entry = new Reservation { Generation = known is null ? 0 : known.IsDeleted ? known.Generation + 1 : known.Generation, IsLive = known is { IsDeleted: false } };
            if (state.Queries.Reservation(agreement, file, id) is { } reserved)
            {
                (entry.Exists, entry.ReservedSeq, entry.ExpiresMs) = (true, reserved.Seq, reserved.ExpiresMs);
                entry.Places.AddRange(reserved.Places.Select(static place => new Replica { Slot = place.Slot, Node = Bytes(place.NodeId), Zone = place.Zone }));
            }
            reply.Reservations.Add(entry);
        }
        return reply;
    }

    public static LanesReply Lane(LogState state, AuthorType type, Hash256 author, ushort lane)
    {
        ulong? counter = state.Queries.Counter(type, author, lane);
        return new LanesReply { Seq = state.Seq, IsUsed = counter is not null, Counter = counter ?? 0 };
    }

    private static AgreementsReply Agreements(LogState state, IReadOnlyList<AgreementEntry> entries)
    {
        var reply = new AgreementsReply { Seq = state.Seq, LogTimeMs = state.LogTimeMs };
        reply.Agreements.AddRange(entries.Select(entry => new Agreement
        {
            Id = Bytes(entry.Id), Owner = ByteString.CopyFrom(entry.Owner.Span), References = entry.References, HeldBytes = entry.HeldBytes.ToString(CultureInfo.InvariantCulture),
            ReservedBytes = (entry.Term?.ReservedBytes ?? 0).ToString(CultureInfo.InvariantCulture), QuotaBytes = (entry.Term?.QuotaBytes ?? 0).ToString(CultureInfo.InvariantCulture),
            ExpiresMs = entry.Term?.EndMs ?? 0, Coding = (uint)(entry.Term?.Coding ?? 0), Status = entry.Term is { } term && (term.IsClosed || term.EndMs <= state.LogTimeMs) ? Closed : Open,
        }));
        return reply;
    }

    private static Dsdn.Services.Placements.Wire.Node Node(NodeEntry entry)
    {
        var node = new Dsdn.Services.Placements.Wire.Node
        {
            Id = Bytes(entry.Id), Operator = ByteString.CopyFrom(entry.Record.Operator.Span), Zone = entry.Record.Zone, NodeClass = entry.Record.Class, Status = entry.Record.Status,
            TlsFingerprint = Bytes(entry.Record.TlsFingerprint), StatsMs = entry.StatsAtMs, MissedRounds = entry.MissedRounds, IsDown = entry.IsDown,
        };
        if (entry.Stats is not { } stats) return node;
        (node.CapacityBytes, node.FreeBytes, node.Chunks) = (stats.CapacityBytes, stats.FreeBytes, stats.Chunks);
        foreach (Dsdn.Chain.Log.Events.Endpoint endpoint in stats.Endpoints)
            node.Endpoints.Add(new Endpoint { Role = (uint)endpoint.Role, Host = NodeAddresses.HostOf(endpoint), Port = endpoint.Port });
        return node;
    }

    private static Chunk Chunk(LogQueries queries, ChunkEntry entry)
    {
        var chunk = new Chunk
        {
            State = entry.IsDeleted ? 2u : 1u, Length = entry.LengthBytes, Coding = (uint)entry.Coding, Generation = entry.Generation, DeclaredSeq = entry.DeclaredSeq, PlacedSeq = entry.PlacedSeq,
            DeletedSeq = entry.DeletedSeq,
        };
        chunk.Roots.AddRange(entry.Roots.Select(static root => Bytes(root)));
        if (entry.IsDeleted) return chunk;
        foreach (ReplicaEntry replica in queries.Replicas(entry.Id))
        {
            if (replica.Generation != entry.Generation) continue;
            chunk.Replicas.Add(new Replica
            {
                Slot = replica.Slot, Node = Bytes(replica.NodeId), Zone = replica.Zone, IsHeld = replica.IsHeld, IsReachable = queries.Node(replica.NodeId) is { } node && NodeAddresses.IsReachable(node),
                ProvenMs = queries.Audits.ProvenMs(replica),
            });
        }
        if (queries.Health(entry.Id) is { } health) (chunk.Margin, chunk.IsDegraded) = ((uint)Math.Max(0, health.Margin), health.IsDegraded);
        return chunk;
    }

    private static ByteString Bytes(Hash256 hash) => ByteString.CopyFrom(hash.Span);
}
