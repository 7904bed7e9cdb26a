using Dsdn.Chain.Blocks;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Node.Validation;

/// <summary>
/// The votes from which this node decided the last heights, for audits (docs/decisions/0023). Heights of one round say little and go
/// first. In memory, bounded, filled by one thread and read by any.
/// </summary>
public sealed class VoteArchive
{
    /// <summary>Newest heights, whatever happened in them.</summary>
    public const int HeightsMax = 64;

    /// <summary>Heights of more than one round besides.</summary>
    public const int LongHeightsMax = 256;

    /// <summary>Of all heights together: about 32 MiB.</summary>
    public const int VotesMax = 131_072;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<ulong, IReadOnlyList<Vote>> _short = [], _long = [];
    private int _votes;

    public void Keep(ulong height, IReadOnlyList<Vote> votes)
    {
        bool isLong = votes.Any(static vote => vote.Round > 0);
        lock (_lock)
        {
            Forget(_short, height);
            Forget(_long, height);
            (isLong ? _long : _short)[height] = votes;
            _votes += votes.Count;
            while (_short.Count > HeightsMax || (_votes > VotesMax && _short.Count > 0)) Forget(_short, _short.First().Key);
            while (_long.Count > LongHeightsMax || (_votes > VotesMax && _long.Count > 1)) Forget(_long, _long.First().Key);
        }
    }

    /// <summary>Null where they are not kept, or never were: the height came by block sync, or before the process began.</summary>
    public IReadOnlyList<SignedVote>? Find(ulong height)
    {
        lock (_lock)
        {
            return _short.TryGetValue(height, out IReadOnlyList<Vote>? votes) || _long.TryGetValue(height, out votes) ? [.. votes.Select(ChainMessages.Of)] : null;
        }
    }

    private void Forget(SortedDictionary<ulong, IReadOnlyList<Vote>> heights, ulong height)
    {
        if (heights.Remove(height, out IReadOnlyList<Vote>? votes)) _votes -= votes.Count;
    }
}
