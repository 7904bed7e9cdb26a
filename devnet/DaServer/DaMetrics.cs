using System.Globalization;
using System.Text;

namespace Dsdn.DaServer;

/// <summary>What the server counts. All metrics of the process are named here and in <see cref="DaMetricsText"/>.</summary>
internal sealed class DaMetrics
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<(string Method, string Outcome), long> _calls = [];
    private long _blobs, _blobBytes, _blocks, _connections;

    public long Blocks => Interlocked.Read(ref _blocks);

    public long Blobs => Interlocked.Read(ref _blobs);

    public long BlobBytes => Interlocked.Read(ref _blobBytes);

    /// <summary>WebSockets that are open.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <param name="method">One that there is, or "unknown": callers must not be able to invent series.</param>
    public void Called(string method, string outcome)
    {
        lock (_lock) _calls[(method, outcome)] = _calls.GetValueOrDefault((method, outcome)) + 1;
    }

    public void BlockMade(int blobs, long bytes)
    {
        Interlocked.Increment(ref _blocks);
        Interlocked.Add(ref _blobs, blobs);
        Interlocked.Add(ref _blobBytes, bytes);
    }

    public void Connected(int by) => Interlocked.Add(ref _connections, by);

    /// <summary>The calls, a line each.</summary>
    public void WriteCalls(StringBuilder text)
    {
        lock (_lock)
        {
            foreach (((string method, string outcome), long count) in _calls)
                text.Append(CultureInfo.InvariantCulture, $"dsdn_da_server_requests_total{{method=\"{method}\",outcome=\"{outcome}\"}} {count}\n");
        }
    }
}
