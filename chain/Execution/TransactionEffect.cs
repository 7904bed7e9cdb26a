using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Execution;

/// <summary>What a transaction did.</summary>
/// <param name="GasUsed">What the sender paid for: after the refund, not below the calldata floor (EIP-3529, EIP-7623).</param>
/// <param name="Logs">None unless the status is success.</param>
public readonly record struct TransactionEffect(
    CallStatus Status, ulong GasUsed, Amount EffectiveGasPrice, ReadOnlyMemory<byte> ReturnData, IReadOnlyList<LogEntry> Logs);
