using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Execution;

/// <summary>
/// Reads ahead of execution. A block runs on one thread; a look at the disk for an account costs more than the transfer. Views
/// may be read by many threads and keep what they read, so whoever has a transaction early reads its accounts then.
/// </summary>
public static class StateWarming
{
    public static void Warm(this IStateView state, Transaction tx)
    {
        if (tx.Type == TransactionType.System) return;
        state.TryGetAccount(tx.Sender, out _);
        if (tx.To is { } to) state.TryGetAccount(to, out _);
    }
}
