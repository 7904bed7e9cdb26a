namespace Dsdn.Node.Attestation;

/// <summary>What may be concluded where there is no record of attestations.</summary>
public enum MissingRecord : byte
{
    /// <summary>It was lost: nothing is signed before the operator says from where on.</summary>
    Lost,

    /// <summary>Nobody can hold an attestation of this key: an empty record is made.</summary>
    NeverAttested,

    /// <summary>Either the log begins now or the whole disk was lost: the first statement decides (<see cref="Dsdn.Consensus.Signing.AttestationRules.IsOfLogThatBegins"/>).</summary>
    LogMayBegin,
}
