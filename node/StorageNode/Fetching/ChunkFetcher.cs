using Dsdn.Chain.Erasure;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Grpc;
using Dsdn.Log.Storing;
using Dsdn.Storage;
using Dsdn.StorageNode.Storing;

namespace Dsdn.StorageNode.Fetching;

/// <summary>
/// Brings what this node is assigned from nodes that have it: the same bytes, or a shard made from six others. Nobody is believed: the store compares both hashes, and of a shard that does
/// not come out right the six are compared with their own roots before the encoder is blamed (dataplane 1.18).
/// </summary>
internal sealed class ChunkFetcher(ChunkStore store, PeerClients peers)
{
    private const int StripBytes = ChunkTree.BlockBytes;

    /// <exception cref="OperationCanceledException"/>
    public async Task<FetchResult> RunAsync(FetchPlan plan, CancellationToken cancel)
    {
        ChunkPut put = new(DiskView.KeyOf(plan.Key), plan.AgreementId, (long)plan.LengthBytes, plan.Root, ChunkStanding.Declared);
        StoreVerdict begun = store.TryBegin(put, out ChunkWriter? writer);
        if (writer is null) return Refused(begun);
        using (writer)
        {
            try
            {
                return plan.IsRebuild ? await RebuildAsync(plan, writer, cancel) : await CopyAsync(plan, writer, cancel);
            }
            catch (PeerFailedException failed)
            {
                return FetchResult.Failed(failed.Message, failed.Node);
            }
        }
    }

    /// <summary>Goes on behind what came before, from whomever.</summary>
    private async Task<FetchResult> CopyAsync(FetchPlan plan, ChunkWriter writer, CancellationToken cancel)
    {
        FetchSource source = plan.Sources[0];
        bool isResumed = writer.LengthBytes > 0;
        if ((ulong)writer.LengthBytes < plan.LengthBytes)
        {
            await using SourceStream stream = new(peers, plan, source, (ulong)writer.LengthBytes, cancel);
            while (await Of(source, stream.NextAsync(cancel)) is { IsEmpty: false } bytes)
            {
                StoreVerdict written = writer.Write(bytes.Span);
                if (written.Fault == StoreFault.TooLong) return FetchResult.Failed(written.Details, source.NodeId);
                if (!written.IsDone) return Refused(written);
            }
        }
        StoreVerdict done = writer.Complete(out _, out _);
        return done.Fault switch
        {
            // Whose bytes were wrong cannot be told where several sent some: it begins anew.
            StoreFault.Digest or StoreFault.Root when isResumed => FetchResult.Failed(done.Details),
            StoreFault.Digest or StoreFault.Root or StoreFault.Incomplete => FetchResult.Failed($"{done.Code} {done.Details}", source.NodeId),
            _ => Refused(done),
        };
    }

    private async Task<FetchResult> RebuildAsync(FetchPlan plan, ChunkWriter writer, CancellationToken cancel)
    {
        if (writer.LengthBytes > 0)
        {
            // The six can be judged only from their first byte on.
            writer.Abandon();
            return FetchResult.Failed("begins anew");
        }
        SourceStream[] streams = [.. plan.Sources.Select(source => new SourceStream(peers, plan, source, 0, cancel))];
        try
        {
            if (await CombineAsync(plan, streams, writer, cancel) is { } failed) return failed;
            List<Hash256> liars = [.. streams.Where(static stream => stream.Hasher.Finish().Root != stream.Source.Root).Select(static stream => stream.Source.NodeId)];
            if (liars.Count > 0)
            {
                writer.Abandon();
                return FetchResult.Failed("a shard is not what was declared", liars);
            }
            StoreVerdict done = writer.Complete(out _, out _);
            return done.Fault == StoreFault.Root ? new FetchResult(FetchOutcome.Inconsistent, [], done.Details) : Refused(done);
        }
        finally
        {
            foreach (SourceStream stream in streams) await stream.DisposeAsync();
        }
    }

    /// <returns>Null: all bytes are written.</returns>
    private static async Task<FetchResult?> CombineAsync(FetchPlan plan, SourceStream[] streams, ChunkWriter writer, CancellationToken cancel)
    {
        byte[][] strips = [.. streams.Select(static _ => new byte[StripBytes])];
        byte[] made = new byte[StripBytes];
        int[] indexes = [.. streams.Select(static stream => (int)stream.Source.Slot)];
        for (ulong at = 0; at < plan.LengthBytes; at += StripBytes)
        {
            int count = (int)Math.Min(StripBytes, plan.LengthBytes - at);
            Task<bool>[] fills = [.. streams.Select((stream, i) => Of(stream.Source, new ValueTask<bool>(stream.FillAsync(strips[i].AsMemory(0, count), cancel))))];
            bool[] filled;
            try
            {
                filled = await Task.WhenAll(fills);
            }
            catch (PeerFailedException)
            {
                writer.Abandon();
                PeerFailedException[] failures = [.. fills.Select(static fill => fill.Exception?.InnerException).OfType<PeerFailedException>()];
                return FetchResult.Failed(failures[0].Message, [.. failures.Select(static failure => failure.Node)]);
            }
            if (filled.Contains(false))
            {
                writer.Abandon();
                return FetchResult.Failed("a shard is shorter than declared", [.. streams.Where((_, i) => !filled[i]).Select(static stream => stream.Source.NodeId)]);
            }
            ReedSolomon.Rebuild([.. strips.Select(strip => (ReadOnlyMemory<byte>)strip.AsMemory(0, count))], indexes, plan.Slot, made.AsMemory(0, count));
            StoreVerdict written = writer.Write(made.AsSpan(0, count));
            if (!written.IsDone) return Refused(written);
        }
        return null;
    }

    /// <summary>Failures of a node carry its name.</summary>
    private static async Task<T> Of<T>(FetchSource source, ValueTask<T> answer)
    {
        try
        {
            return await answer;
        }
        catch (GrpcException e)
        {
            throw new PeerFailedException(source.NodeId, e);
        }
    }

    private static FetchResult Refused(StoreVerdict verdict) => verdict.Fault switch
    {
        StoreFault.None or StoreFault.Exists => FetchResult.Stored,
        StoreFault.Full or StoreFault.Quota or StoreFault.Disk => FetchResult.NoRoom($"{verdict.Code} {verdict.Details}"),
        _ => FetchResult.Failed($"{verdict.Code} {verdict.Details}"),
    };

    private sealed class PeerFailedException(Hash256 node, GrpcException cause) : Exception($"{node}: {cause.Message}", cause)
    {
        public Hash256 Node => node;
    }
}
