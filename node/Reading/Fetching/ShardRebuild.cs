using Dsdn.Chain.Erasure;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Reading.Locating;

namespace Dsdn.Reading.Fetching;

/// <summary>
/// Makes a shard that nobody gives from six others. A part of a rebuilt shard proves nothing, so it is always the whole shard, whose root must come out as the log says: six proved shards that
/// give another one were never encoded rightly.
/// </summary>
internal sealed class ShardRebuild(Func<PartWindow, CancellationToken, Task<(byte[]? Bytes, IReadOnlyList<NodeFailure> Failures)>> fetch, ReadMetrics metrics)
{
    /// <exception cref="ReadFailedException">Fewer than six others are to be had, or they are no code word.</exception>
    public async Task<byte[]> MakeAsync(ChunkLocation chunk, int shard, IReadOnlyList<NodeFailure> failuresBefore, CancellationToken cancel)
    {
        byte[] made = new byte[chunk.PartBytes];
        var failures = new List<NodeFailure>(failuresBefore);
        // Those that answered for one window are asked first for the next.
        int[] order = [.. Enumerable.Range(0, ReedSolomon.Shards).Where(other => other != shard).OrderByDescending(other => chunk.HoldersOf(other).Count(static holder => holder is { IsHeld: true, IsReachable: true }))];
        for (int index = 0; index < PartWindow.CountOf(made.Length); index++)
        {
            SortedDictionary<int, byte[]> sources = await SixAsync(chunk, order, index, failures, cancel);
            if (sources.Count < ReedSolomon.DataShards)
                throw new ReadFailedException(ReadCodes.Unavailable, $"{sources.Count} of the {ReedSolomon.DataShards} shards that are needed can be read", failures);
            order = [.. sources.Keys, .. order.Except(sources.Keys)];
            ReadOnlyMemory<byte>[] given = [.. sources.Values];
            int[] indexes = [.. sources.Keys];
            int offset = index * ReadOptions.WindowBytes;
            ReedSolomon.Rebuild(given, indexes, shard, made.AsMemory(offset, given[0].Length));
        }
        Hash256 root = ChunkRoot.Of(made);
        if (root != chunk.RootOf(shard)) throw new ReadFailedException(ReadCodes.Encoding, $"shard {shard} made from six others has another root than was declared", failures);
        metrics.Rebuilt();
        return made;
    }

    private async Task<SortedDictionary<int, byte[]>> SixAsync(ChunkLocation chunk, IReadOnlyList<int> order, int index, List<NodeFailure> failures, CancellationToken cancel)
    {
        SortedDictionary<int, byte[]> sources = [];
        int next = 0;
        while (sources.Count < ReedSolomon.DataShards && next < order.Count)
        {
            int[] wave = [.. order.Skip(next).Take(ReedSolomon.DataShards - sources.Count)];
            next += wave.Length;
            (byte[]? Bytes, IReadOnlyList<NodeFailure> Failures)[] results = await Task.WhenAll(wave.Select(other => fetch(new PartWindow(chunk, other, index), cancel)));
            for (int i = 0; i < wave.Length; i++)
            {
                if (results[i].Bytes is { } bytes) sources[wave[i]] = bytes;
                else failures.AddRange(results[i].Failures);
            }
        }
        return sources;
    }
}
