namespace Dsdn.Chain.State.Storage;

/// <summary>The separately ordered key spaces of a database (chain-decisions 2). The numbers never change; new ones go at the end.</summary>
public enum ColumnFamily : byte
{
    Meta = 0,
    Headers = 1,
    Bodies = 2,
    Receipts = 3,
    TransactionIndex = 4,

    /// <summary>address 20 -> account.</summary>
    Accounts = 5,

    /// <summary>module u8 | table u16 BE | key -> record.</summary>
    Records = 6,

    /// <summary>trie u8 | one byte a nibble -> page.</summary>
    Trie = 7,

    /// <summary>kind | key | height u64 BE -> value before that height.</summary>
    History = 8,

    /// <summary>height u64 BE -> keys changed at that height.</summary>
    Changesets = 9,

    /// <summary>height u64 BE | part u16 BE -> what the trie held before that height.</summary>
    ProofHistory = 10,
    LogIndex = 11,
    Evidence = 12,
    Peers = 13,
}
