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
/// What correct nodes decided where more than a third may lie, and the votes from which they did. Checked by <see cref="Audit"/>:
/// wherever two of them decided differently, their votes together convict more than a third of the power, and no correct validator
/// (arXiv 1807.04938 with its accountability: every fork is double votes or forgotten locks).
/// </summary>
internal sealed class ForkBook(ulong chainId, Hash256 genesisHash, Func<Address, Machine?> machineOf)
{
    private readonly SortedDictionary<ulong, SortedSet<Hash256>> _decided = [];
    private readonly SortedDictionary<ulong, List<SignedVote>> _votes = [];
    private readonly SortedDictionary<ulong, ValidatorSet> _voters = [];

    public int Forks { get; private set; }

    /// <summary>Validators convicted of each kind, added over all forks.</summary>
    public SortedDictionary<EvidenceKind, int> Convicted { get; } = [];

    /// <summary>Votes that are lost before the audit; null: none. With it the check has to fail.</summary>
    public Func<SignedVote, bool>? Loses { get; init; }

    public void Committed(Machine machine, Block block, Certificate certificate, ValidatorSet deciders)
    {
        if (!machine.IsCorrect) return;
        ulong height = block.Header.Number;
        if (!_decided.TryGetValue(height, out SortedSet<Hash256>? blocks)) _decided[height] = blocks = [];
        blocks.Add(block.Hash);
        _voters.TryAdd(height, deciders);
        int next = 0;
        for (int i = 0; i < deciders.Validators.Count; i++)
        {
            if ((certificate.Signers.Span[i / 8] >> (i % 8) & 1) == 0) continue;
            Keep(height, new SignedVote(VoteKind.Precommit, height, certificate.Round, block.Hash, -1, deciders.Validators[i].Operator, certificate.Signatures[next++]));
        }
    }

    public void Kept(Machine machine, ReplicaEffect.KeepVotes kept)
    {
        if (!machine.IsCorrect) return;
        foreach (Vote vote in kept.Votes) Keep(kept.Height, ChainMessages.Of(vote));
    }

    public void Audit()
    {
        foreach ((ulong height, SortedSet<Hash256> blocks) in _decided)
        {
            if (blocks.Count < 2) continue;
            Forks++;
            VoteAuditReport report = VoteAudit.Run(chainId, genesisHash, height, _voters[height], _votes[height]);
            foreach (EvidenceItem item in report.Contradictions)
            {
                if (machineOf(item.Accused) is { IsCorrect: true } accused) throw new BrokenInvariant($"{accused} kept every rule and is convicted of {item.Kind}");
                Convicted[item.Kind] = Convicted.GetValueOrDefault(item.Kind) + 1;
            }
            if (!report.IsDisagreement || report.GuiltyPower * 3 <= report.TotalPower)
            {
                throw new BrokenInvariant(string.Create(CultureInfo.InvariantCulture,
                    $"height {height} was decided in {blocks.Count} ways, and the votes of the correct nodes convict {report.GuiltyPower} of {report.TotalPower}"));
            }
            return; // what is built on different blocks is not one chain any more
        }
    }

    private void Keep(ulong height, SignedVote vote)
    {
        if (Loses?.Invoke(vote) == true) return;
        if (!_votes.TryGetValue(height, out List<SignedVote>? votes)) _votes[height] = votes = [];
        votes.Add(vote);
    }
}
