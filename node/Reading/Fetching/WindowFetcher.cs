using System.Diagnostics;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Grpc;
using Dsdn.Reading.Locating;
using Dsdn.Reading.Nodes;
using Dsdn.Services;
using Dsdn.Services.Chunks;

namespace Dsdn.Reading.Fetching;

/// <summary>
/// Fetches one window of a copy or shard from whoever gives it first: the best node, a second one where the first is slower than usual, the next where one fails. Every block is proved against
/// the root before it counts.
/// </summary>
internal sealed class WindowFetcher(NodeBook nodes, LatencyRecord latencies, ReadOptions options, ReadMetrics metrics, TimeProvider clock)
{
    /// <summary>So many are asked at a time, at most.</summary>
    private const int AtOnceMax = 2;

    /// <returns>The bytes; or none, and why each node did not give them.</returns>
    public async Task<(byte[]? Bytes, IReadOnlyList<NodeFailure> Failures)> FetchAsync(PartWindow window, CancellationToken cancel)
    {
        IReadOnlyList<ReplicaLocation> holders = window.Chunk.HoldersOf(window.Shard);
        var failures = new List<NodeFailure>(holders.Where(static holder => holder.Address is null)
            .Select(static holder => new NodeFailure(holder.Node, holder.Zone, "?", NodeFailure.NoAddress, "the node has not said where it is")));
        var waiting = new Queue<ReplicaLocation>(nodes.Order(holders));
        List<Task<(byte[]? Bytes, NodeFailure? Failure)>> running = [];
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            while (running.Count > 0 || waiting.Count > 0)
            {
                if (running.Count == 0) running.Add(AttemptAsync(window, waiting.Dequeue(), others.Token));
                Task<(byte[]? Bytes, NodeFailure? Failure)>? first = await FirstAsync(running, waiting.Count > 0 && running.Count < AtOnceMax, others.Token);
                cancel.ThrowIfCancellationRequested();
                if (first is null)
                {
                    metrics.Hedged();
                    running.Add(AttemptAsync(window, waiting.Dequeue(), others.Token));
                    continue;
                }
                running.Remove(first);
                (byte[]? bytes, NodeFailure? failure) = await first;
                if (bytes is not null) return (bytes, failures);
                if (failure is not null) failures.Add(failure);
            }
            return (null, failures);
        }
        finally
        {
            await others.CancelAsync();
        }
    }

    /// <summary>Null: all of them take longer than windows usually do.</summary>
    private async Task<Task<(byte[]? Bytes, NodeFailure? Failure)>?> FirstAsync(List<Task<(byte[]? Bytes, NodeFailure? Failure)>> running, bool mayHedge, CancellationToken cancel)
    {
        Task<Task<(byte[]? Bytes, NodeFailure? Failure)>> any = Task.WhenAny(running);
        if (!mayHedge) return await any;
        try
        {
            return await any.WaitAsync(latencies.HedgeAfter(), clock, cancel);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Never throws: an end of one node is not an end of the read.</summary>
    private async Task<(byte[]? Bytes, NodeFailure? Failure)> AttemptAsync(PartWindow window, ReplicaLocation holder, CancellationToken cancel)
    {
        NodeLine line = nodes.Line(holder);
        line.Begin();
        long began = clock.GetTimestamp();
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(options.AttemptMs), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        try
        {
            byte[] bytes = WindowRoom.Rent(window.Bytes);
            string? wrong = await ReadAsync(line.Client, window, holder, bytes, either.Token);
            if (wrong is null)
            {
                TimeSpan took = clock.GetElapsedTime(began);
                line.Succeeded(took);
                latencies.Add(took);
                metrics.Fetched(bytes.Length, took);
                return (bytes, null);
            }
            line.SentWrongBytes();
            metrics.Wrong();
            return Failed(holder, NodeFailure.WrongBytes, wrong);
        }
        catch (Exception e) when (e is GrpcException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            if (cancel.IsCancellationRequested) return (null, null);
            line.Failed();
            if (patience.IsCancellationRequested) return Failed(holder, NodeFailure.Timeout, $"nothing whole within {options.AttemptMs} ms");
            return e is GrpcException refused ? Failed(holder, ServiceCodes.TryCode(refused, out string? code) ? code : refused.Status.Code.ToString(), refused.Status.Detail) : Failed(holder, "FAILED", e.Message);
        }
        finally
        {
            line.End();
        }
    }

    /// <returns>Null, or what was wrong.</returns>
    private static async Task<string?> ReadAsync(ChunkClient client, PartWindow window, ReplicaLocation holder, byte[] bytes, CancellationToken cancel)
    {
        ChunkLocation chunk = window.Chunk;
        Hash256 root = window.Key.Root;
        int at = 0;
        await foreach (ChunkBlock block in client.GetBlocksAsync(new ChunkSlot(chunk.Id, chunk.Coding, holder.Slot, chunk.Generation), (ulong)window.Offset, (ulong)bytes.Length, 0, cancel))
        {
            if (at == bytes.Length) return "more blocks than asked for";
            if (block.Index != (uint)((window.Offset + at) / ChunkTree.BlockBytes)) return $"block {block.Index} out of turn";
            if (!block.IsIn(root, (ulong)chunk.PartBytes)) return $"block {block.Index} is not in the chunk";
            Debug.Assert(block.Content.Length <= bytes.Length - at);
            block.Content.CopyTo(bytes.AsMemory(at));
            at += block.Content.Length;
        }
        return at == bytes.Length ? null : "fewer blocks than asked for";
    }

    private (byte[]? Bytes, NodeFailure? Failure) Failed(ReplicaLocation holder, string code, string detail)
    {
        metrics.Failed();
        return (null, new NodeFailure(holder.Node, holder.Zone, holder.Address?.ToString() ?? "?", code, detail));
    }
}
