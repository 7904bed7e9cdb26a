using Dsdn.Simulator.Machines;

namespace Dsdn.Simulator.Faults;

/// <summary>A place where a process can die, the n-th of its kind while the height was decided.</summary>
internal readonly record struct CrashPoint(Fault Place, int Occurrence);

/// <summary>
/// Counts the places that one machine passes while it decides one height and, where a point is given, dies exactly there, once.
/// </summary>
internal sealed class CrashAt(Machine victim, ulong height, CrashPoint? point, Aftermath aftermath) : ICrashPlan
{
    private readonly SortedDictionary<Fault, int> _passed = [];

    public Fault? Last { get; private set; }

    public Aftermath Aftermath => aftermath;

    public ulong DownUs => 300_000;

    /// <summary>Everything that was passed, in order of the places.</summary>
    public IReadOnlyList<CrashPoint> Points =>
        [.. _passed.SelectMany(static passed => Enumerable.Range(0, passed.Value).Select(occurrence => new CrashPoint(passed.Key, occurrence)))];

    public bool Here(Machine machine, Fault place)
    {
        bool concerns = machine == victim && Last is null && place != Fault.CrashBetweenEffects && machine.Process is { } process && process.Decided.Header.Number + 1 == height;
        if (!concerns) return false;
        int occurrence = _passed.GetValueOrDefault(place);
        _passed[place] = occurrence + 1;
        if (point != new CrashPoint(place, occurrence)) return false;
        Last = place;
        return true;
    }
}
