namespace Dsdn.Simulator.Byzantine;

/// <summary>The liar of each vice.</summary>
internal static class Behaviours
{
    public static Behaviour Of(Vice vice) => vice switch
    {
        Vice.EquivocatesVotes => new VoteEquivocator(),
        Vice.EquivocatesProposals => new ProposalEquivocator(),
        Vice.ForgetsLocks => new Amnesiac(),
        Vice.WithholdsParts or Vice.WithholdsVotes => new Withholder(vice == Vice.WithholdsParts),
        Vice.ForcesNil => new NilForcer(),
        Vice.ShiftsTime => new TimeShifter(),
        Vice.LiesAboutHeight => new StatusLiar(),
        Vice.SendsMalformed => new Garbler(),
        Vice.Floods => new Flooder(),
        Vice.ProposesInvalid => new InvalidProposer(),
        Vice.SendsWrongParts => new PartCorrupter(),
        Vice.ForgesBlocks => new BlockForger(),
        Vice.LiesInStateSync => new SnapshotLiar(),
        Vice.ForgesEvidence => new EvidenceForger(),
        Vice.ClaimsFalseReasons => new FalseClaimer(),
        _ => throw new InvalidOperationException($"unknown vice {vice}"),
    };
}
