using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;
using Dsdn.Node.Queries;
using Dsdn.Reading;
using Dsdn.Reading.Locating;
using Dsdn.Services;

namespace Dsdn.Ingress;

/// <summary>Says where chunks lie from a log of our own: nobody is asked, and nobody need be alive.</summary>
internal sealed class LogLocator(ILogView view, TimeProvider clock) : IChunkLocator
{
    public async Task<IReadOnlyList<ChunkLookup>> LocateAsync(IReadOnlyList<Hash256> ids, ulong minSeq, CancellationToken cancel)
    {
        if (view.Seq < minSeq) await ReachAsync(minSeq, cancel);
        return await view.ReadAsync<IReadOnlyList<ChunkLookup>>(state => [.. ids.Select(id => Look(state, id))]);
    }

    private async Task ReachAsync(ulong minSeq, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(ServiceCodes.BehindWait, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        try
        {
            await view.WaitAsync(minSeq, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            if (view.Seq < minSeq) throw ReadFailedException.Behind(view.Seq, minSeq);
        }
    }

    private static ChunkLookup Look(LogState state, Hash256 id)
    {
        LogQueries queries = state.Queries;
        if (queries.Chunk(id) is not { } chunk) return new ChunkLookup(id, state.Seq, ChunkState.Unknown, null);
        if (chunk.IsDeleted) return new ChunkLookup(id, state.Seq, ChunkState.Deleted, null);
        List<ReplicaLocation> replicas = [];
        foreach (ReplicaEntry replica in queries.Replicas(id))
        {
            if (replica.Generation != chunk.Generation || queries.Node(replica.NodeId) is not { } node) continue;
            replicas.Add(new ReplicaLocation(replica.Slot, replica.NodeId, replica.Zone, replica.IsHeld, NodeAddresses.IsReachable(node), NodeAddresses.Of(node, EndpointRole.Storage)));
        }
        return new ChunkLookup(id, state.Seq, ChunkState.Live, new ChunkLocation(id, chunk.LengthBytes, chunk.Coding, chunk.Generation, chunk.Roots, replicas));
    }
}
