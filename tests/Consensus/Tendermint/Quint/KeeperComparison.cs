using System.Text.Json;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint.Quint;

internal static class KeeperComparison
{
    /// <summary>Tallies by round, kind and value; who was counted; who is convicted of what.</summary>
    public static void Same(string where, VoterNames names, JsonElement bookkeeper, VoteKeeper keeper)
    {
        foreach ((JsonElement key, JsonElement round) in bookkeeper.GetProperty("rounds").Map())
        {
            foreach ((string member, VoteKind kind) in new[] { ("prevotes", VoteKind.Prevote), ("precommits", VoteKind.Precommit) })
            {
                JsonElement votes = round.GetProperty(member);
                string place = $"{where}, {member} of round {key.Round()}";
                Assert.Equal((place, Tallies(votes)), (place, Tallies(keeper, kind, key.Round())));
                string counted = string.Join(' ', votes.GetProperty("votesAddresses").Set().Select(name => name.GetString()).Order(StringComparer.Ordinal));
                string kept = string.Join(' ', names.All.Where(name => keeper.VoteOf(kind, key.Round(), names.Index(name)) is not null));
                Assert.Equal((place, counted), (place, kept));
            }
        }
        SameEvidence(where, names, bookkeeper.GetProperty("evidence"), keeper.Evidence);
    }

    private static string Tallies(JsonElement votes) =>
        Text(votes.GetProperty("valuesWeights").Map().Select(pair => (pair.Key.Value(), pair.Value.Number())));

    private static string Tallies(VoteKeeper keeper, VoteKind kind, int round) => Text(keeper.Powers(kind, round));

    private static string Text(IEnumerable<(Hash256 Value, UInt128 Power)> tallies) =>
        string.Join(' ', tallies.Where(tally => tally.Power > 0).Select(tally => $"{tally.Value}={tally.Power}").Order(StringComparer.Ordinal));

    /// <summary>The model keeps sets of all conflicting votes of one voter; here it is the first pair.</summary>
    private static void SameEvidence(string where, VoterNames names, JsonElement model, IReadOnlyList<Equivocation> evidence)
    {
        var sets = model.Set().Select(set => set.Set().ToArray()).ToArray();
        var convicted = sets.Select(set => (set[0].Voter(), set[0].Kind(), (uint)set[0].GetProperty("round").Round())).Distinct().Order();
        Assert.Equal((where, string.Join(' ', convicted)), (where, string.Join(' ', evidence.Select(pair => (names.Name(pair.First.Voter), pair.First.Kind, pair.First.Round)).Order())));
        foreach (Equivocation pair in evidence)
        {
            Vote[] both = [pair.First, pair.Second];
            Assert.True(both[0] != both[1] && sets.Any(set => both.All(vote => set.Any(one => names.Vote(one) == vote))), $"{where}: evidence of other votes");
        }
    }
}
