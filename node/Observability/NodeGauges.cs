using System.Diagnostics.Metrics;
using Dsdn.Chain.Execution;
using Dsdn.Node.Following;

namespace Dsdn.Node.Observability;

/// <summary>The metrics that are read off the chain when Prometheus asks.</summary>
internal sealed class NodeGauges : IDisposable
{
    private readonly Meter _meter = new("dsdn.node");

    /// <param name="log">Null: the node follows no log.</param>
    public NodeGauges(IChainView view, Func<LogFollowStatus?>? log = null)
    {
        _meter.CreateObservableGauge("dsdn_head_height", () => (long)view.Head.Number, null, "Number of the last decided block");
        _meter.CreateObservableGauge("dsdn_pool_pending", () => view.Pool.PendingCount, null, "Executable transactions in the pool");
        _meter.CreateObservableGauge("dsdn_pool_queued", () => view.Pool.QueuedCount, null, "Transactions behind a nonce gap");
        _meter.CreateObservableGauge("dsdn_base_fee_gwei", () => (double)(ulong)(view.NextBaseFee.BaseUnits / 1_000_000) / 1000, "gwei", "Base fee of the next block");
        _meter.CreateObservableGauge("dsdn_process_memory_bytes", static () => Environment.WorkingSet, "bytes", "Resident memory");
        _meter.CreateObservableCounter("dsdn_gc_pause_seconds_total", static () => GC.GetTotalPauseDuration().TotalSeconds, "s", "Time the runtime paused for garbage collection");
        if (log is null) return;
        _meter.CreateObservableGauge("dsdn_log_followed_seq", () => (long)(log()?.Seq ?? 0), null, "last batch of the log that this node stored");
        _meter.CreateObservableGauge("dsdn_log_attested_seq", () => (long)(log()?.AttestedSeq ?? 0), null, "last batch that this validator's signature was taken for");
        _meter.CreateObservableGauge("dsdn_log_source_connected", () => log()?.Source.Length > 0 ? 1 : 0, null, "1 while a live source serves batches");
        _meter.CreateObservableCounter("dsdn_log_refused_total", () => (long)(log()?.Refused ?? 0), null, "batches that were offered and do not hold");
    }

    public void Dispose() => _meter.Dispose();
}
