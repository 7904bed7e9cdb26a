namespace Dsdn.Storage;

/// <summary>Why the store did not do what was asked. Nothing is stored, changed or lost where one is given, unless it says so.</summary>
public enum StoreFault
{
    None,

    /// <summary>The key names no shard that there can be.</summary>
    Key,

    /// <summary>Nothing, or more than a chunk may have.</summary>
    Length,

    /// <summary>The same key is being written or moved by somebody else.</summary>
    Busy,

    /// <summary>It is there already.</summary>
    Exists,

    /// <summary>It was deleted and waits to be erased; a new declaration has a new generation.</summary>
    Deleted,

    /// <summary>The capacity, or the disk less its reserve, has no room for it.</summary>
    Full,

    /// <summary>The owner has too many bytes that are not declared yet.</summary>
    Quota,

    /// <summary>The bytes ended before the announced length. What came is kept, to be resumed.</summary>
    Incomplete,

    /// <summary>More bytes than announced. What came is thrown away.</summary>
    TooLong,

    /// <summary>SHA-256 of the bytes is not the chunk id. They are thrown away.</summary>
    Digest,

    /// <summary>The bytes have another Merkle root. They are thrown away.</summary>
    Root,

    NotFound,

    /// <summary>The range does not lie in the chunk.</summary>
    Range,

    /// <summary>What lies on the disk is not what was stored. The chunk is in quarantine.</summary>
    Corrupt,

    /// <summary>The disk failed; what was being written is not stored.</summary>
    Disk,

    /// <summary>Another process has the folder.</summary>
    Locked,

    /// <summary>The writer or the store is closed.</summary>
    Closed,
}

/// <summary>The stable text of each fault.</summary>
public static class StoreFaults
{
    public static string Code(this StoreFault fault) => fault switch
    {
        StoreFault.None => "",
        StoreFault.Key => "DSDN-E-STORE-KEY",
        StoreFault.Length => "DSDN-E-STORE-LENGTH",
        StoreFault.Busy => "DSDN-E-STORE-BUSY",
        StoreFault.Exists => "DSDN-E-STORE-EXISTS",
        StoreFault.Deleted => "DSDN-E-STORE-DELETED",
        StoreFault.Full => "DSDN-E-STORE-FULL",
        StoreFault.Quota => "DSDN-E-STORE-QUOTA",
        StoreFault.Incomplete => "DSDN-E-STORE-INCOMPLETE",
        StoreFault.TooLong => "DSDN-E-STORE-TOO-LONG",
        StoreFault.Digest => "DSDN-E-STORE-DIGEST",
        StoreFault.Root => "DSDN-E-STORE-ROOT",
        StoreFault.NotFound => "DSDN-E-STORE-NOT-FOUND",
        StoreFault.Range => "DSDN-E-STORE-RANGE",
        StoreFault.Corrupt => "DSDN-E-STORE-CORRUPT",
        StoreFault.Disk => "DSDN-E-STORE-DISK",
        StoreFault.Locked => "DSDN-E-STORE-LOCKED",
        StoreFault.Closed => "DSDN-E-STORE-CLOSED",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}

/// <summary>The end of a call: done, or a fault and what it was about.</summary>
public readonly record struct StoreVerdict(StoreFault Fault, string Details = "")
{
    public static readonly StoreVerdict Done;

    public bool IsDone => Fault == StoreFault.None;

    /// <summary>The stable code; empty when done.</summary>
    public string Code => Fault.Code();
}
