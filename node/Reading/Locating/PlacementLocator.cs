using System.Globalization;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Grpc;
using Dsdn.Services;
using Dsdn.Services.Placements;
using Dsdn.Services.Placements.Wire;
using Endpoint = Dsdn.Services.Placements.Wire.Endpoint;

namespace Dsdn.Reading.Locating;

/// <summary>Asks those that follow the log, the one that answered last first. What they say of nodes is kept for a while: every chunk of a file names the same ones.</summary>
/// <param name="sources">Belong to the caller.</param>
public sealed class PlacementLocator(IReadOnlyList<PlacementClient> sources, TimeProvider clock) : IChunkLocator
{
    private static readonly TimeSpan NodesKept = TimeSpan.FromSeconds(30), NodesKeptMin = TimeSpan.FromSeconds(1);

    private volatile int _first;
    private volatile KnownNodes? _nodes;

    public async Task<IReadOnlyList<ChunkLookup>> LocateAsync(IReadOnlyList<Hash256> ids, ulong minSeq, CancellationToken cancel)
    {
        List<ChunkLookup> found = new(ids.Count);
        foreach (Hash256[] page in ids.Chunk(PlacementMethods.IdsMax)) found.AddRange(await AskAsync(source => LocateAsync(source, page, minSeq, cancel)));
        return found;
    }

    private async Task<ChunkLookup[]> LocateAsync(PlacementClient source, Hash256[] ids, ulong minSeq, CancellationToken cancel)
    {
        var request = new ChunksRequest { MinSeq = minSeq };
        request.Ids.AddRange(ids.Select(static id => Google.Protobuf.ByteString.CopyFrom(id.Span)));
        ChunksReply reply = await source.ChunksAsync(request, cancel);
        if (reply.Chunks.Count != ids.Length) throw new GrpcException(GrpcStatusCode.Internal, "the answer is about another number of chunks");
        HashSet<Hash256> named = [];
        foreach (Chunk chunk in reply.Chunks)
            foreach (Replica replica in chunk.Replicas) named.Add(Hash(replica.Node));
        KnownNodes nodes = await NodesAsync(source, named, cancel);
        ChunkLookup[] lookups = new ChunkLookup[ids.Length];
        for (int i = 0; i < lookups.Length; i++) lookups[i] = Read(ids[i], reply.Seq, reply.Chunks[i], nodes);
        return lookups;
    }

    private static ChunkLookup Read(Hash256 id, ulong seq, Chunk chunk, KnownNodes nodes)
    {
        if (chunk.State != (uint)ChunkState.Live) return new ChunkLookup(id, seq, chunk.State == (uint)ChunkState.Deleted ? ChunkState.Deleted : ChunkState.Unknown, null);
        ReplicaLocation[] replicas = [.. chunk.Replicas.Select(replica =>
        {
            Hash256 node = Hash(replica.Node);
            return new ReplicaLocation((byte)replica.Slot, node, (ushort)replica.Zone, replica.IsHeld, replica.IsReachable, nodes.Addresses.GetValueOrDefault(node));
        })];
        var location = new ChunkLocation(id, chunk.Length, (ChunkCoding)chunk.Coding, chunk.Generation, [.. chunk.Roots.Select(Hash)], replicas);
        return location.IsSound ? new ChunkLookup(id, seq, ChunkState.Live, location) : throw new GrpcException(GrpcStatusCode.Internal, "the answer describes no chunk");
    }

    /// <summary>Asked again when they are old, or where a name is missing.</summary>
    private async Task<KnownNodes> NodesAsync(PlacementClient source, HashSet<Hash256> named, CancellationToken cancel)
    {
        if (_nodes is { } known)
        {
            TimeSpan age = clock.GetElapsedTime(known.At);
            if (age < NodesKeptMin || (age < NodesKept && named.All(known.Addresses.ContainsKey))) return known;
        }
        NodesReply reply = await source.NodesAsync(new NodesRequest(), cancel);
        Dictionary<Hash256, ServiceAddress> addresses = [];
        foreach (Node node in reply.Nodes)
        {
            Endpoint? endpoint = node.Endpoints.FirstOrDefault(static endpoint => endpoint.Role == (uint)EndpointRole.Storage);
            if (endpoint is { Port: > 0 and <= ushort.MaxValue } && node.TlsFingerprint.Length == Hash256.Size)
                addresses[Hash(node.Id)] = new ServiceAddress(endpoint.Host, (int)endpoint.Port, null, Hash(node.TlsFingerprint));
        }
        return _nodes = new KnownNodes(clock.GetTimestamp(), addresses);
    }

    /// <summary>One after the other; those that are behind may be so by a moment, so the furthest of them is what is told.</summary>
    private async Task<T> AskAsync<T>(Func<PlacementClient, Task<T>> ask)
    {
        GrpcException? behind = null, last = null;
        for (int i = 0; i < sources.Count; i++)
        {
            int at = (_first + i) % sources.Count;
            try
            {
                T answer = await ask(sources[at]);
                _first = at;
                return answer;
            }
            catch (GrpcException e)
            {
                last = e;
                if (ServiceCodes.TryCode(e, out string? code) && code == ServiceCodes.Behind && (behind is null || Seq(e) > Seq(behind))) behind = e;
            }
        }
        if (behind is not null) throw ReadFailedException.Behind(Seq(behind), Seq(behind, ServiceCodes.MinSeqTrailer));
        throw new ReadFailedException(ReadCodes.NoSource, $"none of {sources.Count} that follow the log answers: {last?.Message}");
    }

    private static ulong Seq(GrpcException refusal, string trailer = ServiceCodes.SeqTrailer) =>
        refusal.Trailers.TryGet(trailer, out string? text) && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seq) ? seq : 0;

    private static Hash256 Hash(Google.Protobuf.ByteString bytes) => bytes.Length == Hash256.Size ? new Hash256(bytes.Span) : throw new GrpcException(GrpcStatusCode.Internal, "the answer has an id of another length");

    private sealed record KnownNodes(long At, IReadOnlyDictionary<Hash256, ServiceAddress> Addresses);
}
