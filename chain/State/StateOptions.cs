namespace Dsdn.Chain.State;

/// <summary>How much of the past a state keeps, and how much memory it may use.</summary>
public sealed record StateOptions
{
    /// <summary>Heights below the head whose values can be read.</summary>
    public ulong HistoryBlocks { get; init; } = 100_000;

    /// <summary>Heights below the head whose values can be proven.</summary>
    public ulong ProofBlocks { get; init; } = 1_024;

    /// <summary>Accounts kept in memory for reads, 80 bytes each.</summary>
    public int CachedAccountsMax { get; init; } = 1 << 18;

    /// <summary>Records kept in memory for reads, those of at most 1,024 bytes.</summary>
    public int CachedRecordsMax { get; init; } = 1 << 16;

    /// <summary>Clean trie pages kept in memory, counted in bytes of their content.</summary>
    public long TrieCacheBytesMax { get; init; } = 96L << 20;

    /// <summary>Blocks between two writes of the trie's changed pages.</summary>
    public ulong TrieFlushBlocks { get; init; } = 64;

    /// <summary>Changed trie pages in memory that force a write before the blocks have passed.</summary>
    public long TrieFlushBytes { get; init; } = 128L << 20;

    /// <summary>Changed accounts and records since the last write that force one: what an opening has to derive again at the most.</summary>
    public int TrieFlushEntries { get; init; } = 100_000;
}
