using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Batches;

/// <summary>How the body stands in the envelope. Numbers are part of the format.</summary>
public enum BodyCodec : byte
{
    Raw = 0,

    /// <summary>RFC 7932, window of at most 24 bits.</summary>
    Brotli = 1,
}

/// <summary>What a batch commits to (dataplane 2). Where its bytes lie is not part of it.</summary>
public sealed record BatchHeader
{
    public const byte CurrentVersion = 1;

    public required ulong ChainId { get; init; }

    /// <summary>The chain's genesis hash.</summary>
    public required Hash256 LogId { get; init; }

    /// <summary>Of the committee.</summary>
    public required ulong Epoch { get; init; }

    /// <summary>1 for the first batch.</summary>
    public required ulong Seq { get; init; }

    /// <summary>Core hash of batch seq - 1; the log id for batch 1 (rulings 40).</summary>
    public required Hash256 PreviousHash { get; init; }

    public required Hash256 CommitteeHash { get; init; }

    /// <summary>Milliseconds since 1970, above those of the batch before.</summary>
    public required ulong LogTimeMs { get; init; }

    /// <summary>The block of the chain that this batch's rules read; 0 before the first ChainAnchor.</summary>
    public required ulong AnchorHeight { get; init; }

    /// <summary>Hash of that block; the log id at height 0.</summary>
    public required Hash256 AnchorHash { get; init; }

    /// <summary>Celestia height up to which the forced namespace was read.</summary>
    public required ulong ForcedCursor { get; init; }

    public required uint EventsCount { get; init; }

    /// <summary>Over the encoded events in log order.</summary>
    public required Hash256 EventsRoot { get; init; }

    public required uint ReceiptsCount { get; init; }
    public required Hash256 ReceiptsRoot { get; init; }
    public required BodyCodec BodyCodec { get; init; }

    /// <summary>Before compression.</summary>
    public required uint BodyBytes { get; init; }

    /// <summary>SHA-256 of the body as it stands in the envelope.</summary>
    public required Hash256 BodyHash { get; init; }

    /// <summary>The last checkpoint: the state after that batch; 0 where there is none yet.</summary>
    public required ulong CheckpointSeq { get; init; }

    /// <summary>Zero where there is none yet.</summary>
    public required Hash256 CheckpointRoot { get; init; }

    /// <summary>Index of the member that proposed it.</summary>
    public required ushort Author { get; init; }

    /// <summary>H(tag | fields): what votes, the next batch and attestations name.</summary>
    public Hash256 CoreHash => LogTag.Hash(LogDomain.Batch, BatchHeaderCodec.Encode(this));
}
