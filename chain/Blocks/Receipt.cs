using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Blocks;

/// <param name="Topics">At most four; the first is the event's signature hash.</param>
public sealed record LogEntry(Address Address, IReadOnlyList<Hash256> Topics, ReadOnlyMemory<byte> Data);

/// <summary>The consensus receipt (EIP-658 form): rlp([status, cumulativeGasUsed, bloom, logs]), behind the type byte for typed transactions.</summary>
public sealed record Receipt(
    TransactionType Type, bool Succeeded, ulong GasUsed, ulong CumulativeGasUsed, Bloom LogsBloom, IReadOnlyList<LogEntry> Logs);
