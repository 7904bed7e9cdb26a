namespace Dsdn.Celestia;

/// <summary>What is wrong with something a Celestia node, or a user, handed over.</summary>
public enum DaFault : byte
{
    None = 0,

    /// <summary>DSDN-E-DA-NAMESPACE: not 29 bytes of a known form, or reserved where a user's namespace is needed.</summary>
    Namespace,

    /// <summary>DSDN-E-DA-BLOB: no data, too much, an unknown share version, or a signer that the version does not have.</summary>
    Blob,

    /// <summary>DSDN-E-DA-SHARE: shares that do not follow one another as a sequence does.</summary>
    Share,

    /// <summary>DSDN-E-DA-PROOF: a proof of the wrong shape: range, count or order of its nodes.</summary>
    ProofShape,

    /// <summary>DSDN-E-DA-PROOF-ROOT: a proof that leads to another root.</summary>
    ProofRoot,

    /// <summary>DSDN-E-DA-INCOMPLETE: the proof leaves room for more shares of the namespace than were sent.</summary>
    Incomplete,

    /// <summary>DSDN-E-DA-ROWS: more or fewer rows than the header says hold the namespace.</summary>
    Rows,

    /// <summary>DSDN-E-DA-COMMITMENT: the blob has another commitment.</summary>
    Commitment,

    /// <summary>DSDN-E-DA-DATA-ROOT: the roots of rows and columns do not hash to the header's data hash.</summary>
    DataRoot,

    /// <summary>DSDN-E-DA-DAH: not as many roots of rows and columns as a square has, or roots that are none.</summary>
    Dah,

    /// <summary>DSDN-E-DA-SQUARE: a square of the wrong size or order, or too small for what should be in it.</summary>
    Square,

    /// <summary>DSDN-E-DA-ERASURE: parity that is not that of the data, or too few shares to restore the others.</summary>
    Erasure,

    /// <summary>DSDN-E-DA-HEADER: header, commit, validators and availability header do not belong together.</summary>
    Header,

    /// <summary>DSDN-E-DA-SIGNATURES: not more than two thirds of the power signed, or a signature is forged.</summary>
    Signatures,

    /// <summary>DSDN-E-DA-TRUST: at most a third of the trusted power signed.</summary>
    NotEnoughTrust,

    /// <summary>DSDN-E-DA-ORDER: not after the trusted header, or of a time that cannot be.</summary>
    Order,

    /// <summary>DSDN-E-DA-EXPIRED: the trusted header is older than the trust period.</summary>
    Expired,

    /// <summary>DSDN-E-DA-PROTOBUF: bytes that are no protobuf message of this kind.</summary>
    Protobuf,

    /// <summary>DSDN-E-DA-JSON: text that is no JSON of this kind.</summary>
    Json,
}
