using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Chain.Primitives;
using Dsdn.Node.Observability;

namespace Dsdn.Node.Tests.Cli;

public sealed class NodeStatusTests
{
    private static readonly Hash256 NodeId = Hash256.Parse("0x" + new string('a', 64));
    private static readonly Hash256 PeerId = Hash256.Parse("0x" + new string('b', 64));

    private static readonly NodeStatus Voting = new(
        NodeId, "0.0.0.0:45831", NodeMode.Voting, 101, 2, "prevote", new VotesSeen(3_000_000, 1_000_000, 4_000_000), 100, PeerId, 1_767_225_600_000, 103,
        Address.FromNumber(0x77), new SignedLast(101, 2, "proposal"), new SigningStatus(SigningState.Remote, "10.0.0.9:45800"),
        [new PeerStatus(PeerId, "10.0.0.2:45831", true, 97, 1_250, 5_000, 6_000, 60_000), new PeerStatus(NodeId, "[::1]:1", false, null, null, 0, 0, 1)]);

    [Fact]
    public async Task WhatTheNodeSaysIsShownWithVotesPeersAndLag()
    {
        using JsonDocument reply = await ShowAsync(Voting);
        JsonElement shown = reply.RootElement;
        Assert.Equal("voting", shown.GetProperty("mode").GetString());
        Assert.Equal(101UL, shown.GetProperty("height").GetUInt64());
        Assert.Equal(2UL, shown.GetProperty("round").GetUInt64());
        Assert.Equal(3UL, shown.GetProperty("lag").GetUInt64());
        Assert.Equal((3_000_000UL, 1_000_000UL, 4_000_000UL), (shown.GetProperty("prevotes").GetUInt64(), shown.GetProperty("precommits").GetUInt64(), shown.GetProperty("totalPower").GetUInt64()));
        Assert.Equal("proposal", shown.GetProperty("lastSign").GetProperty("step").GetString());
        Assert.Equal(("remote", "10.0.0.9:45800"), (shown.GetProperty("signer").GetProperty("state").GetString(), shown.GetProperty("signer").GetProperty("detail").GetString()));
        JsonElement first = shown.GetProperty("peers")[0];
        Assert.Equal(PeerId.ToString(), first.GetProperty("id").GetString());
        Assert.Equal("out", first.GetProperty("direction").GetString());
        Assert.Equal(6UL, first.GetProperty("lag").GetUInt64()); // behind the 103 that another one has
        Assert.Equal(1_250UL, first.GetProperty("roundTripUs").GetUInt64());
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("peers")[1].GetProperty("lag").ValueKind);
    }

    [Fact]
    public async Task ANodeWithoutPeersAndVoteIsShownToo()
    {
        NodeStatus alone = Voting with { NodeId = null, Listen = null, Mode = NodeMode.Following, Validator = null, LastSign = null, Signing = null, Peers = [], HighestNumber = 100 };
        using JsonDocument reply = await ShowAsync(alone);
        JsonElement shown = reply.RootElement;
        Assert.Equal(0UL, shown.GetProperty("lag").GetUInt64());
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("validator").ValueKind);
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("lastSign").ValueKind);
        Assert.Empty(shown.GetProperty("peers").EnumerateArray());
    }

    [Fact]
    public async Task PeopleReadPercentOfThePowerAndTheStateInTheirLanguage()
    {
        await using ScriptedNode node = (await ScriptedNode.StartAsync()).On("dsdn_nodeStatus", JsonNode.Parse(Voting.ToJson()));
        using var run = new CliRun { ["DSDN_RPC"] = node.Url };
        await run.ExpectAsync(0, "node status --lang id");
        Assert.Contains("3000000 / 4000000 (75 %)", run.Out);
        Assert.Contains("memberi suara", run.Out);
        Assert.DoesNotContain(PeerId.ToString(), run.Out.Split("10.0.0.2")[^1]);
    }

    [Fact]
    public async Task AValidatorThatStoppedSigningSaysWhereItsKeyWasSeen()
    {
        NodeStatus stopped = Voting with { Signing = new SigningStatus(SigningState.Stopped, "height 7 round 0 prevote") };
        await using ScriptedNode node = (await ScriptedNode.StartAsync()).On("dsdn_nodeStatus", JsonNode.Parse(stopped.ToJson()));
        using var run = new CliRun { ["DSDN_RPC"] = node.Url };
        await run.ExpectAsync(0, "node status --lang en");
        Assert.Contains("another machine uses this key (seen at height 7 round 0 prevote)", run.Out);
    }

    [Fact]
    public async Task ANodeThatDoesNotServeItIsNamed()
    {
        await using ScriptedNode node = await ScriptedNode.StartAsync();
        using var run = new CliRun { ["DSDN_RPC"] = node.Url };
        await run.ExpectAsync(2, "node status");
        Assert.Contains("DSDN-E-RPC-METHOD", run.Error);
    }

    private static async Task<JsonDocument> ShowAsync(NodeStatus status)
    {
        await using ScriptedNode node = (await ScriptedNode.StartAsync()).On("dsdn_nodeStatus", JsonNode.Parse(status.ToJson()));
        using var run = new CliRun { ["DSDN_RPC"] = node.Url };
        await run.ExpectAsync(0, "node status --json");
        return JsonDocument.Parse(run.Out);
    }
}
