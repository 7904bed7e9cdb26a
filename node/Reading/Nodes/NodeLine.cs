using Dsdn.Services;
using Dsdn.Services.Chunks;

namespace Dsdn.Reading.Nodes;

/// <summary>A node as this reader knows it: its connection, how fast it was, and what it did wrong. Safe for all threads.</summary>
internal sealed class NodeLine(ServiceAddress address, ChunkClient client, ReadOptions options, TimeProvider clock) : IDisposable
{
    /// <summary>Weight of the newest measurement.</summary>
    private const double Newest = 0.3;
    private const int DoublingsMax = 6;

    private readonly Lock _lock = new();
    private double? _ms;
    private int _failures, _running;
    private long _avoidUntil, _wrongUntil, _usedAt = clock.GetTimestamp();

    public ServiceAddress Address => address;

    public ChunkClient Client => client;

    /// <summary>In the unit of the clock.</summary>
    public long UsedAt => Volatile.Read(ref _usedAt);

    public bool IsIdle => Volatile.Read(ref _running) == 0;

    /// <summary>Sent wrong bytes not long ago.</summary>
    public bool IsWrong
    {
        get
        {
            lock (_lock) return clock.GetTimestamp() < _wrongUntil;
        }
    }

    /// <summary>Did not answer not long ago.</summary>
    public bool IsFailing
    {
        get
        {
            lock (_lock) return clock.GetTimestamp() < _avoidUntil;
        }
    }

    /// <summary>What a window from it is expected to take, with what it is doing already; null where it was never asked.</summary>
    public double? ExpectedMs
    {
        get
        {
            lock (_lock) return _ms * (1 + Volatile.Read(ref _running));
        }
    }

    public void Begin()
    {
        Interlocked.Increment(ref _running);
        Volatile.Write(ref _usedAt, clock.GetTimestamp());
    }

    public void End() => Interlocked.Decrement(ref _running);

    public void Succeeded(TimeSpan took)
    {
        lock (_lock)
        {
            _ms = _ms is { } before ? before + (Newest * (took.TotalMilliseconds - before)) : took.TotalMilliseconds;
            (_failures, _avoidUntil) = (0, 0);
        }
    }

    public void Failed()
    {
        lock (_lock) _avoidUntil = After((long)options.FailedMs << Math.Min(_failures++, DoublingsMax));
    }

    public void SentWrongBytes()
    {
        lock (_lock) _wrongUntil = After(options.WrongMs);
    }

    public void Dispose() => client.Dispose();

    private long After(long ms) => clock.GetTimestamp() + (ms * clock.TimestampFrequency / 1_000);
}
