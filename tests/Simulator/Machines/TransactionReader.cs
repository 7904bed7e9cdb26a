using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Simulator.Machines;

/// <summary>Decodes transactions and recovers each sender once for all nodes of the run. Every node has an object of its own.</summary>
internal sealed class TransactionReader(ulong chainId)
{
    private readonly Dictionary<Hash256, Address?> _senders = [];

    /// <summary>Null: not a transaction of this chain.</summary>
    public Transaction? Read(ReadOnlyMemory<byte> raw)
    {
        if (!TransactionCodec.TryDecode(raw, out Transaction? transaction, out _)) return null;
        if (!_senders.TryGetValue(transaction.Hash, out Address? sender))
        {
            sender = SenderRecovery.Recover(transaction, chainId) is null ? transaction.Sender : null;
            _senders[transaction.Hash] = sender;
        }
        if (sender is not { } known) return null;
        transaction.Sender = known;
        return transaction;
    }
}
