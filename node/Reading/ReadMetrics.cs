using System.Diagnostics.Metrics;

namespace Dsdn.Reading;

/// <summary>What a reader counted.</summary>
public readonly record struct ReadCounters(long Fetches, long FetchedBytes, long Hits, long HitBytes, long DiskHits, long Misses, long Shared, long Hedges, long Failures, long WrongBytes, long Rebuilds);

/// <summary>The instruments of the meter "dsdn.reading", and the same as plain numbers. All names of its metrics stand here.</summary>
public sealed class ReadMetrics : IDisposable
{
    private readonly Meter _meter = new("dsdn.reading");
    private readonly Counter<long> _fetches, _fetchedBytes, _hits, _hitBytes, _diskHits, _misses, _shared, _hedges, _failures, _wrong, _rebuilds;
    private readonly Histogram<double> _seconds;
    private long _fetchCount, _fetchedByteCount, _hitCount, _hitByteCount, _diskHitCount, _missCount, _sharedCount, _hedgeCount, _failureCount, _wrongCount, _rebuildCount;

    public ReadMetrics()
    {
        _fetches = _meter.CreateCounter<long>("dsdn_read_fetches_total", null, "Windows fetched from nodes and checked");
        _fetchedBytes = _meter.CreateCounter<long>("dsdn_read_fetched_bytes_total", "By", "Bytes fetched from nodes and checked");
        _hits = _meter.CreateCounter<long>("dsdn_read_cache_hits_total", null, "Windows that lay in memory");
        _hitBytes = _meter.CreateCounter<long>("dsdn_read_cache_hit_bytes_total", "By", "Bytes that lay in memory or on disk");
        _diskHits = _meter.CreateCounter<long>("dsdn_read_cache_disk_hits_total", null, "Windows that lay on disk");
        _misses = _meter.CreateCounter<long>("dsdn_read_cache_misses_total", null, "Windows that had to be fetched");
        _shared = _meter.CreateCounter<long>("dsdn_read_shared_total", null, "Readers that waited for a window another one was fetching");
        _hedges = _meter.CreateCounter<long>("dsdn_read_hedges_total", null, "Windows that a second node was asked for because the first was slow");
        _failures = _meter.CreateCounter<long>("dsdn_read_failures_total", null, "Nodes that did not give a window");
        _wrong = _meter.CreateCounter<long>("dsdn_read_wrong_bytes_total", null, "Nodes that sent what is not in the chunk");
        _rebuilds = _meter.CreateCounter<long>("dsdn_read_rebuilds_total", null, "Shards that were made from six others to be read");
        _seconds = _meter.CreateHistogram<double>("dsdn_read_fetch_seconds", "s", "Time a node took for a window");
    }

    public ReadCounters Snapshot() => new(
        Interlocked.Read(ref _fetchCount), Interlocked.Read(ref _fetchedByteCount), Interlocked.Read(ref _hitCount), Interlocked.Read(ref _hitByteCount), Interlocked.Read(ref _diskHitCount),
        Interlocked.Read(ref _missCount), Interlocked.Read(ref _sharedCount), Interlocked.Read(ref _hedgeCount), Interlocked.Read(ref _failureCount), Interlocked.Read(ref _wrongCount),
        Interlocked.Read(ref _rebuildCount));

    public void Dispose() => _meter.Dispose();

    internal void Fetched(long bytes, TimeSpan took)
    {
        Count(_fetches, ref _fetchCount, 1);
        Count(_fetchedBytes, ref _fetchedByteCount, bytes);
        _seconds.Record(took.TotalSeconds);
    }

    internal void Hit(long bytes, bool isOnDisk)
    {
        if (isOnDisk) Count(_diskHits, ref _diskHitCount, 1);
        else Count(_hits, ref _hitCount, 1);
        Count(_hitBytes, ref _hitByteCount, bytes);
    }

    internal void Missed() => Count(_misses, ref _missCount, 1);

    internal void Shared() => Count(_shared, ref _sharedCount, 1);

    internal void Hedged() => Count(_hedges, ref _hedgeCount, 1);

    internal void Failed() => Count(_failures, ref _failureCount, 1);

    internal void Wrong() => Count(_wrong, ref _wrongCount, 1);

    internal void Rebuilt() => Count(_rebuilds, ref _rebuildCount, 1);

    private static void Count(Counter<long> instrument, ref long number, long by)
    {
        instrument.Add(by);
        Interlocked.Add(ref number, by);
    }
}
