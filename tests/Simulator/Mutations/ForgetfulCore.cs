using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Simulator.Mutations;

/// <summary>A core without the lock rule (arXiv 1807.04938, lines 23 and 29): prevotes every valid proposal.</summary>
internal sealed class ForgetfulCore(IConsensusCore core) : IConsensusCore
{
    private readonly Dictionary<(ulong Height, uint Round), Hash256> _proposed = [];
    private readonly HashSet<Hash256> _valid = [];
    private readonly HashSet<Vote> _forgetful = [];

    public IEnumerable<TableSize> Tables => core.Tables;

    public IReadOnlyList<CoreEffect> Step(CoreInput input)
    {
        if (input is CoreInput.ProposalArrived { Proposal: { } proposal }) _proposed[(proposal.Height, proposal.Round)] = proposal.ValueId;
        if (input is CoreInput.ValueChecked { IsValid: true } check) _valid.Add(check.ValueId);
        // The core asked for another vote and would not know this one.
        if (input is CoreInput.VoteSigned { Unsigned: { } unsigned } signed && _forgetful.Remove(unsigned))
            return signed.Signature is { } signature ? [new CoreEffect.BroadcastVote(unsigned with { Signature = signature })] : [];
        return [.. core.Step(input).Select(Forget)];
    }

    private CoreEffect Forget(CoreEffect effect)
    {
        bool isKept = effect is CoreEffect.SignVote { Unsigned: { Kind: VoteKind.Prevote, IsNil: true } nil } && _proposed.TryGetValue((nil.Height, nil.Round), out Hash256 value) && _valid.Contains(value);
        if (!isKept || effect is not CoreEffect.SignVote { Unsigned: { } vote }) return effect;
        Vote forgetful = vote with { ValueId = _proposed[(vote.Height, vote.Round)] };
        _forgetful.Add(forgetful);
        return new CoreEffect.SignVote(forgetful);
    }
}
