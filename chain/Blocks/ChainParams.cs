using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Blocks;

/// <summary>
/// The chain's parameters: one versioned record whose hash is in every consensus header; changed only by governance at an
/// epoch's end. Bounds: <see cref="ChainParamsRules"/>.
/// </summary>
public sealed record ChainParams
{
    public const uint CurrentVersion = 1;

    public uint Version { get; init; } = CurrentVersion;

    public required ulong BlockGasMax { get; init; }

    /// <summary>Gas use at which the base fee stays (half of the maximum by default).</summary>
    public required ulong BlockGasTarget { get; init; }

    /// <summary>Of a block's transactions, evidence and commit together.</summary>
    public uint BlockBytesMax { get; init; } = 4 * 1024 * 1024;

    public ulong TransactionGasMax { get; init; } = TransactionBounds.GasMaxOfEip7825;

    public uint TransactionBytesMax { get; init; } = TransactionCodec.BytesMax;

    public required uint BlockIntervalMs { get; init; }

    public Amount BaseFeeFloor { get; init; } = Amount.Gwei(1);

    /// <summary>The base fee moves by at most 1 / this a block.</summary>
    public uint BaseFeeChangeDivisor { get; init; } = 8;

    /// <summary>Blocks in an epoch; the validator set changes at its end.</summary>
    public required uint EpochBlocks { get; init; }

    public required ulong UnbondingMs { get; init; }

    /// <summary>Over how many blocks a validator's presence is counted (rulings 20).</summary>
    public required uint LivenessWindowBlocks { get; init; }

    public TransactionBounds Bounds(ulong chainId) => new(chainId, BlockGasMax, TransactionGasMax, (int)TransactionBytesMax);
}
