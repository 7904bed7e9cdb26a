using System.Text.Json;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint.Quint;

public sealed class RoundMachineVectorTests
{
    [Theory]
    [InlineData("directed-roundsm", true, 18)]
    [InlineData("random-roundsm", false, 850)]
    public void RoundMachineVectorsGiveTheSameOutputsAndStates(string group, bool hasAssertionSteps, int stepsMin)
    {
        int steps = 0;
        foreach ((string name, JsonElement trace) in QuintArchive.Open(group)) steps += Replay(name, trace, hasAssertionSteps);
        Assert.True(steps >= stepsMin, $"only {steps} steps");
    }

    private static int Replay(string name, JsonElement trace, bool hasAssertionSteps)
    {
        JsonElement[] states = [.. trace.GetProperty("states").EnumerateArray()];
        int steps = 0;
        for (int i = 1; i < states.Length; i++)
        {
            RoundState before = states[i - 1].GetProperty("state").State(), after = states[i].GetProperty("state").State();
            RoundOutput expected = states[i].GetProperty("output").Output();
            bool isAssertion = hasAssertionSteps && before == after && JsonElement.DeepEquals(states[i - 1].GetProperty("input"), states[i].GetProperty("input"))
                && JsonElement.DeepEquals(states[i - 1].GetProperty("output"), states[i].GetProperty("output"));
            if ((isAssertion && expected is not RoundOutput.Refused) || Input(states[i].GetProperty("input")) is not { } input) continue;
            (RoundState state, RoundOutput output) = RoundMachine.Step(before, input);
            string where = $"{name} step {i}: {input}";
            Assert.Equal((where, expected), (where, output.WithoutPolRound()));
            Assert.Equal((where, after), (where, state));
            steps++;
        }
        return steps;
    }

    private static RoundInput? Input(JsonElement input)
    {
        JsonElement content = input.Content();
        return input.Tag() switch
        {
            "NoConsensusInput" => null,
            "NewRoundCInput" => new RoundInput.NewRound(content.Round(), IsProposer: false),
            "NewRoundProposerCInput" => new RoundInput.NewRound(content.Round(), IsProposer: true),
            "ProposeValueCInput" => new RoundInput.ProposeValue(content.Value()),
            "ProposalCInput" => new RoundInput.Proposed(content.Item(1).Value()),
            "ProposalInvalidCInput" => new RoundInput.ProposedInvalid(),
            "ProposalAndPolkaPreviousAndValidCInput" => new RoundInput.ProposedWithPolka(content.Item(0).Value(), content.Item(1).Round()),
            "ProposalAndPolkaAndInvalidCInput" => new RoundInput.ProposedWithPolkaInvalid(),
            "PolkaAnyCInput" => new RoundInput.PolkaAny(),
            "ProposalAndPolkaAndValidCInput" => new RoundInput.PolkaValue(content.Value()),
            "PolkaNilCInput" => new RoundInput.PolkaNil(),
            "PrecommitAnyCInput" => new RoundInput.PrecommitAny(),
            "ProposalAndCommitAndValidCInput" => new RoundInput.PrecommitValue(content.Item(0).Round(), content.Item(1).Value()),
            "RoundSkipCInput" => new RoundInput.SkipRound(content.Round()),
            "TimeoutProposeCInput" => new RoundInput.TimeoutPropose((ulong)content.Item(0).Number(), content.Item(1).Round()),
            "TimeoutPrevoteCInput" => new RoundInput.TimeoutPrevote((ulong)content.Item(0).Number(), content.Item(1).Round()),
            "TimeoutPrecommitCInput" => new RoundInput.TimeoutPrecommit((ulong)content.Item(0).Number(), content.Item(1).Round()),
            var other => throw new FormatException(other),
        };
    }
}
