namespace Dsdn.Consensus.Network.Links;

/// <summary>Why a link ended, or was not made.</summary>
internal enum LinkEndKind
{
    /// <summary>The other side, or the connection.</summary>
    Lost,
    Stopping,
    Banned,

    /// <summary>Too many or too large messages in too little time.</summary>
    Flooding,

    /// <summary>Bytes that are no frames of a link.</summary>
    Malformed,

    /// <summary>It takes too little of what is sent to it.</summary>
    Slow,

    /// <summary>A ping was not answered.</summary>
    Silent,

    /// <summary>Another link with the same peer stays.</summary>
    Duplicate,

    /// <summary>No room for another peer.</summary>
    Full,

    /// <summary>A seed has told what it knows, and there are enough others.</summary>
    Seed,

    /// <summary>The observer failed.</summary>
    Fault,
}

internal sealed record LinkEnd(LinkEndKind Kind, string Detail)
{
    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()}: {Detail}";
}
