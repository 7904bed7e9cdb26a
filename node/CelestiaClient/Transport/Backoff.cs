namespace Dsdn.CelestiaClient.Transport;

/// <summary>Delays that double up to a limit, each shortened by up to a fifth at random so that many clients do not come back together.</summary>
internal sealed class Backoff(int firstMs, int maxMs)
{
    private int _nextMs = Math.Min(firstMs, maxMs);

    public int NextMs()
    {
        int delay = _nextMs;
        _nextMs = (int)Math.Min((long)_nextMs * 2, maxMs);
        return delay - Random.Shared.Next((delay / 5) + 1);
    }

    public void Reset() => _nextMs = Math.Min(firstMs, maxMs);
}
