using System.Text.Json;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint.Quint;

public sealed class VoteKeeperVectorTests
{
    [Theory]
    [InlineData("directed-votekeeper", true, 29)]
    [InlineData("random-votekeeper", false, 720)]
    public void VoteKeeperVectorsGiveTheSameOutputsTalliesAndEvidence(string group, bool hasAssertionSteps, int stepsMin)
    {
        int steps = 0;
        foreach ((string name, JsonElement trace) in QuintArchive.Open(group)) steps += Replay(name, trace, hasAssertionSteps);
        Assert.True(steps >= stepsMin, $"only {steps} steps");
    }

    private static int Replay(string name, JsonElement trace, bool hasAssertionSteps)
    {
        JsonElement[] states = [.. trace.GetProperty("states").EnumerateArray()];
        var names = new VoterNames(states[0].GetProperty("bookkeeper").GetProperty("validatorSet"));
        var keeper = new VoteKeeper(names.Powers);
        int steps = 0;
        for (int i = 1; i < states.Length; i++)
        {
            JsonElement bookkeeper = states[i].GetProperty("bookkeeper"), weighted = states[i].GetProperty("weightedVote");
            if (hasAssertionSteps && IsAssertionStep(states[i - 1], states[i])) continue;
            JsonElement vote = weighted.Content().Item(0);
            VoteKeeperOutput output = keeper.Add(names.Index(vote), names.Vote(vote), weighted.Content().Item(2).Round());
            string where = $"{name} step {i}";
            Assert.Equal((where, Output(states[i].GetProperty("lastEmitted"))), (where, output));
            KeeperComparison.Same(where, names, bookkeeper, keeper);
            steps++;
        }
        return steps;
    }

    /// <summary>Neighbouring states are equal: the model only asserted something there.</summary>
    private static bool IsAssertionStep(JsonElement before, JsonElement after) =>
        JsonElement.DeepEquals(before.GetProperty("bookkeeper"), after.GetProperty("bookkeeper"))
        && JsonElement.DeepEquals(before.GetProperty("weightedVote"), after.GetProperty("weightedVote"))
        && JsonElement.DeepEquals(before.GetProperty("lastEmitted"), after.GetProperty("lastEmitted"));

    private static VoteKeeperOutput Output(JsonElement output)
    {
        JsonElement content = output.Content();
        return output.Tag() switch
        {
            "NoVKOutput" => VoteKeeperOutput.None,
            "PolkaAnyVKOutput" => new VoteKeeperOutput(VoteKeeperOutputKind.PolkaAny, content.Round(), Hash256.Zero),
            "PolkaNilVKOutput" => new VoteKeeperOutput(VoteKeeperOutputKind.PolkaNil, content.Round(), Hash256.Zero),
            "PolkaValueVKOutput" => new VoteKeeperOutput(VoteKeeperOutputKind.PolkaValue, content.Item(0).Round(), content.Item(1).Value()),
            "PrecommitAnyVKOutput" => new VoteKeeperOutput(VoteKeeperOutputKind.PrecommitAny, content.Round(), Hash256.Zero),
            "PrecommitValueVKOutput" => new VoteKeeperOutput(VoteKeeperOutputKind.PrecommitValue, content.Item(0).Round(), content.Item(1).Value()),
            "SkipVKOutput" => new VoteKeeperOutput(VoteKeeperOutputKind.Skip, content.Round(), Hash256.Zero),
            var other => throw new FormatException(other),
        };
    }
}
