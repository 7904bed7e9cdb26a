using Dsdn.Simulator.Machines;

namespace Dsdn.Simulator.Faults;

/// <summary>Says at each place where a process can die whether it does.</summary>
internal interface ICrashPlan
{
    bool Here(Machine machine, Fault place);

    /// <summary>The crash takes the power with it: what was not synced is at risk.</summary>
    bool IsPowerFailure { get; }

    /// <summary>Until the machine starts again.</summary>
    ulong DownUs { get; }
}
