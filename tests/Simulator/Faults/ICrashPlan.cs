using Dsdn.Simulator.Machines;

namespace Dsdn.Simulator.Faults;

/// <summary>What is left of unsynced writes.</summary>
internal enum Aftermath
{
    /// <summary>Only the process died: all of it.</summary>
    All,

    /// <summary>The power failed: each is there, lost or torn.</summary>
    Some,
    Nothing,
    Torn,
}

/// <summary>Says at each place where a process can die whether it does.</summary>
internal interface ICrashPlan
{
    bool Here(Machine machine, Fault place);

    /// <summary>Where somebody died last.</summary>
    Fault? Last { get; }

    /// <summary>What the crash leaves of that which was written and not synced.</summary>
    Aftermath Aftermath { get; }

    /// <summary>Until the machine starts again.</summary>
    ulong DownUs { get; }
}
