namespace Dsdn.CelestiaClient.Headers;

/// <summary>How long blocks take, measured over the latest heights: it has been 12, 6 and 2.6 seconds. Safe for concurrent use.</summary>
internal sealed class BlockPace(int startMs)
{
    private const int BlocksMin = 4, BlocksMax = 32;
    private const ulong MsMin = 50, MsMax = 120_000;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<ulong, ulong> _times = [];

    public ulong BlockMs
    {
        get
        {
            lock (_lock)
            {
                if (_times.Count < 2) return (ulong)startMs;
                (ulong first, ulong firstMs) = _times.First();
                (ulong last, ulong lastMs) = _times.Last();
                return last - first < BlocksMin || lastMs <= firstMs ? (ulong)startMs : Math.Clamp((lastMs - firstMs) / (last - first), MsMin, MsMax);
            }
        }
    }

    public void See(ulong height, ulong timeMs)
    {
        lock (_lock)
        {
            if (_times.Count > 0 && _times.Last().Key > height + BlocksMax) return;
            _times[height] = timeMs;
            while (_times.Last().Key - _times.First().Key > BlocksMax) _times.Remove(_times.First().Key);
        }
    }
}
