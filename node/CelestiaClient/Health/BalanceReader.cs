using Dsdn.Celestia.Rpc;
using Dsdn.CelestiaClient.Observability;
using Dsdn.CelestiaClient.Transport;

namespace Dsdn.CelestiaClient.Health;

/// <summary>What the submitting account holds, from the endpoint that would be written to.</summary>
internal sealed class BalanceReader(EndpointPool pool, DaMetrics metrics)
{
    private const string Utia = "utia";

    public async Task<DaBalance> ReadAsync(CancellationToken cancel)
    {
        DaFailure last = new(DaCodes.Configuration, "no endpoint");
        foreach (NodeCalls endpoint in pool.InOrder())
        {
            (AccountBalance? balance, CallFailure? failure) = await endpoint.BalanceAsync(cancel);
            cancel.ThrowIfCancellationRequested();
            if (balance is not null && balance.Denom == Utia)
            {
                metrics.BalanceSeen(balance.Amount);
                return new DaBalance(balance.Amount, DaFailure.None);
            }
            last = balance is not null ? new DaFailure(DaCodes.Configuration, $"a balance in \"{balance.Denom}\"", endpoint.Name) : failure?.Failure ?? last;
        }
        return new DaBalance(0, last);
    }
}
