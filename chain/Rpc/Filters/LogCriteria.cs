using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Rpc.Json;

namespace Dsdn.Chain.Rpc.Filters;

/// <summary>A log filter as the caller wrote it.</summary>
internal sealed record LogCriteria
{
    public const int TopicsMax = 4;

    public static readonly LogCriteria Everything = new();

    /// <summary>Null where not given: the latest block.</summary>
    public BlockSelector? From { get; init; }

    public BlockSelector? To { get; init; }

    public Hash256? BlockHash { get; init; }

    public IReadOnlyList<Address> Addresses { get; init; } = [];

    public IReadOnlyList<IReadOnlyList<Hash256>> Topics { get; init; } = [];

    public LogFilter Over(ulong from, ulong to) => new(from, to, Addresses, Topics);

    /// <summary>geth's rule: any of the addresses; as many topics as positions; at each position any of its topics.</summary>
    public bool Matches(LogEntry log)
    {
        if (Addresses.Count > 0 && !Contains(Addresses, log.Address)) return false;
        if (Topics.Count > log.Topics.Count) return false;
        for (int i = 0; i < Topics.Count; i++)
        {
            if (Topics[i].Count > 0 && !Contains(Topics[i], log.Topics[i])) return false;
        }
        return true;
    }

    /// <summary>False if no log of a block with this bloom can match.</summary>
    public bool MayMatch(Bloom bloom)
    {
        if (Addresses.Count > 0 && !AnyIn(bloom, Addresses)) return false;
        foreach (IReadOnlyList<Hash256> position in Topics)
        {
            if (position.Count > 0 && !AnyIn(bloom, position)) return false;
        }
        return true;
    }

    /// <summary>The range to search under a head; both ends inclusive.</summary>
    public RpcError? Resolve(ulong head, RpcOptions options, out ulong from, out ulong to)
    {
        from = to = head;
        if (From is { Kind: BlockKind.Pending } || To is { Kind: BlockKind.Pending }) return RpcError.PendingLogs;
        if (IsReversed(out RpcError? reversed)) return reversed;
        if (From is { Kind: BlockKind.Number } first) from = first.Number;
        if (To is { Kind: BlockKind.Number } last) to = last.Number;
        if (from > head || to > head) return RpcError.BeyondHead;
        if (from > to) return RpcError.ReversedRange;
        return to - from >= options.LogRangeBlocksMax
            ? RpcError.InvalidParams($"exceed maximum block range: {options.LogRangeBlocksMax}")
            : null;
    }

    /// <summary>Both ends are numbers and in the wrong order, whatever the head.</summary>
    public bool IsReversed(out RpcError? error)
    {
        bool reversed = From is { Kind: BlockKind.Number } from && To is { Kind: BlockKind.Number } to && from.Number > to.Number;
        error = reversed ? RpcError.ReversedRange : null;
        return reversed;
    }

    private static bool Contains<T>(IReadOnlyList<T> list, T wanted)
        where T : struct, IEquatable<T>
    {
        for (int i = 0; i < list.Count; i++)
        {
            if (list[i].Equals(wanted)) return true;
        }
        return false;
    }

    private static bool AnyIn(Bloom bloom, IReadOnlyList<Address> addresses)
    {
        for (int i = 0; i < addresses.Count; i++)
        {
            if (bloom.MayContain(addresses[i].ToArray())) return true;
        }
        return false;
    }

    private static bool AnyIn(Bloom bloom, IReadOnlyList<Hash256> topics)
    {
        for (int i = 0; i < topics.Count; i++)
        {
            if (bloom.MayContain(topics[i].ToArray())) return true;
        }
        return false;
    }
}
