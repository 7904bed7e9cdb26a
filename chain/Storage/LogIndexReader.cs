using Dsdn.Chain.Execution;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.Storage;

/// <summary>Finds the blocks that may hold matching logs. An address or topic in the right block but another log still has to be looked at.</summary>
internal sealed class LogIndexReader(IKeyValueReader store)
{
    /// <summary>Candidate blocks from..to in ascending order; read section by section as they are asked for.</summary>
    public IEnumerable<ulong> Candidates(LogFilter filter)
    {
        List<byte[][]> conditions = Conditions(filter);
        ulong last = filter.ToBlock / LogPostings.BlocksPerSection;
        ulong section = filter.FromBlock / LogPostings.BlocksPerSection;
        while (NextSection(conditions[0], section, last) is { } found)
        {
            LogPostings postings = Match(conditions, found);
            ulong first = found * LogPostings.BlocksPerSection;
            for (int offset = 0; offset < LogPostings.BlocksPerSection && !postings.IsEmpty; offset++)
            {
                ulong block = first + (ulong)offset;
                if (block >= filter.FromBlock && block <= filter.ToBlock && postings.Contains(offset)) yield return block;
            }
            section = found + 1;
        }
    }

    /// <summary>The first section from..last that any of the entries occurs in: empty stretches of the chain cost nothing.</summary>
    private ulong? NextSection(byte[][] entries, ulong from, ulong last)
    {
        if (from > last) return null;
        ulong? next = null;
        foreach (byte[] entry in entries)
        {
            ulong until = next is { } best ? best : last + 1;
            using KeyValueCursor cursor = store.Scan(ColumnFamily.LogIndex, LogIndexKey.WithSection(entry, from), LogIndexKey.WithSection(entry, until));
            if (cursor.MoveNext()) next = LogIndexKey.Section(cursor.Key);
            if (next == from) return from;
        }
        return next;
    }

    /// <summary>Every condition must hold; each is a choice among entries.</summary>
    private static List<byte[][]> Conditions(LogFilter filter)
    {
        var conditions = new List<byte[][]>();
        if (filter.Addresses.Count > 0) conditions.Add([.. filter.Addresses.Select(address => LogIndexKey.Of(address))]);
        for (int position = 0; position < filter.Topics.Count; position++)
        {
            int at = position;
            if (filter.Topics[at].Count > 0) conditions.Add([.. filter.Topics[at].Select(topic => LogIndexKey.Of(at, topic))]);
        }
        if (conditions.Count == 0) conditions.Add([LogIndexKey.AnyLog]);
        return conditions;
    }

    private LogPostings Match(List<byte[][]> conditions, ulong section)
    {
        LogPostings all = Any(conditions[0], section);
        for (int i = 1; i < conditions.Count && !all.IsEmpty; i++) all &= Any(conditions[i], section);
        return all;
    }

    private LogPostings Any(byte[][] entries, ulong section)
    {
        LogPostings any = LogPostings.None;
        foreach (byte[] entry in entries)
        {
            if (!store.TryGet(ColumnFamily.LogIndex, LogIndexKey.WithSection(entry, section), out PinnedValue value)) continue;
            using (value) any |= LogPostings.Read(value.Span);
        }
        return any;
    }
}
