namespace Dsdn.Consensus.Peers;

/// <summary>Why bytes are no message of a peer.</summary>
public enum PeerDecodeError
{
    None = 0,

    /// <summary>Above the bytes of the lane.</summary>
    TooLong,

    /// <summary>Not the one canonical RLP of the kind's fields.</summary>
    Encoding,
    Version,
    Kind,

    /// <summary>A message of the other lane.</summary>
    Lane,

    /// <summary>More items than <see cref="PeerLimits"/> allows, or none where one belongs.</summary>
    Count,

    /// <summary>A field outside its range, such as an unsigned vote.</summary>
    Field,
}

/// <summary>Stable codes of the errors.</summary>
public static class PeerDecodeErrors
{
    public static string Code(this PeerDecodeError error) => error switch
    {
        PeerDecodeError.None => "",
        PeerDecodeError.TooLong => "DSDN-E-PEER-TOO-LONG",
        PeerDecodeError.Encoding => "DSDN-E-PEER-ENCODING",
        PeerDecodeError.Version => "DSDN-E-PEER-VERSION",
        PeerDecodeError.Kind => "DSDN-E-PEER-KIND",
        PeerDecodeError.Lane => "DSDN-E-PEER-LANE",
        PeerDecodeError.Count => "DSDN-E-PEER-COUNT",
        _ => "DSDN-E-PEER-FIELD",
    };
}
