namespace Dsdn.Simulator.Engine;

/// <summary>Time that passes only where nothing is left to do: a heap of what is due, by time and then by the order in which it was asked for.</summary>
internal sealed class VirtualTime
{
    private readonly PriorityQueue<Action, (ulong AtUs, ulong Order)> _due = new();
    private ulong _order;

    /// <summary>Microseconds since the beginning of the run.</summary>
    public ulong NowUs { get; private set; }

    public ulong NowMs => NowUs / 1_000;

    public ulong EventsDone { get; private set; }

    public void After(ulong microseconds, Action action) => _due.Enqueue(action, (NowUs + microseconds, _order++));

    /// <summary>Does the next thing; false where there is none up to that time, which it then is.</summary>
    public bool TryStep(ulong endUs)
    {
        if (!_due.TryPeek(out _, out (ulong AtUs, ulong) next) || next.AtUs > endUs)
        {
            NowUs = Math.Max(NowUs, endUs);
            return false;
        }
        Action action = _due.Dequeue();
        NowUs = next.AtUs;
        EventsDone++;
        action();
        return true;
    }
}
