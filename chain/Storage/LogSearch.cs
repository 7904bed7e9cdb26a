using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Storage;

/// <summary>Logs that match a filter, in chain order (rules of geth's eth/filters).</summary>
public static class LogSearch
{
    /// <summary>Adds a block's matching logs until <paramref name="found"/> holds <paramref name="countMax"/>.</summary>
    public static void AddMatches(BlockData data, LogFilter filter, List<LocatedLog> found, int countMax)
    {
        IReadOnlyList<Transaction> transactions = data.Block.Transactions;
        uint logIndex = 0;
        for (int i = 0; i < data.Receipts.Count; i++)
        {
            IReadOnlyList<LogEntry> logs = data.Receipts[i].Logs;
            for (int j = 0; j < logs.Count; j++, logIndex++)
            {
                if (!Matches(logs[j], filter)) continue;
                if (found.Count >= countMax) return;
                found.Add(new LocatedLog(logs[j], data.Block.Header, data.Block.Hash, transactions[i].Hash, (uint)i, logIndex));
            }
        }
    }

    /// <summary>A filter of n positions needs at least n topics, even where the last positions are open.</summary>
    public static bool Matches(LogEntry log, LogFilter filter)
    {
        if (filter.Addresses.Count > 0 && !filter.Addresses.Contains(log.Address)) return false;
        if (filter.Topics.Count > log.Topics.Count) return false;
        for (int i = 0; i < filter.Topics.Count; i++)
        {
            IReadOnlyList<Hash256> choice = filter.Topics[i];
            if (choice.Count > 0 && !choice.Contains(log.Topics[i])) return false;
        }
        return true;
    }
}
