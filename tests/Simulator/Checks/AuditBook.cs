using System.Globalization;
using Dsdn.Chain.Accountability;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Tendermint;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Machines;

namespace Dsdn.Simulator.Checks;

/// <summary>
/// The votes from which a correct node decided a height, audited as an operator would. Checked: no validator that kept the rules
/// is found guilty, and the node has the prevotes that its own votes name. Heights of one round without a double vote say nothing
/// and are left out.
/// </summary>
internal sealed class AuditBook(ulong chainId, Hash256 genesisHash, Func<Address, Machine?> machineOf)
{
    public int Audits { get; private set; }

    public void Check(Machine keeper, ReplicaEffect.KeepVotes kept, ValidatorSet voters)
    {
        if (!keeper.IsCorrect || !IsTelling(kept.Votes)) return;
        VoteAuditReport report = VoteAudit.Run(chainId, genesisHash, kept.Height, voters, kept.Votes.Select(ChainMessages.Of));
        Audits++;
        foreach (EvidenceItem item in report.Contradictions)
        {
            if (machineOf(item.Accused) is { IsCorrect: true } accused) throw new BrokenInvariant($"the votes of {keeper} convict {accused} of {item.Kind}, which kept every rule");
        }
        foreach (PolClaim claim in report.Claims)
        {
            if (machineOf(claim.Voter) is not { IsCorrect: true } voter) continue;
            if (voter == keeper || claim.Verdict == ClaimVerdict.Refuted)
                throw new BrokenInvariant(string.Create(CultureInfo.InvariantCulture, $"{voter} prevoted in round {claim.Round} of height {kept.Height} for the prevotes of round {claim.PolRound}; to the votes of {keeper} that is {claim.Verdict}"));
        }
    }

    private static bool IsTelling(IReadOnlyList<Vote> votes) => votes.Any(static vote => vote.Round > 0) || votes.Count != votes.DistinctBy(static vote => (vote.Voter, vote.Round, vote.Kind)).Count();
}
