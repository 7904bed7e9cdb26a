using System.Diagnostics;
using System.Diagnostics.Metrics;
using Dsdn.Chain.Rpc.Dispatch;

namespace Dsdn.Chain.Rpc;

/// <summary>
/// Every metric of this server, meter "Dsdn.Chain.Rpc". Calls are counted in plain arrays and read when somebody asks, so
/// that a call costs one interlocked increment.
/// </summary>
internal sealed class RpcMetrics : IDisposable
{
    public const string MeterName = "Dsdn.Chain.Rpc";

    private readonly Meter _meter = new(MeterName);
    private readonly MethodTable _methods;
    private readonly Histogram<double> _requestMs;
    private readonly Counter<long> _closedSlow;
    private long[] _calls = [];
    private long[] _errors = [];
    private long _unknown, _faults, _webSockets, _refused;

    public RpcMetrics(MethodTable methods, Func<int> filters)
    {
        _methods = methods;
        _meter.CreateObservableCounter("dsdn_rpc_calls_total", () => PerMethod(_calls), "{call}", "Calls answered, by method");
        _meter.CreateObservableCounter("dsdn_rpc_errors_total", () => PerMethod(_errors), "{call}", "Calls answered with an error, by method");
        _meter.CreateObservableCounter("dsdn_rpc_unknown_methods_total", () => Volatile.Read(ref _unknown), "{call}", "Calls of methods that do not exist here");
        _meter.CreateObservableCounter("dsdn_rpc_faults_total", () => Volatile.Read(ref _faults), "{call}", "Calls that failed by our own fault (-32603)");
        _meter.CreateObservableCounter("dsdn_rpc_refused_requests_total", () => Volatile.Read(ref _refused), "{request}", "HTTP requests refused before JSON: host, origin, type, size");
        _meter.CreateObservableGauge("dsdn_rpc_websockets", () => Volatile.Read(ref _webSockets), "{connection}", "Open WebSocket connections");
        _meter.CreateObservableGauge("dsdn_rpc_filters", () => filters(), "{filter}", "Installed filters");
        _requestMs = _meter.CreateHistogram<double>("dsdn_rpc_request_ms", "ms", "Time from a whole body to its reply");
        _closedSlow = _meter.CreateCounter<long>("dsdn_rpc_slow_readers_closed_total", "{connection}", "WebSocket connections closed because they did not read");
    }

    /// <summary>Call once, after the last method was declared.</summary>
    public void Freeze() => (_calls, _errors) = (new long[_methods.Entries.Count], new long[_methods.Entries.Count]);

    public void Called(int method, bool failed)
    {
        Interlocked.Increment(ref _calls[method]);
        if (failed) Interlocked.Increment(ref _errors[method]);
    }

    public void Unknown() => Interlocked.Increment(ref _unknown);

    public void Faulted() => Interlocked.Increment(ref _faults);

    public void Refused() => Interlocked.Increment(ref _refused);

    public void SlowReaderClosed() => _closedSlow.Add(1);

    public void WebSocketOpened() => Interlocked.Increment(ref _webSockets);

    public void WebSocketClosed() => Interlocked.Decrement(ref _webSockets);

    /// <summary>0 where nobody listens, so that no clock is read.</summary>
    public long StartRequest() => _requestMs.Enabled ? Stopwatch.GetTimestamp() : 0;

    public void EndRequest(long started)
    {
        if (started != 0) _requestMs.Record(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> PerMethod(long[] counts)
    {
        foreach (MethodEntry entry in _methods.Entries)
        {
            if (Volatile.Read(ref counts[entry.Index]) is > 0 and var count)
                yield return new Measurement<long>(count, new KeyValuePair<string, object?>("method", entry.Name));
        }
    }
}
