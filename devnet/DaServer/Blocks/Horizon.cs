namespace Dsdn.DaServer.Blocks;

/// <summary>How far back the server answers: the data of blocks for the retention, their headers twice as long and an hour.</summary>
internal sealed class Horizon(Ledger ledger, ulong retentionMs, TimeProvider clock)
{
    private const ulong HourMs = 3_600_000;

    private readonly Lock _lock = new();
    private ulong _tail = 1;

    private ulong HeaderMs => retentionMs > (ulong.MaxValue - HourMs) / 2 ? ulong.MaxValue : (retentionMs * 2) + HourMs;

    /// <summary>The lowest height whose header is served.</summary>
    public ulong Tail
    {
        get
        {
            lock (_lock)
            {
                _tail = Math.Max(_tail, ledger.First);
                while (_tail < ledger.Height && ledger.TimeMs(_tail) is { } time && IsOlder(time, HeaderMs)) _tail++;
                return _tail;
            }
        }
    }

    public bool IsDataServed(ServedBlock block) => !IsOlder(block.Record.TimeMs, retentionMs);

    private bool IsOlder(ulong timeMs, ulong ageMs)
    {
        ulong now = (ulong)clock.GetUtcNow().ToUnixTimeMilliseconds();
        return now > timeMs && now - timeMs > ageMs;
    }
}
