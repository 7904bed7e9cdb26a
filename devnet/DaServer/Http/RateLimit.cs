namespace Dsdn.DaServer.Http;

/// <summary>A bucket of requests for each address: filled at a rate, twice as many at most. Addresses that were long away are forgotten.</summary>
internal sealed class RateLimit(int perSecond, TimeProvider clock)
{
    private const int AddressesMax = 10_000;
    private const int BurstSeconds = 2;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (double Left, long At)> _buckets = new(StringComparer.Ordinal);

    public bool TryTake(string address)
    {
        lock (_lock)
        {
            long now = clock.GetTimestamp();
            if (_buckets.Count >= AddressesMax && !_buckets.ContainsKey(address)) Forget(now);
            double full = (double)perSecond * BurstSeconds;
            double left = _buckets.TryGetValue(address, out (double Left, long At) bucket) ? Math.Min(full, bucket.Left + (clock.GetElapsedTime(bucket.At, now).TotalSeconds * perSecond)) : full;
            bool isAllowed = left >= 1;
            _buckets[address] = (isAllowed ? left - 1 : left, now);
            return isAllowed;
        }
    }

    private void Forget(long now)
    {
        foreach (string address in (string[])[.. _buckets.Where(bucket => clock.GetElapsedTime(bucket.Value.At, now).TotalSeconds > BurstSeconds).Select(static bucket => bucket.Key)]) _buckets.Remove(address);
        if (_buckets.Count >= AddressesMax) _buckets.Clear();
    }
}
