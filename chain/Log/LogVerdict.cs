namespace Dsdn.Chain.Log;

/// <summary>Whether something of the log holds, and if not, why.</summary>
/// <param name="Detail">For people, in English; empty where nothing is wrong.</param>
public readonly record struct LogVerdict(LogFault Fault, string Detail)
{
    public static readonly LogVerdict Valid = new(LogFault.None, "");

    public bool IsValid => Fault == LogFault.None;

    /// <summary>Stable; empty where nothing is wrong.</summary>
    public string Code => Fault.Code();

    internal static LogVerdict Of(LogFault fault, string detail) => fault == LogFault.None ? Valid : new LogVerdict(fault, detail);
}
