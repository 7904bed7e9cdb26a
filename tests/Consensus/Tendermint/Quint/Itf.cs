using System.Globalization;
using System.Text.Json;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint.Quint;

/// <summary>Reads the JSON forms of the traces, and their names as this implementation's values.</summary>
internal static class Itf
{
    public static UInt128 Number(this JsonElement element) => UInt128.Parse(element.GetProperty("#bigint").GetString()!, CultureInfo.InvariantCulture);

    public static int Round(this JsonElement element) => int.Parse(element.GetProperty("#bigint").GetString()!, CultureInfo.InvariantCulture);

    public static IEnumerable<JsonElement> Set(this JsonElement element) => element.GetProperty("#set").EnumerateArray();

    public static IEnumerable<(JsonElement Key, JsonElement Value)> Map(this JsonElement element) =>
        element.GetProperty("#map").EnumerateArray().Select(pair => (pair[0], pair[1]));

    public static JsonElement Item(this JsonElement element, int index) => element.GetProperty("#tup")[index];

    public static string Tag(this JsonElement element) => element.GetProperty("tag").GetString()!;

    public static JsonElement Content(this JsonElement element) => element.GetProperty("value");

    public static JsonElement? Member(this JsonElement element, string name) => element.TryGetProperty(name, out JsonElement member) ? member : null;

    /// <summary>A bare string, or Val(string), or Nil.</summary>
    public static Hash256 Value(this JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String) return TestNet.Value(element.GetString()!);
        return element.Tag() == "Nil" ? Hash256.Zero : TestNet.Value(element.Content().GetString()!);
    }

    public static CoreStep Step(this JsonElement element) => element.Tag() switch
    {
        "NoStep" or "UnstartedStep" => CoreStep.Waiting,
        "ProposeStep" => CoreStep.Propose,
        "PrevoteStep" => CoreStep.Prevote,
        "PrecommitStep" => CoreStep.Precommit,
        "CommitStep" => CoreStep.Decided,
        var other => throw new FormatException(other),
    };

    public static RoundState State(this JsonElement element) => new(
        (ulong)element.GetProperty("height").Number(), element.GetProperty("round").Round(), element.GetProperty("step").Step(),
        element.GetProperty("lockedRound").Round(), element.GetProperty("lockedValue").Value(),
        element.GetProperty("validRound").Round(), element.GetProperty("validValue").Value());

    public static VoteKind Kind(this JsonElement vote) => vote.GetProperty("voteType").Tag() == "Prevote" ? VoteKind.Prevote : VoteKind.Precommit;

    /// <summary>Its voter is left zero: validators have names there.</summary>
    public static Vote Vote(this JsonElement vote) => new(
        vote.Kind(), (ulong)vote.GetProperty("height").Number(), (uint)vote.GetProperty("round").Round(), vote.GetProperty("valueId").Value(), -1, Address.Zero, default);

    public static string Voter(this JsonElement vote) => vote.GetProperty("srcAddress").GetString()!;

    public static CoreTimerKind Timeout(this JsonElement element) => element.Tag() switch
    {
        "ProposeTimeout" => CoreTimerKind.Propose,
        "PrevoteTimeout" => CoreTimerKind.Prevote,
        _ => CoreTimerKind.Precommit,
    };

    /// <summary>An output of the model's state machine; votes and proposals without their sender.</summary>
    public static RoundOutput Output(this JsonElement output)
    {
        JsonElement content = output.Content();
        switch (output.Tag())
        {
            case "NoConsensusOutput": return new RoundOutput.Nothing();
            case "ErrorOutput": return new RoundOutput.Refused();
            case "VoteOutput":
                Vote vote = content.Vote();
                return new RoundOutput.CastVote(vote.Kind, (int)vote.Round, vote.ValueId, -1);
            case "ProposalOutput": return new RoundOutput.Propose(content.GetProperty("round").Round(), content.GetProperty("proposal").Value(), content.GetProperty("validRound").Round());
            case "TimeoutOutput": return new RoundOutput.StartTimeout(content.Item(1).Timeout(), content.Item(0).Round());
            case "GetValueAndScheduleTimeoutOutput": return new RoundOutput.GetValue(content.Item(1).Round());
            case "DecidedOutput": return new RoundOutput.Decided(content.Item(0).Round(), content.Item(1).Value());
            case "SkipRoundOutput": return new RoundOutput.Skip(content.Round());
            case var other: throw new FormatException(other);
        }
    }

    /// <summary>The model's votes name no lock round.</summary>
    public static RoundOutput WithoutPolRound(this RoundOutput output) => output is RoundOutput.CastVote vote ? vote with { PolRound = -1 } : output;
}
