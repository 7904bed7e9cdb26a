namespace Dsdn.DaServer.Faults;

/// <param name="Id">By which it can be cleared.</param>
/// <param name="TimesLeft">Null: until it is cleared.</param>
/// <param name="SetAtHeight">The head when it was set.</param>
public sealed record ActiveFault(int Id, FaultRule Rule, int? TimesLeft, ulong SetAtHeight);

/// <summary>The faults that are on. Safe from every thread.</summary>
public sealed class FaultBoard
{
    public const int FaultsMax = 64;

    private readonly Lock _lock = new();
    private readonly List<ActiveFault> _active = [];
    private readonly Func<ulong> _head;
    private int _lastId;

    /// <param name="head">The height of the chain, which some faults begin at.</param>
    internal FaultBoard(Func<ulong> head) => _head = head;

    /// <summary>After faults were set or cleared.</summary>
    public event Action? Changed;

    /// <summary>How often faults took effect.</summary>
    public long Taken { get; private set; }

    /// <returns>Null where there are too many.</returns>
    public ActiveFault? Set(FaultRule rule)
    {
        ActiveFault fault;
        ulong height = _head();
        lock (_lock)
        {
            if (_active.Count == FaultsMax) return null;
            fault = new ActiveFault(++_lastId, rule, rule.Times, height);
            _active.Add(fault);
        }
        Changed?.Invoke();
        return fault;
    }

    /// <returns>How many were cleared.</returns>
    public int Clear(Func<ActiveFault, bool>? which = null)
    {
        int cleared;
        lock (_lock) cleared = _active.RemoveAll(fault => which is null || which(fault));
        if (cleared > 0) Changed?.Invoke();
        return cleared;
    }

    public IReadOnlyList<ActiveFault> List()
    {
        lock (_lock) return [.. _active];
    }

    /// <summary>Whether a fault of this kind is on for a method; one with a number of times has one less then.</summary>
    public ActiveFault? Take(FaultKind kind, string method)
    {
        lock (_lock)
        {
            int at = _active.FindIndex(fault => fault.Rule.Kind == kind && fault.Rule.Matches(method));
            if (at < 0) return null;
            ActiveFault fault = _active[at];
            Taken++;
            if (fault.TimesLeft is { } left)
            {
                if (left == 1) _active.RemoveAt(at);
                else _active[at] = fault with { TimesLeft = left - 1 };
            }
            return fault;
        }
    }

    /// <summary>As <see cref="Take"/>, but nothing is used up.</summary>
    public ActiveFault? Find(FaultKind kind, string? method = null)
    {
        lock (_lock) return _active.Find(fault => fault.Rule.Kind == kind && (method is null || fault.Rule.Matches(method)));
    }
}
