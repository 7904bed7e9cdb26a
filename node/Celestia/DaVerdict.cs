namespace Dsdn.Celestia;

/// <param name="Detail">For people, in English; empty where nothing is wrong.</param>
public readonly record struct DaVerdict(DaFault Fault, string Detail)
{
    public static readonly DaVerdict Valid = new(DaFault.None, "");

    public bool IsValid => Fault == DaFault.None;

    /// <summary>Stable; empty where nothing is wrong.</summary>
    public string Code => Fault switch
    {
        DaFault.None => "",
        DaFault.Namespace => "DSDN-E-DA-NAMESPACE",
        DaFault.Blob => "DSDN-E-DA-BLOB",
        DaFault.Share => "DSDN-E-DA-SHARE",
        DaFault.ProofShape => "DSDN-E-DA-PROOF",
        DaFault.ProofRoot => "DSDN-E-DA-PROOF-ROOT",
        DaFault.Incomplete => "DSDN-E-DA-INCOMPLETE",
        DaFault.Rows => "DSDN-E-DA-ROWS",
        DaFault.Commitment => "DSDN-E-DA-COMMITMENT",
        DaFault.DataRoot => "DSDN-E-DA-DATA-ROOT",
        DaFault.Dah => "DSDN-E-DA-DAH",
        DaFault.Square => "DSDN-E-DA-SQUARE",
        DaFault.Erasure => "DSDN-E-DA-ERASURE",
        DaFault.Header => "DSDN-E-DA-HEADER",
        DaFault.Signatures => "DSDN-E-DA-SIGNATURES",
        DaFault.NotEnoughTrust => "DSDN-E-DA-TRUST",
        DaFault.Order => "DSDN-E-DA-ORDER",
        DaFault.Expired => "DSDN-E-DA-EXPIRED",
        DaFault.Protobuf => "DSDN-E-DA-PROTOBUF",
        _ => "DSDN-E-DA-JSON",
    };
}
