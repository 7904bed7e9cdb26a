namespace Dsdn.Sdk.Errors;

/// <summary>What kind of failure it is. The numbers are the exit codes of the command line (rulings 13) and never change.</summary>
public enum ErrorClass
{
    /// <summary>The chain, or a rule of it, said no.</summary>
    Rejected = 1,

    /// <summary>The caller asked for something that cannot be, or a part of the system is missing.</summary>
    Usage = 2,

    /// <summary>Nobody answered, or not in time, or not in JSON-RPC.</summary>
    Unreachable = 3,

    /// <summary>A key is missing, locked or malformed.</summary>
    Key = 4,

    /// <summary>Something that should verify does not.</summary>
    Integrity = 5,
}
