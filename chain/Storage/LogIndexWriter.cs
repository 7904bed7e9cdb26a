using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.Storage;

/// <summary>
/// Adds a block's addresses and topics to the postings of its section (chain-decisions 2, "Logs index"). The postings of the
/// running section are kept in memory up to <see cref="CachedEntriesMax"/>, so that a commit seldom reads; what is on disk
/// after a batch is complete either way.
/// </summary>
internal sealed class LogIndexWriter(IKeyValueStore store)
{
    private const int CachedEntriesMax = 65_536;

    private readonly Dictionary<byte[], LogPostings> _cache = new(ByteOrder.Instance);
    private ulong _section;

    public void Stage(IWriteBatch batch, ulong height, IReadOnlyList<Receipt> receipts)
    {
        SortedSet<byte[]>? entries = Entries(receipts);
        if (entries is null) return;
        ulong section = height / LogPostings.BlocksPerSection;
        if (section != _section || _cache.Count + entries.Count > CachedEntriesMax) _cache.Clear();
        _section = section;
        Span<byte> value = stackalloc byte[LogPostings.BytesMax];
        foreach (byte[] entry in entries)
        {
            byte[] key = LogIndexKey.WithSection(entry, section);
            if (!_cache.TryGetValue(entry, out LogPostings postings)) postings = LogPostings.Read(store.Get(ColumnFamily.LogIndex, key));
            postings.Add((int)(height % LogPostings.BlocksPerSection));
            _cache[entry] = postings;
            batch.Put(ColumnFamily.LogIndex, key, value[..postings.Write(value)]);
        }
    }

    public static SortedSet<byte[]>? Entries(IReadOnlyList<Receipt> receipts)
    {
        SortedSet<byte[]>? entries = null;
        foreach (Receipt receipt in receipts)
        {
            foreach (LogEntry log in receipt.Logs)
            {
                entries ??= new SortedSet<byte[]>(ByteOrder.Instance) { LogIndexKey.AnyLog };
                entries.Add(LogIndexKey.Of(log.Address));
                for (int i = 0; i < log.Topics.Count; i++) entries.Add(LogIndexKey.Of(i, log.Topics[i]));
            }
        }
        return entries;
    }
}
