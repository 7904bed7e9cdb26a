namespace Dsdn.Transfers.Network;

/// <summary>Pauses between attempts: 0.25 s, doubled each time, up to 4 s.</summary>
internal sealed class Backoff(TimeProvider clock)
{
    private const int FirstMs = 250, LastMs = 4_000;

    private int _nextMs = FirstMs;

    public Task WaitAsync(CancellationToken cancel)
    {
        TimeSpan pause = TimeSpan.FromMilliseconds(_nextMs);
        _nextMs = Math.Min(LastMs, _nextMs * 2);
        return Task.Delay(pause, clock, cancel);
    }
}
