namespace Dsdn.Node.RemoteSigning;

/// <summary>Why a signer did not sign, beside DSDN-E-DOUBLE-SIGN.</summary>
public static class SignerCodes
{
    /// <summary>The sign bytes are not those of a message, or not of the place that the request names.</summary>
    public const string Malformed = "DSDN-E-SIGNER-MALFORMED";

    /// <summary>The request is for another chain than the signer's.</summary>
    public const string Chain = "DSDN-E-SIGNER-CHAIN";

    /// <summary>The signer holds another key than the one that is meant.</summary>
    public const string Key = "DSDN-E-SIGNER-KEY";

    /// <summary>The record could not be written; nothing was signed.</summary>
    public const string Record = "DSDN-E-SIGNER-RECORD";

    /// <summary>A node id that the signer was not told to serve.</summary>
    public const string NotAllowed = "DSDN-E-SIGNER-NOT-ALLOWED";
}
