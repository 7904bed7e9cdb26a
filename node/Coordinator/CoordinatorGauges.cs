using System.Diagnostics.Metrics;
using Dsdn.Log.Repair;
using Dsdn.Log.Routing;

namespace Dsdn.Coordinator;

/// <summary>What Prometheus reads of a coordinator.</summary>
internal sealed class CoordinatorGauges : IDisposable
{
    private readonly Meter _meter = new("dsdn.coordinator");

    public CoordinatorGauges(CoordinatorHost host)
    {
        void Gauge(string name, string unit, string help, Func<RouterMetrics, double> value) =>
            _meter.CreateObservableGauge(name, () => host.Da is { } da ? value(da.Metrics) : 0, unit, help);

        _meter.CreateObservableGauge("dsdn_log_seq", () => (double)host.Status.Seq, null, "sequence number of the last batch");
        _meter.CreateObservableGauge("dsdn_log_waiting_events", () => (double)(host.Loop?.Waiting.Count ?? 0), null, "events that wait for a batch");
        _meter.CreateObservableGauge("dsdn_log_anchored_seq", () => (double)(host.Chain?.AnchoredSeq ?? 0), null, "last batch whose state the chain was told of");
        _meter.CreateObservableGauge("dsdn_log_open_certificates", () => (double)(host.Desk?.Open ?? 0), null, "batches whose signatures are still collected");
        void Repair(string name, string unit, string help, Func<RepairStatus, double> value) =>
            _meter.CreateObservableGauge(name, () => value(host.Loop?.Repair ?? RepairStatus.None), unit, help);

        Repair("dsdn_repair_queue_chunks", "", "chunks that are to be repaired, now or once their nodes have been away for long enough", static repair => repair.Queue);
        Repair("dsdn_repair_stuck_chunks", "", "of those, the ones without a node to go to or a replica to be made from", static repair => repair.Stuck);
        Repair("dsdn_repair_bytes_at_risk", "By", "bytes of the chunks that are to be repaired", static repair => repair.BytesAtRisk);
        Repair("dsdn_storage_degraded_chunks", "", "chunks with fewer replicas, or in fewer zones, than their coding asks for", static repair => repair.Degraded);
        Repair("dsdn_storage_nodes_gone", "", "nodes that are down or no longer Active", static repair => repair.NodesGone);
        Gauge("dsdn_da_mode", "", "1 healthy, 2 warning, 3 degraded, 4 emergency, 5 recovering", static da => (double)da.Mode);
        Gauge("dsdn_da_pending_batches", "", "batches that are not proven to be on Celestia", static da => da.PendingCount);
        Gauge("dsdn_da_pending_bytes", "By", "their bytes", static da => da.PendingBytes);
        Gauge("dsdn_da_oldest_pending_seconds", "s", "age of the oldest of them", static da => da.OldestPendingAgeMs / 1_000.0);
        Gauge("dsdn_da_unpostable_batches", "", "batches too large even alone", static da => da.Unpostable);
        Gauge("dsdn_da_pressure", "", "0 none, 1 slow, 2 pause", static da => (double)da.Pressure);
        void Counter(string name, string help, Func<RouterMetrics, ulong> value) =>
            _meter.CreateObservableCounter(name, () => host.Da is { } da ? (long)value(da.Metrics) : 0, null, help);

        Counter("dsdn_da_submits_included_total", "transactions whose blobs were proven to be there", static da => da.SubmitsIncluded);
        Counter("dsdn_da_submits_refused_total", "transactions that were refused", static da => da.SubmitsRefused);
        Counter("dsdn_da_submits_unknown_total", "transactions of unknown outcome", static da => da.SubmitsUnknown);
        Counter("dsdn_da_reconciled_total", "batches of an outage that reached Celestia", static da => da.Reconciled);
        Counter("dsdn_da_failovers_total", "changes to degraded or emergency", static da => da.Failovers);
    }

    public void Dispose() => _meter.Dispose();
}
