using System.Diagnostics.Metrics;
using System.Globalization;
using Dsdn.Node.Following;

namespace Dsdn.Ingress;

/// <summary>The instruments of the meter "dsdn.ingress". All names of its metrics stand here; those of the read path in <c>ReadMetrics</c>.</summary>
internal sealed class IngressMetrics : IDisposable
{
    private readonly Meter _meter = new("dsdn.ingress");
    private readonly Counter<long> _responses, _bytes, _cut;
    private readonly Histogram<double> _seconds;
    private long _underWay, _count, _byteCount, _cutCount;

    /// <param name="log">Null: there is no log to be behind of.</param>
    public IngressMetrics(Func<LogFollowStatus>? log, TimeProvider clock)
    {
        _responses = _meter.CreateCounter<long>("dsdn_ingress_responses_total", null, "Answers, by status");
        _bytes = _meter.CreateCounter<long>("dsdn_ingress_sent_bytes_total", "By", "Content sent");
        _cut = _meter.CreateCounter<long>("dsdn_ingress_cut_responses_total", null, "Answers that ended before their length, because the rest could not be read");
        _seconds = _meter.CreateHistogram<double>("dsdn_ingress_first_byte_seconds", "s", "Time until the first bytes of an object were there");
        _meter.CreateObservableGauge("dsdn_ingress_requests", () => Interlocked.Read(ref _underWay), null, "Requests under way");
        _meter.CreateObservableGauge("dsdn_process_memory_bytes", static () => Environment.WorkingSet, "bytes", "Resident memory");
        if (log is null) return;
        _meter.CreateObservableGauge("dsdn_log_followed_seq", () => (long)log().Seq, null, "last batch of the log that was applied");
        _meter.CreateObservableGauge("dsdn_log_age_seconds", () => log() is { Seq: > 0 } at ? Math.Max(0, (clock.GetUtcNow().ToUnixTimeMilliseconds() - (double)at.LogTimeMs) / 1_000) : 0, "s", "how old the last batch is");
        _meter.CreateObservableGauge("dsdn_log_source_connected", () => log().Source.Length > 0 ? 1 : 0, null, "1 while a live source serves batches");
    }

    public long UnderWay => Interlocked.Read(ref _underWay);

    public (long Responses, long Bytes, long Cut) Snapshot() => (Interlocked.Read(ref _count), Interlocked.Read(ref _byteCount), Interlocked.Read(ref _cutCount));

    public void Began() => Interlocked.Increment(ref _underWay);

    public void Ended(int status)
    {
        Interlocked.Decrement(ref _underWay);
        Interlocked.Increment(ref _count);
        _responses.Add(1, new KeyValuePair<string, object?>("status", status.ToString(CultureInfo.InvariantCulture)));
    }

    public void FirstByte(TimeSpan after) => _seconds.Record(after.TotalSeconds);

    public void Sent(long bytes)
    {
        _bytes.Add(bytes);
        Interlocked.Add(ref _byteCount, bytes);
    }

    public void Cut()
    {
        _cut.Add(1);
        Interlocked.Increment(ref _cutCount);
    }

    public void Dispose() => _meter.Dispose();
}
