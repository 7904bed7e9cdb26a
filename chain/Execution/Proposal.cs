using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;

namespace Dsdn.Chain.Execution;

/// <summary>An executed block above the last decided one: all that a commit writes. Dropping it undoes it.</summary>
internal sealed record Proposal(BlockData Data, StateChanges Changes, StateVersion Version, ValidatorSet NextValidators)
{
    public Hash256 Hash => Data.Block.Hash;
}

/// <summary>The live proposals and the rejected hashes of one height; each bounded, the oldest goes first (chain-decisions 1.3).</summary>
internal sealed class ProposalTable
{
    private readonly List<Proposal> _live = [];
    private readonly List<(Hash256 Hash, BlockVerdict Verdict)> _rejected = [];

    public int Count => _live.Count;

    public Proposal? Find(in Hash256 hash)
    {
        foreach (Proposal proposal in _live)
        {
            if (proposal.Hash == hash) return proposal;
        }
        return null;
    }

    public BlockVerdict? FindRejected(in Hash256 hash)
    {
        foreach ((Hash256 rejected, BlockVerdict verdict) in _rejected)
        {
            if (rejected == hash) return verdict;
        }
        return null;
    }

    public void Add(Proposal proposal)
    {
        if (Find(proposal.Hash) is not null) return;
        if (_live.Count == IExecution.OverlaysMax) _live.RemoveAt(0);
        _live.Add(proposal);
    }

    public void Reject(in Hash256 hash, BlockVerdict verdict)
    {
        if (FindRejected(hash) is not null) return;
        if (_rejected.Count == IExecution.OverlaysMax) _rejected.RemoveAt(0);
        _rejected.Add((hash, verdict));
    }

    public void Clear()
    {
        _live.Clear();
        _rejected.Clear();
    }
}
