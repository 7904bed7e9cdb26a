using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Mempool;

/// <summary>Limits of a <see cref="TransactionPool"/>: node configuration, never consensus (rulings 11; defaults of chain-decisions 2).</summary>
public sealed record PoolOptions
{
    public static readonly PoolOptions Default = new();

    public int TransactionsMax { get; init; } = 30_000;

    /// <summary>Sum of the encoded sizes of all pooled transactions.</summary>
    public long BytesMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>Executable transactions a sender may have.</summary>
    public int PendingPerSenderMax { get; init; } = 64;

    /// <summary>Transactions a sender may have behind a nonce gap, or waiting for room among the executable ones.</summary>
    public int QueuedPerSenderMax { get; init; } = 64;

    /// <summary>By how much both fee fields of a replacement must exceed the replaced transaction's.</summary>
    public int ReplacementBumpPercent { get; init; } = 10;

    public ulong LifetimeMs { get; init; } = 3 * 60 * 60 * 1000;

    /// <summary>Lowest maxPriorityFeePerGas taken. Zero takes all, as the corpus of recorded replies expects.</summary>
    public Amount PriorityFeeMin { get; init; } = Amount.Zero;

    /// <summary>Highest gasLimit x maxFeePerGas taken, a guard against mistyped fees as geth's --rpc.txfeecap; zero switches it off.</summary>
    public Amount TransactionFeeMax { get; init; } = Amount.Nusa(1);
}
