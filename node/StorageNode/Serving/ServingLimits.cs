namespace Dsdn.StorageNode.Serving;

/// <summary>What one storage node does for others at a time.</summary>
internal sealed record ServingLimits
{
    /// <summary>A household or a company behind one address.</summary>
    public int ConnectionsPerAddress { get; init; } = 256;

    public int CallsPerConnection { get; init; } = 256;

    /// <summary>Calls that wait for their turn cost little; more than this are refused.</summary>
    public int Calls { get; init; } = 32_768;

    /// <summary>Puts that write: each holds a file and half a megabyte.</summary>
    public int Puts { get; init; } = 64;

    /// <summary>Gets that read: each holds a file and two blocks of 64 KiB.</summary>
    public int Gets { get; init; } = 512;

    /// <summary>How long a call waits for its turn.</summary>
    public TimeSpan TurnWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between two messages of a put, and until a reader took one.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Of one connection: each costs a signature check.</summary>
    public int PutsPerSecond { get; init; } = 500;
}
