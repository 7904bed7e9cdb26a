using System.Diagnostics.Metrics;

namespace Dsdn.CelestiaClient.Observability;

/// <summary>What a client counts, as instruments of the meter "dsdn.da" and as plain numbers. All names of its metrics stand here.</summary>
public sealed class DaMetrics : IDisposable
{
    /// <summary>Upper bounds of the histogram of submits.</summary>
    public static readonly IReadOnlyList<double> SubmitSeconds = [1, 2.5, 5, 7.5, 10, 15, 20, 30, 45, 60, 90, 120, 300];

    private readonly Meter _meter = new("dsdn.da");
    private readonly Counter<long> _callCounter, _submitCounter, _feeCounter, _byteCounter, _wakeCounter, _wrongCounter;
    private readonly Histogram<double> _submitHistogram;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<(string Method, string Outcome), long> _calls = [];
    private readonly SortedDictionary<string, long> _wrong = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (bool IsUp, ulong Lag)> _endpoints = new(StringComparer.Ordinal);
    private readonly long[] _submitBuckets = new long[SubmitSeconds.Count + 1];
    private ulong _submitMs, _blobBytes, _inclusionHeight, _headHeight, _headTimeMs, _blockTimeMs;
    private long _included, _refused, _unknown, _wakeUps;
    private UInt128 _fee;
    private UInt128? _balance;

    internal DaMetrics(TimeProvider clock)
    {
        _clock = clock;
        _callCounter = _meter.CreateCounter<long>("dsdn_da_calls_total", null, "Calls to Celestia nodes, by method and outcome (ok or a code)");
        _submitCounter = _meter.CreateCounter<long>("dsdn_da_submits_total", null, "Submits, by outcome: included, refused or unknown");
        _feeCounter = _meter.CreateCounter<long>("dsdn_da_fee_utia_total", "utia", "Fees of submits that were proved to be included");
        _byteCounter = _meter.CreateCounter<long>("dsdn_da_blob_bytes_total", "By", "Data of blobs that were proved to be included");
        _wakeCounter = _meter.CreateCounter<long>("dsdn_da_wakeups_total", null, "Items of subscriptions");
        _wrongCounter = _meter.CreateCounter<long>("dsdn_da_proof_failures_total", null, "Answers of Celestia nodes that were proved to be wrong, by code");
        _submitHistogram = _meter.CreateHistogram(
            "dsdn_da_submit_seconds", "s", "Time from a submit to the proof of its inclusion", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = SubmitSeconds });
        _meter.CreateObservableGauge("dsdn_da_head_height", () => (long)Read(ref _headHeight), null, "The newest verified height of Celestia");
        _meter.CreateObservableGauge("dsdn_da_head_age_seconds", HeadAgeSeconds, "s", "Age of the newest verified header of Celestia");
        _meter.CreateObservableGauge("dsdn_da_inclusion_height", () => (long)Read(ref _inclusionHeight), null, "The height of the last submit that was proved");
        _meter.CreateObservableGauge("dsdn_da_block_seconds", () => Read(ref _blockTimeMs) / 1000.0, "s", "Time between blocks of Celestia, as measured");
        _meter.CreateObservableGauge("dsdn_da_balance_utia", Balances, "utia", "What the submitting account holds");
        _meter.CreateObservableGauge("dsdn_da_endpoint_up", () => Endpoints(static one => one.IsUp ? 1L : 0), null, "1 where an endpoint gave a head that could be verified");
        _meter.CreateObservableGauge("dsdn_da_endpoint_lag_blocks", () => Endpoints(static one => (long)one.Lag), null, "Blocks that an endpoint is behind the best one");
    }

    public DaCounters Snapshot()
    {
        lock (_lock)
        {
            return new DaCounters(
                [.. _calls.Select(static one => (one.Key.Method, one.Key.Outcome, one.Value))], [.. _submitBuckets], _submitMs, _included, _refused, _unknown, _fee, _blobBytes,
                _inclusionHeight, _headHeight, _headTimeMs, _balance, _wakeUps, [.. _wrong.Select(static one => (one.Key, one.Value))]);
        }
    }

    public void Dispose() => _meter.Dispose();

    internal void Called(string method, string outcome)
    {
        lock (_lock) _calls[(method, outcome)] = _calls.GetValueOrDefault((method, outcome)) + 1;
        _callCounter.Add(1, new("method", method), new("outcome", outcome));
    }

    /// <param name="bytes">Of the data of all its blobs.</param>
    internal void Submitted(SubmitOutcome outcome, ulong bytes, ulong tookMs)
    {
        string name = outcome switch { SubmitOutcome.Included => "included", SubmitOutcome.Refused => "refused", _ => "unknown" };
        lock (_lock)
        {
            if (outcome is SubmitOutcome.Included included)
            {
                int bucket = 0;
                while (bucket < SubmitSeconds.Count && tookMs / 1000.0 > SubmitSeconds[bucket]) bucket++;
                _submitBuckets[bucket]++;
                (_included, _submitMs, _fee, _blobBytes, _inclusionHeight) = (_included + 1, _submitMs + tookMs, _fee + included.FeeUtia, _blobBytes + bytes, included.Height);
            }
            else if (outcome is SubmitOutcome.Refused)
            {
                _refused++;
            }
            else
            {
                _unknown++;
            }
        }
        _submitCounter.Add(1, new KeyValuePair<string, object?>("outcome", name));
        if (outcome is not SubmitOutcome.Included landed) return;
        _submitHistogram.Record(tookMs / 1000.0);
        _feeCounter.Add((long)UInt128.Min(landed.FeeUtia, long.MaxValue));
        _byteCounter.Add((long)bytes);
    }

    internal void ProvedWrong(string code)
    {
        lock (_lock) _wrong[code] = _wrong.GetValueOrDefault(code) + 1;
        _wrongCounter.Add(1, new KeyValuePair<string, object?>("code", code));
    }

    internal void WokeUp()
    {
        lock (_lock) _wakeUps++;
        _wakeCounter.Add(1);
    }

    internal void HeadSeen(ulong height, ulong timeMs, ulong blockTimeMs)
    {
        lock (_lock)
        {
            _blockTimeMs = blockTimeMs;
            if (height >= _headHeight) (_headHeight, _headTimeMs) = (height, timeMs);
        }
    }

    internal void BalanceSeen(UInt128 utia)
    {
        lock (_lock) _balance = utia;
    }

    internal void EndpointSeen(string endpoint, bool isUp, ulong lag)
    {
        lock (_lock) _endpoints[endpoint] = (isUp, lag);
    }

    private ulong Read(ref ulong value)
    {
        lock (_lock) return value;
    }

    private double HeadAgeSeconds()
    {
        ulong time = Read(ref _headTimeMs);
        return time == 0 ? 0 : Math.Max(0, _clock.GetUtcNow().ToUnixTimeMilliseconds() - (long)time) / 1000.0;
    }

    private IEnumerable<Measurement<long>> Balances()
    {
        lock (_lock) return _balance is { } utia ? [new((long)UInt128.Min(utia, long.MaxValue))] : [];
    }

    private List<Measurement<long>> Endpoints(Func<(bool IsUp, ulong Lag), long> value)
    {
        lock (_lock) return [.. _endpoints.Select(one => new Measurement<long>(value(one.Value), new KeyValuePair<string, object?>("endpoint", one.Key)))];
    }
}
