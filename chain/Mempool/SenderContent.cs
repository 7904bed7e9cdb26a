using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Mempool;

/// <summary>A sender's executable and waiting transactions, each ascending by nonce.</summary>
public sealed record SenderContent(Address Sender, IReadOnlyList<Transaction> Pending, IReadOnlyList<Transaction> Queued)
{
    internal static SenderContent Of(SenderQueue queue)
    {
        var pending = new Transaction[queue.Pending.Count];
        for (int i = 0; i < pending.Length; i++) pending[i] = queue.Pending[i].Transaction;
        return new SenderContent(queue.Sender, pending, [.. queue.Queued.Select(static item => item.Transaction)]);
    }
}
