using System.Diagnostics.Metrics;

namespace Dsdn.Storage.Observability;

/// <summary>What a store counted since it was opened.</summary>
public readonly record struct StorageCounters(
    long Puts, long PutBytes, long Reads, long ReadBytes, long ScrubbedChunks, long ScrubbedBytes, long CorruptChunks, long ExpiredChunks, long ErasedFiles, long DiskFailures,
    IReadOnlyDictionary<StoreFault, long> Refusals);

/// <summary>The instruments of the meter "dsdn.storage", and the same as plain numbers. All names of its metrics stand here.</summary>
public sealed class StorageMetrics : IDisposable
{
    private readonly Meter _meter = new("dsdn.storage");
    private readonly Counter<long> _puts, _putBytes, _reads, _readBytes, _scrubbed, _scrubbedBytes, _corrupt, _expired, _erased, _diskFailures, _refused;
    private readonly long[] _refusals = new long[Enum.GetValues<StoreFault>().Length];
    private long _putCount, _putByteCount, _readCount, _readByteCount, _scrubbedCount, _scrubbedByteCount, _corruptCount, _expiredCount, _erasedCount, _diskFailureCount;

    internal StorageMetrics(ChunkStore store)
    {
        _puts = _meter.CreateCounter<long>("dsdn_storage_puts_total", null, "Chunks stored");
        _putBytes = _meter.CreateCounter<long>("dsdn_storage_put_bytes_total", "By", "Content stored");
        _reads = _meter.CreateCounter<long>("dsdn_storage_reads_total", null, "Ranges read");
        _readBytes = _meter.CreateCounter<long>("dsdn_storage_read_bytes_total", "By", "Content read and checked");
        _scrubbed = _meter.CreateCounter<long>("dsdn_storage_scrubbed_chunks_total", null, "Chunks read again as a whole");
        _scrubbedBytes = _meter.CreateCounter<long>("dsdn_storage_scrubbed_bytes_total", "By", "Content read again");
        _corrupt = _meter.CreateCounter<long>("dsdn_storage_corrupt_chunks_total", null, "Chunks that were not what was stored");
        _expired = _meter.CreateCounter<long>("dsdn_storage_expired_chunks_total", null, "Staged chunks that nobody declared in time");
        _erased = _meter.CreateCounter<long>("dsdn_storage_erased_files_total", null, "Files deleted for good");
        _diskFailures = _meter.CreateCounter<long>("dsdn_storage_disk_failures_total", null, "Operations that the disk failed");
        _refused = _meter.CreateCounter<long>("dsdn_storage_refused_puts_total", null, "Puts that were refused, by code");
        _meter.CreateObservableGauge("dsdn_storage_chunks", () => store.Count, null, "Chunks stored, staged ones too");
        _meter.CreateObservableGauge("dsdn_storage_quarantined_chunks", () => store.QuarantinedCount, null, "Chunks in quarantine");
        _meter.CreateObservableGauge("dsdn_storage_used_bytes", () => store.Capacity.UsedBytes, "By", "All files of the store");
        _meter.CreateObservableGauge("dsdn_storage_free_bytes", () => store.Capacity.FreeBytes, "By", "What may still be put");
    }

    public StorageCounters Snapshot() => new(
        Interlocked.Read(ref _putCount), Interlocked.Read(ref _putByteCount), Interlocked.Read(ref _readCount), Interlocked.Read(ref _readByteCount),
        Interlocked.Read(ref _scrubbedCount), Interlocked.Read(ref _scrubbedByteCount), Interlocked.Read(ref _corruptCount), Interlocked.Read(ref _expiredCount),
        Interlocked.Read(ref _erasedCount), Interlocked.Read(ref _diskFailureCount),
        Enum.GetValues<StoreFault>().ToDictionary(fault => fault, fault => Interlocked.Read(ref _refusals[(int)fault])));

    public void Dispose() => _meter.Dispose();

    internal void Put(long bytes) => Count(_puts, ref _putCount, 1, _putBytes, ref _putByteCount, bytes);

    internal void Read(long bytes) => Count(_reads, ref _readCount, 1, _readBytes, ref _readByteCount, bytes);

    internal void Scrubbed(long bytes) => Count(_scrubbed, ref _scrubbedCount, 1, _scrubbedBytes, ref _scrubbedByteCount, bytes);

    internal void Corrupt() => Count(_corrupt, ref _corruptCount, 1);

    internal void Expired() => Count(_expired, ref _expiredCount, 1);

    internal void Erased(int files) => Count(_erased, ref _erasedCount, files);

    internal void DiskFailed() => Count(_diskFailures, ref _diskFailureCount, 1);

    internal void Refused(StoreFault fault)
    {
        Interlocked.Increment(ref _refusals[(int)fault]);
        _refused.Add(1, new KeyValuePair<string, object?>("code", fault.Code()));
    }

    private static void Count(Counter<long> counter, ref long number, long by)
    {
        Interlocked.Add(ref number, by);
        counter.Add(by);
    }

    private static void Count(Counter<long> counter, ref long number, long by, Counter<long> byteCounter, ref long byteNumber, long bytes)
    {
        Count(counter, ref number, by);
        Count(byteCounter, ref byteNumber, bytes);
    }
}
