using System.Diagnostics.Metrics;
using Dsdn.Chain.Execution;

namespace Dsdn.Node.Observability;

/// <summary>The metrics that are read off the chain when Prometheus asks.</summary>
internal sealed class NodeGauges : IDisposable
{
    private readonly Meter _meter = new("dsdn.node");

    public NodeGauges(IChainView view)
    {
        _meter.CreateObservableGauge("dsdn_head_height", () => (long)view.Head.Number, null, "Number of the last decided block");
        _meter.CreateObservableGauge("dsdn_pool_pending", () => view.Pool.PendingCount, null, "Executable transactions in the pool");
        _meter.CreateObservableGauge("dsdn_pool_queued", () => view.Pool.QueuedCount, null, "Transactions behind a nonce gap");
        _meter.CreateObservableGauge("dsdn_base_fee_gwei", () => (double)(ulong)(view.NextBaseFee.BaseUnits / 1_000_000) / 1000, "gwei", "Base fee of the next block");
        _meter.CreateObservableGauge("dsdn_process_memory_bytes", static () => Environment.WorkingSet, "bytes", "Resident memory");
        _meter.CreateObservableCounter("dsdn_gc_pause_seconds_total", static () => GC.GetTotalPauseDuration().TotalSeconds, "s", "Time the runtime paused for garbage collection");
    }

    public void Dispose() => _meter.Dispose();
}
