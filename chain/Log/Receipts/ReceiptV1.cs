using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Receipts;

/// <summary>What was done. Numbers are part of the format.</summary>
public enum WorkType : byte
{
    Storage = 0,
    Compute = 1,
    Bandwidth = 2,
}

/// <summary>Work that the committee vouches for (dataplane 2): units, never money. The units are those of the type.</summary>
public sealed record ReceiptV1
{
    public const byte CurrentVersion = 1;

    public required ulong ChainId { get; init; }
    public required WorkType Type { get; init; }
    public required Hash256 WorkloadId { get; init; }
    public required Hash256 AgreementId { get; init; }
    public required Hash256 NodeId { get; init; }
    public required Address NodeOperator { get; init; }
    public required Address Submitter { get; init; }
    public required ulong PeriodFrom { get; init; }
    public required ulong PeriodTo { get; init; }
    public required byte ReplicaIndex { get; init; }

    /// <summary>Byte-seconds, gas or bytes.</summary>
    public required UInt128 Units { get; init; }
    public required byte UnitKind { get; init; }
    public required Hash256 UsageProofHash { get; init; }

    /// <summary>Zero unless the type is compute.</summary>
    public required Hash256 ExecutionCommitmentHash { get; init; }
    public required byte VerificationClass { get; init; }
    public required uint WindowSeconds { get; init; }
    public required ulong Epoch { get; init; }
    public required ulong LogTimeMs { get; init; }

    /// <summary>Names the work, not the paper: the same work has the same one in every receipt.</summary>
    public required Hash256 Nullifier { get; init; }

    /// <summary>H(tag | fields).</summary>
    public Hash256 Id => LogTag.Hash(LogDomain.Receipt, ReceiptV1Codec.Encode(this));

    /// <summary>What the node signs: tag | id.</summary>
    public byte[] NodeMessage => LogTag.Message(LogDomain.ReceiptNode, Id.Span);
}
