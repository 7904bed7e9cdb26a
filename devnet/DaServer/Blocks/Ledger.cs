using Dsdn.Chain.Primitives;
using Dsdn.DaServer.Accounts;
using Dsdn.DaServer.Storage;

namespace Dsdn.DaServer.Blocks;

/// <summary>The chain: reads blocks by height or hash, keeps squares at hand, and takes the next block. Safe from every thread.</summary>
internal sealed class Ledger : IDisposable
{
    private const int HeightsByHashMax = 2_000_000;

    private readonly Lock _lock = new();
    private readonly BlockFiles _files;
    private readonly HeaderMaker _headers;
    private readonly SquareCache _cache;
    private readonly Dictionary<Hash256, ulong> _heights = [];
    private BlockRecord? _head;
    private BlockRecord? _before;
    private TaskCompletionSource _grown = NewSignal();

    public Ledger(BlockFiles files, HeaderMaker headers, IReadOnlyList<AccountState> genesis, long cacheBytesMax)
    {
        (_files, _headers, Genesis) = (files, headers, genesis);
        _cache = new SquareCache(cacheBytesMax, Load);
        for (ulong height = files.First; height <= files.Last; height++)
            if (files.TryPlace(height, out BlockPlace place)) _heights[place.Hash] = height;
        _head = files.Read(files.Last);
        _before = files.Last > files.First ? files.Read(files.Last - 1) : null;
        // A key or a chain that is not that of the blocks is found now, not by a client.
        if (_head is not null) _cache.Get(_head.Height);
    }

    public IReadOnlyList<AccountState> Genesis { get; }

    /// <summary>0 before the first block.</summary>
    public ulong Height
    {
        get
        {
            lock (_lock) return _head?.Height ?? 0;
        }
    }

    /// <summary>The lowest height that is kept.</summary>
    public ulong First => _files.First;

    public BlockRecord? Head
    {
        get
        {
            lock (_lock) return _head;
        }
    }

    /// <summary>After the head.</summary>
    public IReadOnlyList<AccountState> Accounts
    {
        get
        {
            lock (_lock) return _head?.Accounts ?? Genesis;
        }
    }

    /// <summary>One block below the head: what a header proves.</summary>
    public IReadOnlyList<AccountState> ProvedAccounts
    {
        get
        {
            lock (_lock) return _before?.Accounts ?? Genesis;
        }
    }

    /// <summary>Null where the height is not here.</summary>
    public ulong? TimeMs(ulong height) => _files.TryPlace(height, out BlockPlace place) ? place.TimeMs : null;

    /// <returns>Null where the height is not here.</returns>
    public ServedBlock? Find(ulong height) => _files.TryPlace(height, out _) ? _cache.Get(height) : null;

    public ulong? HeightOf(in Hash256 hash)
    {
        lock (_lock) return _heights.TryGetValue(hash, out ulong height) && height >= _files.First ? height : null;
    }

    /// <summary>Ends when there is a block of the height.</summary>
    public async Task WaitAsync(ulong height, CancellationToken cancel)
    {
        while (true)
        {
            Task grown;
            lock (_lock)
            {
                if ((_head?.Height ?? 0) >= height) return;
                grown = _grown.Task;
            }
            await grown.WaitAsync(cancel);
        }
    }

    /// <summary>The next block, on disk when it returns. One caller at a time.</summary>
    public ServedBlock Append(BlockRecord record, BlockSquare square)
    {
        ServedBlock block = new(_headers.Extended(record, square.Prover.Dah), square, record);
        _files.Append(record);
        _cache.Put(block);
        TaskCompletionSource grown;
        lock (_lock)
        {
            if (_heights.Count < HeightsByHashMax) _heights[record.Hash] = record.Height;
            (_before, _head) = (_head, record);
            (grown, _grown) = (_grown, NewSignal());
        }
        grown.SetResult();
        return block;
    }

    /// <summary>Deletes what no longer has to be served.</summary>
    public void Prune(ulong below)
    {
        ulong first = _files.First;
        _files.Prune(below);
        lock (_lock)
        {
            if (_files.First == first) return;
            foreach (Hash256 hash in (Hash256[])[.. _heights.Where(entry => entry.Value < _files.First).Select(static entry => entry.Key)]) _heights.Remove(hash);
        }
    }

    public void Dispose() => _files.Dispose();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServedBlock? Load(ulong height)
    {
        if (_files.Read(height) is not { } record) return null;
        BlockSquare square = BlockSquare.Rebuild(record.Transactions.Select(static transaction => transaction.Bytes), height);
        return square.DataHash == record.DataHash
            ? new ServedBlock(_headers.Extended(record, square.Prover.Dah), square, record)
            : throw new DaServerException($"block {height} is damaged", isIntegrity: true);
    }
}
