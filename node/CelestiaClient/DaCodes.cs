namespace Dsdn.CelestiaClient;

/// <summary>The codes of this client, beside those of proofs (<c>DaFault</c>) and of calls (<c>CallFault</c>).</summary>
public static class DaCodes
{
    /// <summary>Nobody accepted the connection: nothing was sent.</summary>
    public const string Unreachable = "DSDN-E-DA-UNREACHABLE";

    /// <summary>No answer within the deadline of the method.</summary>
    public const string Timeout = "DSDN-E-DA-TIMEOUT";

    /// <summary>The connection broke after the request had been sent, or while it was.</summary>
    public const string Dropped = "DSDN-E-DA-DROPPED";

    /// <summary>An answer of more bytes than the method can have.</summary>
    public const string ReplyTooLarge = "DSDN-E-DA-REPLY-SIZE";

    /// <summary>The node is of another network than the configured one.</summary>
    public const string WrongChain = "DSDN-E-DA-CHAIN";

    /// <summary>No header is trusted, and trust on first use is not allowed.</summary>
    public const string NoTrust = "DSDN-E-DA-NO-TRUST";

    /// <summary>The file of trusted headers cannot be read, or is of something else.</summary>
    public const string TrustFile = "DSDN-E-DA-TRUST-FILE";

    /// <summary>The newest header is older than blocks take: the chain has halted or the node hangs.</summary>
    public const string HeadOld = "DSDN-E-DA-HEAD-OLD";

    /// <summary>The node is behind other endpoints.</summary>
    public const string Lagging = "DSDN-E-DA-LAGGING";

    /// <summary>The caller gave up.</summary>
    public const string Cancelled = "DSDN-E-DA-CANCELLED";

    /// <summary>The node said that blobs landed at a height where they are not.</summary>
    public const string NotIncluded = "DSDN-E-DA-NOT-INCLUDED";

    /// <summary>A node lists a blob that its square does not hold.</summary>
    public const string InventedBlob = "DSDN-E-DA-INVENTED";

    /// <summary>A node does not list a blob that its square holds.</summary>
    public const string WithheldBlob = "DSDN-E-DA-WITHHELD";

    /// <summary>More bytes or blobs than one transaction may have here.</summary>
    public const string BlobTooLarge = "DSDN-E-DA-BLOB-SIZE";

    /// <summary>Blobs that cannot go together or no blob at all.</summary>
    public const string BadBlobs = "DSDN-E-DA-BLOBS";

    /// <summary>Waiting after several mismatches of the account's sequence.</summary>
    public const string SequencePause = "DSDN-E-DA-SEQUENCE-PAUSE";

    /// <summary>A range of heights that cannot be searched.</summary>
    public const string Range = "DSDN-E-DA-RANGE";

    /// <summary>A setting that is missing or cannot be used.</summary>
    public const string Configuration = "DSDN-E-DA-CONFIG";

    /// <summary>A namespace that no blobs can be published under.</summary>
    public const string Namespace = "DSDN-E-DA-NAMESPACE";

    /// <summary>The account holds less than a few submits cost.</summary>
    public const string LowBalance = "DSDN-E-DA-LOW-BALANCE";

    /// <summary>A token is needed to do this and there is none, or its file cannot be read.</summary>
    public const string TokenFile = "DSDN-E-DA-TOKEN-FILE";

    /// <summary>The light node samples less than headers come in, or not at all.</summary>
    public const string NotSampling = "DSDN-E-DA-NOT-SAMPLING";

    private static readonly string[] ProvedWrong =
    [
        InventedBlob, WithheldBlob, "DSDN-E-DA-COMMITMENT", "DSDN-E-DA-SHARE", "DSDN-E-DA-PROOF", "DSDN-E-DA-PROOF-ROOT", "DSDN-E-DA-INCOMPLETE", "DSDN-E-DA-ROWS",
        "DSDN-E-DA-DATA-ROOT", "DSDN-E-DA-DAH", "DSDN-E-DA-HEADER", "DSDN-E-DA-SIGNATURES", "DSDN-E-DA-TRUST", NotIncluded,
    ];

    internal static bool IsProvedWrong(string code) => Array.IndexOf(ProvedWrong, code) >= 0;
}
