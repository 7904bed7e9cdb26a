using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Reading.Caching;
using Dsdn.Reading.Fetching;
using Dsdn.Reading.Locating;
using Dsdn.Reading.Nodes;
using Dsdn.Services;

namespace Dsdn.Reading;

/// <summary>
/// Reads chunks from the nodes that have them. A byte leaves here only when its block was proved against the root that the log has for the chunk; a whole chunk only when its SHA-256 is the id as
/// well: the last of it is held back until that is known. One copy that proves itself is enough (rulings 44). Safe for all threads.
/// </summary>
public sealed class ChunkFetcher : IDisposable
{
    private readonly ReadOptions _options;
    private readonly NodeBook _nodes;
    private readonly WindowFetcher _fetcher;
    private readonly WindowCache _memory;
    private readonly DiskCache? _disk;
    private readonly ShardRebuild _rebuild;
    private readonly SharedWork<WindowKey, byte[]> _windows = new();
    private readonly SharedWork<Hash256, byte[]> _shards = new();
    private readonly SemaphoreSlim _ahead;

    /// <summary>Without a cache nobody but the one reader has a window, and its room is used again.</summary>
    private readonly bool _keeps;

    /// <param name="channels">With the role of services; belongs to the caller.</param>
    /// <exception cref="IOException">the cache's folder cannot be used</exception>
    public ChunkFetcher(ServiceChannels channels, ReadOptions options, TimeProvider clock)
    {
        _options = options;
        _keeps = options.CacheBytes > 0 || options.CacheFolder is not null;
        _nodes = new NodeBook(channels, options, clock);
        _fetcher = new WindowFetcher(_nodes, new LatencyRecord(options), options, Metrics, clock);
        _memory = new WindowCache(options.CacheBytes);
        _disk = options.CacheFolder is { } folder ? new DiskCache(folder, options.CacheFolderBytes) : null;
        _rebuild = new ShardRebuild(TryWindowAsync, Metrics);
        _ahead = new SemaphoreSlim(options.ReadAheadMax);
    }

    public ReadMetrics Metrics { get; } = new();

