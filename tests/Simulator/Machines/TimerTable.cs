using Dsdn.Consensus.Tendermint;

namespace Dsdn.Simulator.Machines;

/// <summary>The timers of a process, by when they are due on the monotonic clock. One of each kind, height and round.</summary>
internal sealed class TimerTable
{
    private readonly SortedDictionary<(ulong AtUs, ulong Height, uint Round, CoreTimerKind Kind), CoreTimer> _due = [];
    private readonly Dictionary<CoreTimer, ulong> _times = [];

    public ulong? NextUs => _due.Count > 0 ? _due.First().Key.AtUs : null;

    public void Set(CoreTimer timer, ulong atUs)
    {
        if (_times.Remove(timer, out ulong before)) _due.Remove((before, timer.Height, timer.Round, timer.Kind));
        _times[timer] = atUs;
        _due[(atUs, timer.Height, timer.Round, timer.Kind)] = timer;
    }

    public bool TryTake(ulong nowUs, out CoreTimer timer)
    {
        timer = default;
        if (_due.Count == 0) return false;
        ((ulong AtUs, ulong Height, uint Round, CoreTimerKind Kind) key, CoreTimer first) = _due.First();
        if (key.AtUs > nowUs) return false;
        timer = first;
        _due.Remove(key);
        _times.Remove(timer);
        return true;
    }

    public void DropThrough(ulong height)
    {
        foreach (CoreTimer timer in _due.Values.Where(timer => timer.Height <= height).ToArray())
        {
            if (_times.Remove(timer, out ulong at)) _due.Remove((at, timer.Height, timer.Round, timer.Kind));
        }
    }
}
