using Dsdn.Chain.Execution;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Mempool;

/// <param name="Rejection">Null if the transaction was taken.</param>
/// <param name="IsPending">It can go into the next block; otherwise it waits behind a gap or for room.</param>
/// <param name="Replaced">The transaction of the same sender and nonce that it displaced.</param>
public readonly record struct PoolResult(PoolRejection? Rejection, bool IsPending, Transaction? Replaced)
{
    public static implicit operator PoolResult(PoolRejection rejection) => new(rejection, false, null);
}
