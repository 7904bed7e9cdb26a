using System.Diagnostics.Metrics;
using Dsdn.Chain.Log.Events;
using Dsdn.Log.Storing;
using Dsdn.StorageNode.Fetching;

namespace Dsdn.StorageNode.Observability;

/// <summary>What Prometheus reads of a storage node besides its store (meter dsdn.storage). All names stand here.</summary>
internal sealed class StorageNodeMetrics : IDisposable
{
    private readonly Meter _meter = new("dsdn.storage_node");
    private readonly Counter<long> _fetches, _fetchedBytes, _inconsistent, _events;

    public StorageNodeMetrics()
    {
        _fetches = _meter.CreateCounter<long>("dsdn_storage_node_fetches_total", null, "Copies and shards brought from other nodes, by how it ended and whether they were rebuilt");
        _fetchedBytes = _meter.CreateCounter<long>("dsdn_storage_node_fetched_bytes_total", "By", "Their bytes");
        _inconsistent = _meter.CreateCounter<long>("dsdn_storage_node_inconsistent_total", null, "Chunks whose shards do not belong together");
        _events = _meter.CreateCounter<long>("dsdn_storage_node_events_total", null, "Events handed to coordinators, by kind and code of refusal");
    }

    public void Watch(Func<StorageNodeStatus> status)
    {
        void Gauge(string name, string help, Func<StorageNodeStatus, double> value) => _meter.CreateObservableGauge(name, () => value(status()), null, help);

        Gauge("dsdn_storage_node_log_seq", "last batch that was applied", static now => now.Seq);
        Gauge("dsdn_storage_node_log_age_seconds", "age of its log time", static now => now.LogAgeMs / 1_000.0);
        Gauge("dsdn_storage_node_is_fresh", "1 where the log is followed closely enough to act on it", static now => now.IsFresh ? 1 : 0);
        Gauge("dsdn_storage_node_to_fetch", "copies and shards that it is assigned and has not", static now => now.ToFetch);
        Gauge("dsdn_storage_node_waiting_facts", "facts that no batch shows yet", static now => now.WaitingFacts);
        Gauge("dsdn_storage_node_puts", "puts that run", static now => now.Puts);
        Gauge("dsdn_storage_node_gets", "reads that run", static now => now.Gets);
    }

    public void Fetched(FetchPlan plan, FetchResult result)
    {
        _fetches.Add(1, new("outcome", result.Outcome.ToString()), new("rebuilt", plan.IsRebuild ? "yes" : "no"));
        if (result.Outcome == FetchOutcome.Stored) _fetchedBytes.Add((long)plan.LengthBytes);
    }

    public void Inconsistent() => _inconsistent.Add(1);

    public void Submitted(EventKind kind, string code) => _events.Add(1, new("kind", kind.ToString()), new("code", code));

    public void Dispose() => _meter.Dispose();
}
