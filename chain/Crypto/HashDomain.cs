namespace Dsdn.Chain.Crypto;

/// <summary>
/// Every use of Keccak-256 for a preimage that is not Ethereum's own format. Each value has one tag in
/// <see cref="DomainTag"/>; no two preimages share one, so a hash or signature made for one purpose is never valid for another.
/// </summary>
public enum HashDomain
{
    Vote,
    Proposal,
    ProposerDraw,
    ValidatorSet,
    Commit,
    ConsensusHeader,
    Genesis,
    Params,
    Evidence,
    EvidenceItem,
    ModuleRoots,
    VrfAlpha,
    VrfProof,
    Beacon,
    EpochSeed,
    ProofOfPossession,
    NodeProofOfPossession,
    Privval,
    Tls,
    PeerHello,
    Receipt,
    LogEvent,
    Snapshot,
    Parts,
    CommitteeProofOfPossession,
}