    /// <summary>A range in pieces of at most a window, in order; each is the caller's until the next is asked for. What was handed out was right; a failure means that the rest is missing.</summary>
    /// <exception cref="ReadFailedException">Unavailable, NotTheChunk, Encoding, Range.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync(ChunkLocation chunk, long offset, long length, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (offset < 0 || length < 0 || offset > (long)chunk.LengthBytes || length > (long)chunk.LengthBytes - offset)
            throw new ReadFailedException(ReadCodes.Range, $"{offset} + {length} of {chunk.LengthBytes} bytes");
        bool isWhole = length == (long)chunk.LengthBytes, isSmall = length <= ReadOptions.SmallBytesMax && chunk.PartBytes > ReadOptions.SmallBytesMax;
        using IncrementalHash? digest = isWhole ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var ahead = new Queue<Ahead>();
        long next = offset, end = offset + length;
        try
        {
            while (next < end || ahead.Count > 0)
            {
                while (next < end && ahead.Count <= _options.ReadAhead && (ahead.Count == 0 || _ahead.Wait(0, CancellationToken.None)))
                {
                    ChunkPiece piece = ChunkPiece.At(chunk, next, end, isSmall);
                    // Who takes little and goes on behind what was taken reads on, most likely.
                    if (isSmall && IsNextBlock(piece.Window)) piece = ChunkPiece.At(chunk, next, end, isBlock: false);
                    ahead.Enqueue(new Ahead(piece, WindowAsync(piece.Window, stop.Token), ahead.Count > 0));
                    next += piece.Bytes;
                }
                Ahead first = ahead.Peek();
                byte[] window = await first.Window;
                ahead.Dequeue();
                if (first.IsCounted) _ahead.Release();
                ReadOnlyMemory<byte> bytes = window.AsMemory(first.Piece.Inside, first.Piece.Bytes);
                digest?.AppendData(bytes.Span);
                bool isLast = ahead.Count == 0 && next == end;
                if (isLast && digest is not null && new Hash256(digest.GetHashAndReset()) != chunk.Id)
                    throw new ReadFailedException(ReadCodes.NotTheChunk, $"{chunk.Id}: what its root proves has another SHA-256");
                yield return bytes;
                if (!_keeps) WindowRoom.Return(window);
            }
        }
        finally
        {
            await stop.CancelAsync();
            foreach (Ahead left in ahead)
            {
                if (left.IsCounted) _ahead.Release();
                _ = left.Window.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }
        }
    }

    /// <summary>Fills a buffer from an offset.</summary>
    /// <exception cref="ReadFailedException">as <see cref="StreamAsync"/></exception>
    public async Task ReadAsync(ChunkLocation chunk, long offset, Memory<byte> buffer, CancellationToken cancel)
    {
        await foreach (ReadOnlyMemory<byte> piece in StreamAsync(chunk, offset, buffer.Length, cancel))
        {
            piece.CopyTo(buffer);
            buffer = buffer[piece.Length..];
        }
    }

    /// <summary>A whole chunk, checked against its id.</summary>
    /// <exception cref="ReadFailedException">as <see cref="StreamAsync"/></exception>
    public async Task<byte[]> ReadAllAsync(ChunkLocation chunk, CancellationToken cancel)
    {
        byte[] bytes = new byte[chunk.LengthBytes];
        await ReadAsync(chunk, 0, bytes, cancel);
        return bytes;
    }

    public void Dispose()
    {
        _nodes.Dispose();
        _disk?.Dispose();
        _ahead.Dispose();
        Metrics.Dispose();
    }

    /// <exception cref="ReadFailedException">nobody gives it, and it cannot be made</exception>
    private async Task<byte[]> WindowAsync(PartWindow window, CancellationToken cancel)
    {
        (byte[]? bytes, IReadOnlyList<NodeFailure> failures) = await TryWindowAsync(window, cancel);
        if (bytes is not null) return bytes;
        if (window.Chunk.Coding == ChunkCoding.Replicas) throw new ReadFailedException(ReadCodes.Unavailable, $"{failures.Count} nodes have it and none of them gives it", failures);
        Hash256 root = window.Key.Root;
        byte[] shard = await _shards.DoAsync(root, async stop =>
        {
            byte[] made = await _rebuild.MakeAsync(window.Chunk, window.Shard, failures, stop);
            for (int i = 0; i < PartWindow.CountOf(made.Length); i++)
                _memory.Add(new WindowKey(root, i), made.AsSpan(i * ReadOptions.WindowBytes, Math.Min(ReadOptions.WindowBytes, made.Length - (i * ReadOptions.WindowBytes))).ToArray());
            return made;
        }, Metrics.Shared, cancel);
        return shard.AsSpan(window.Offset, window.Bytes).ToArray();
    }

    private bool IsNextBlock(PartWindow window) => window.Index > 0 && _memory.Has((window with { Index = window.Index - 1 }).Key) && !_memory.Has(window.Key);

    /// <summary>From memory, disk, or nodes; each window is fetched once, however many want it.</summary>
    private async Task<(byte[]? Bytes, IReadOnlyList<NodeFailure> Failures)> TryWindowAsync(PartWindow window, CancellationToken cancel)
    {
        WindowKey key = window.Key;
        if (_memory.Find(key) is { } known)
        {
            Metrics.Hit(known.Length, isOnDisk: false);
            return (known, []);
        }
        if (window.IsBlock && _memory.Find(window.Around.Key) is { } around)
        {
            Metrics.Hit(window.Bytes, isOnDisk: false);
            return (Within(window, around), []);
        }
        try
        {
            return (_keeps ? await _windows.DoAsync(key, stop => FetchAsync(window, stop), Metrics.Shared, cancel) : await FetchAsync(window, cancel), []);
        }
        catch (ReadFailedException e) when (e.Code == ReadCodes.Unavailable)
        {
            return (null, e.Nodes);
        }
    }

    private async Task<byte[]> FetchAsync(PartWindow window, CancellationToken cancel)
    {
        WindowKey key = window.Key;
        PartWindow large = window.Around;
        if (_disk is not null && await _disk.FindAsync(large.Key, large.Bytes, cancel) is { } stored)
        {
            Metrics.Hit(stored.Length, isOnDisk: true);
            _memory.Add(large.Key, stored);
            return Within(window, stored);
        }
        Metrics.Missed();
        (byte[]? bytes, IReadOnlyList<NodeFailure> failures) = await _fetcher.FetchAsync(window, cancel);
        if (bytes is null) throw new ReadFailedException(ReadCodes.Unavailable, "no node gives it", failures);
        _memory.Add(key, bytes);
        if (!window.IsBlock) _disk?.Offer(key, bytes);
        return bytes;
    }

    private static byte[] Within(PartWindow window, byte[] large) => window.IsBlock ? large.AsSpan(window.Offset - window.Around.Offset, window.Bytes).ToArray() : large;

    /// <param name="IsCounted">It has one of the places of all readers.</param>
    private readonly record struct Ahead(ChunkPiece Piece, Task<byte[]> Window, bool IsCounted);
}
