using System.Security.Cryptography;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Rpc.Filters;

/// <summary>
/// Filters that HTTP clients poll. A filter is a place in the chain (or in the ring of pooled hashes), not a queue, so an
/// abandoned one costs nothing; it is dropped after <see cref="RpcOptions.FilterIdleMsMax"/> without a poll.
/// </summary>
internal sealed class FilterRegistry(IChainView chain, ChainFeed feed, RpcOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Filter> _filters = new(StringComparer.Ordinal);

    public int Count
    {
        get
        {
            lock (_lock) return _filters.Count;
        }
    }

    public RpcError? InstallLogs(LogCriteria criteria, ulong head, out string id)
    {
        id = "";
        if (criteria.From is { Kind: Json.BlockKind.Pending } || criteria.To is { Kind: Json.BlockKind.Pending }) return RpcError.PendingLogs;
        return criteria.IsReversed(out RpcError? error) ? error : Install(new LogsFilter(criteria, head), out id);
    }

    public RpcError? InstallBlocks(ulong head, out string id) => Install(new BlocksFilter(head), out id);

    public RpcError? InstallPending(out string id) => Install(new PendingFilter(feed.PendingHashes.Open()), out id);

    public Filter? Find(string id)
    {
        lock (_lock)
        {
            if (!_filters.TryGetValue(id, out Filter? filter)) return null;
            long now = Environment.TickCount64;
            if (now - filter.PolledAtMs > options.FilterIdleMsMax)
            {
                _filters.Remove(id);
                Dropped(filter);
                return null;
            }
            filter.PolledAtMs = now;
            return filter;
        }
    }

    public bool Uninstall(string id)
    {
        lock (_lock)
        {
            if (!_filters.Remove(id, out Filter? filter)) return false;
            Dropped(filter);
            return true;
        }
    }

    /// <summary>Logs of the blocks after the filter's place; the place moves behind the last block that was answered whole.</summary>
    public IReadOnlyList<LocatedLog> Changes(LogsFilter filter, ulong head)
    {
        lock (filter)
        {
            ulong from = filter.Seen + 1, to = head;
            if (filter.Criteria.From is { Kind: Json.BlockKind.Number } first) from = Math.Max(from, first.Number);
            if (filter.Criteria.To is { Kind: Json.BlockKind.Number } last) to = Math.Min(to, last.Number);
            filter.Seen = Math.Max(filter.Seen, head);
            if (from > to || filter.Criteria.BlockHash is not null) return [];
            IReadOnlyList<LocatedLog> logs = chain.FindLogs(filter.Criteria.Over(from, to), options.LogResultsMax);
            if (logs.Count <= options.LogResultsMax) return logs;
            return CutAtBlock(filter, logs, from);
        }
    }

    /// <summary>Hashes of the blocks after the filter's place, in order.</summary>
    public IReadOnlyList<Hash256> Changes(BlocksFilter filter, ChainHead head)
    {
        lock (filter)
        {
            var hashes = new List<Hash256>();
            for (ulong number = filter.Seen + 1; number <= head.Number; number++)
            {
                Hash256? hash = number == head.Number ? head.Block.Hash : chain.HeaderAt(number + 1)?.ParentHash;
                if (hash is { } known) hashes.Add(known);
            }
            filter.Seen = Math.Max(filter.Seen, head.Number);
            return hashes;
        }
    }

    public IReadOnlyList<Hash256> Changes(PendingFilter filter)
    {
        lock (filter) return feed.PendingHashes.Read(ref filter.Place);
    }

    /// <summary>More logs than one reply holds: whole blocks only, the rest stays for the next poll.</summary>
    private IReadOnlyList<LocatedLog> CutAtBlock(LogsFilter filter, IReadOnlyList<LocatedLog> logs, ulong from)
    {
        ulong overflowing = logs[^1].Header.Number;
        if (overflowing == from)
        {
            filter.Seen = from;
            return chain.FindLogs(filter.Criteria.Over(from, from), int.MaxValue - 1);
        }
        filter.Seen = overflowing - 1;
        var whole = new List<LocatedLog>(logs.Count);
        for (int i = 0; i < logs.Count && logs[i].Header.Number < overflowing; i++) whole.Add(logs[i]);
        return whole;
    }

    private RpcError? Install(Filter filter, out string id)
    {
        id = SubscriptionId.New();
        lock (_lock)
        {
            DropIdle();
            if (_filters.Count >= options.FiltersMax)
            {
                Dropped(filter);
                return new RpcError(RpcError.LimitExceededCode, $"too many filters, at most {options.FiltersMax}");
            }
            filter.PolledAtMs = Environment.TickCount64;
            _filters.Add(id, filter);
            return null;
        }
    }

    private void DropIdle()
    {
        long oldest = Environment.TickCount64 - options.FilterIdleMsMax;
        List<string>? idle = null;
        foreach ((string id, Filter filter) in _filters)
        {
            if (filter.PolledAtMs < oldest) (idle ??= []).Add(id);
        }
        if (idle is null) return;
        foreach (string id in idle)
        {
            if (_filters.Remove(id, out Filter? filter)) Dropped(filter);
        }
    }

    private void Dropped(Filter filter)
    {
        if (filter is PendingFilter) feed.PendingHashes.Close();
    }
}

internal abstract class Filter
{
    public long PolledAtMs { get; set; }
}

/// <param name="seen">The last block whose logs were answered.</param>
internal sealed class LogsFilter(LogCriteria criteria, ulong seen) : Filter
{
    public LogCriteria Criteria { get; } = criteria;

    public ulong Seen { get; set; } = seen;
}

internal sealed class BlocksFilter(ulong seen) : Filter
{
    public ulong Seen { get; set; } = seen;
}

internal sealed class PendingFilter(long place) : Filter
{
    public long Place = place;
}

/// <summary>Ids of filters and subscriptions: 128 random bits as a quantity, so that nobody guesses another's.</summary>
internal static class SubscriptionId
{
    public static string New()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        string digits = Convert.ToHexStringLower(bytes).TrimStart('0');
        return digits.Length == 0 ? "0x0" : "0x" + digits;
    }
}
