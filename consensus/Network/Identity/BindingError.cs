namespace Dsdn.Consensus.Network.Identity;

/// <summary>Why a certificate was refused in the handshake.</summary>
public enum BindingError
{
    None = 0,

    /// <summary>No certificate, or one without the extension.</summary>
    Missing,

    /// <summary>The extension, or the key of the certificate, has not the right form.</summary>
    Malformed,
    WrongChain,
    WrongGenesis,
    WrongRole,
    Expired,

    /// <summary>Valid for longer than a binding may be.</summary>
    TooLong,

    /// <summary>The node key did not sign this TLS key: a binding copied from another certificate.</summary>
    NotSigned,

    /// <summary>A good certificate of another node than the one that was dialled.</summary>
    UnexpectedPeer,

    /// <summary>The node reached itself.</summary>
    Self,
}

/// <summary>The stable text of each error.</summary>
public static class BindingErrors
{
    public static string Code(this BindingError error) => error switch
    {
        BindingError.None => "",
        BindingError.Missing => "DSDN-E-PEER-NO-BINDING",
        BindingError.Malformed => "DSDN-E-PEER-BINDING-MALFORMED",
        BindingError.WrongChain => "DSDN-E-PEER-CHAIN",
        BindingError.WrongGenesis => "DSDN-E-PEER-GENESIS",
        BindingError.WrongRole => "DSDN-E-PEER-ROLE",
        BindingError.Expired => "DSDN-E-PEER-EXPIRED",
        BindingError.TooLong => "DSDN-E-PEER-TOO-LONG",
        BindingError.NotSigned => "DSDN-E-PEER-NOT-SIGNED",
        BindingError.UnexpectedPeer => "DSDN-E-PEER-UNEXPECTED",
        _ => "DSDN-E-PEER-SELF",
    };
}
