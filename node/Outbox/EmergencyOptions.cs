namespace Dsdn.Node.Outbox;

/// <summary>Where emergency copies go and how much of them there may be: this tier is one operator's word (da 5.4).</summary>
public sealed record EmergencyOptions
{
    /// <summary>What stands before the hash in a pointer's location, such as <c>https://host/da/emergency/</c>: printable ASCII without blanks.</summary>
    public required string LocationPrefix { get; init; }

    /// <summary>Of the log on disk.</summary>
    public long BytesMax { get; init; } = 4L * 1_024 * 1_024 * 1_024;

    /// <summary>A copy is refused while the oldest that is still needed is older: the tier is for days, not for ever.</summary>
    public ulong AgeMsMax { get; init; } = 3UL * 24 * 60 * 60 * 1_000;

    public IReadOnlyList<IEmergencyMirror> Mirrors { get; init; } = [];

    /// <summary>So many mirrors must have taken a copy before it counts as stored.</summary>
    public int MirrorsRequired { get; init; }
}

/// <summary>Another place that keeps emergency copies under their SHA-256 in hexadecimal.</summary>
public interface IEmergencyMirror
{
    /// <summary>For people and logs; without what could be secret.</summary>
    string Name { get; }

    /// <exception cref="IOException">it did not take it</exception>
    void Put(string sha256, ReadOnlySpan<byte> content);

    /// <summary>Null where it has none. What comes is not to be trusted.</summary>
    /// <exception cref="IOException">it does not answer</exception>
    byte[]? Get(string sha256);
}

/// <summary>A copy that is not taken; the disk is as it was.</summary>
/// <param name="code">DSDN-E-EMERGENCY-VOLUME, -AGE, -MIRRORS or -DISK.</param>
public sealed class EmergencyRefusedException(string code, string detail, Exception? cause = null) : IOException($"{code}: {detail}", cause)
{
    public string Code { get; } = code;
}
