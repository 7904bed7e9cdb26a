namespace Dsdn.Simulator.Byzantine;

/// <summary>What a Byzantine validator does.</summary>
internal enum Vice
{
    EquivocatesVotes,
    EquivocatesProposals,
    ForgetsLocks,
    WithholdsParts,
    WithholdsVotes,
    ForcesNil,
    ShiftsTime,
    LiesAboutHeight,
    SendsMalformed,
    Floods,
    ProposesInvalid,
    SendsWrongParts,
    ForgesBlocks,
    LiesInStateSync,

    // Not drawn by seeds: those keep their mix.
    ForgesEvidence,
    ClaimsFalseReasons,
}
