using Dsdn.Celestia.Fees;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Dsdn.CelestiaClient.Observability;
using Dsdn.CelestiaClient.Transport;
using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient.Submitting;

/// <summary>What a submit cost: a submit says only where it landed.</summary>
internal sealed class FeeObserver(DaMetrics metrics)
{
    /// <returns>In utia; null where it is not known.</returns>
    public async Task<UInt128?> BalanceAsync(NodeCalls endpoint, CancellationToken cancel)
    {
        (AccountBalance? balance, _) = await endpoint.BalanceAsync(cancel);
        if (balance is not null) metrics.BalanceSeen(balance.Amount);
        return balance?.Amount;
    }

    /// <summary>By the formula where the price is ours. Where the node chose it, what the balance fell by, and the formula at the default price while it has not fallen yet.</summary>
    /// <param name="before">The balance before the submit; null where the price is ours or the balance unknown.</param>
    public Func<CancellationToken, Task<UInt128>> Of(NodeCalls endpoint, IReadOnlyList<(Blob Blob, Hash256 Commitment)> blobs, GasPrice? price, UInt128? before) => async cancel =>
    {
        UInt128 byFormula = BlobGas.Fee(BlobGas.Of([.. blobs.Select(static one => one.Blob.ShareCount)]), price ?? GasPrice.Default);
        if (price is not null || before is not { } held) return byFormula;
        return await BalanceAsync(endpoint, cancel) is { } left && left < held ? held - left : byFormula;
    };
}
