namespace Dsdn.Consensus.Gossip;

/// <summary>What the gossip holds and may hold.</summary>
internal static class GossipTables
{
    private const int Kinds = 2;

    public static IEnumerable<TableSize> Of(GossipBoard board)
    {
        GossipOptions options = board.Options;
        foreach (HeightGossip? height in (HeightGossip?[])[board.Current, board.Previous])
        {
            if (height is null) continue;
            RoundVotes[] rounds = [.. height.Votes.Rounds.Select(height.Votes.Round).OfType<RoundVotes>()];
            int roundsMax = ReferenceEquals(height, board.Current) ? options.RoundsKept : 1;
            yield return new TableSize("gossip: rounds", rounds.Length, roundsMax);
            yield return new TableSize("gossip: votes", rounds.Sum(static round => (long)round.Held), (long)roundsMax * height.Validators * Kinds * RoundVotes.PerVoterMax);
            yield return new TableSize("gossip: proposals", rounds.Sum(static round => (long)round.Proposals.Count), (long)roundsMax * (HeightVotes.ProposalsPerRoundMax + 1));
            yield return new TableSize("gossip: values", height.Values.Count, options.ValuesKept);
            yield return new TableSize("gossip: wanted values", height.Wanted.Count, options.ValuesKept);
        }
        yield return new TableSize("gossip: early parts", board.Peers.Sum(static peer => (long)peer.EarlyParts.Count), options.EarlyPartsMax);
        foreach (GossipPeer peer in board.Peers)
        {
            yield return new TableSize("gossip: early parts of a peer", peer.EarlyParts.Count, options.EarlyPartsPerPeer);
            foreach (PeerView? view in (PeerView?[])[peer.Current, peer.Previous])
            {
                if (view is null) continue;
                yield return new TableSize("gossip: rounds of a peer", view.Rounds, options.RoundsKept);
                yield return new TableSize("gossip: values of a peer", view.Values, options.ValuesKept);
            }
        }
    }
}
