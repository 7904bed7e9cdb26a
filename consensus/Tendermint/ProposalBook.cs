using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>
/// The proposals received at one height: of each round the first two that differ, since more say nothing new of the
/// proposer, and those for values that have a quorum.
/// </summary>
internal sealed class ProposalBook
{
    public const int PerRoundMax = 2;

    private readonly List<ReceivedProposal> _all = [];
    private readonly Dictionary<uint, List<ReceivedProposal>> _byRound = [];

    /// <summary>In order of arrival.</summary>
    public IReadOnlyList<ReceivedProposal> All => _all;

    public Proposal? FirstOf(uint round) => _byRound.TryGetValue(round, out List<ReceivedProposal>? list) ? list[0].Proposal : null;

    public bool Wants(Proposal proposal)
    {
        if (!_byRound.TryGetValue(proposal.Round, out List<ReceivedProposal>? list)) return true;
        return list.Count < PerRoundMax && !MessageRules.Same(list[0].Proposal, proposal);
    }

    public bool Has(uint round, Hash256 valueId) =>
        _byRound.TryGetValue(round, out List<ReceivedProposal>? list) && list.Exists(received => received.Proposal.ValueId == valueId);

    public void Add(ReceivedProposal received)
    {
        _all.Add(received);
        if (_byRound.TryGetValue(received.Proposal.Round, out List<ReceivedProposal>? list)) list.Add(received);
        else _byRound[received.Proposal.Round] = [received];
    }
}

internal sealed record ReceivedProposal(Proposal Proposal, bool IsTimely);

/// <summary>A value that was executed here, or built.</summary>
internal readonly record struct KnownValue(Hash256 PartsRoot, ulong TimeMs, bool IsValid)
{
    /// <summary>The proposal describes this value, and it is valid.</summary>
    public bool Fits(Proposal proposal) => IsValid && proposal.PartsRoot == PartsRoot && proposal.TimeMs == TimeMs;
}
