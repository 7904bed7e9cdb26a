namespace Dsdn.Node.Observability;

/// <summary>Whether and where a validator signs.</summary>
public enum SigningState
{
    /// <summary>With a key in this process.</summary>
    Local,

    /// <summary>By a signer in another process.</summary>
    Remote,

    /// <summary>That signer does not answer.</summary>
    Away,

    /// <summary>Not at all: another machine was seen to use the key (DSDN-E-KEY-IN-USE).</summary>
    Stopped,
}

/// <param name="Detail">The signer's host:port, or where the key was seen; empty for a local key.</param>
public sealed record SigningStatus(SigningState State, string Detail)
{
    public static readonly SigningStatus Local = new(SigningState.Local, "");
}
