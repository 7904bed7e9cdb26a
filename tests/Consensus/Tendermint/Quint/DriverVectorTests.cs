using System.Text.Json;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint.Quint;

public sealed class DriverVectorTests(ITestOutputHelper log)
{
    /// <summary>
    /// The archives at hand give 5,468 of 5,778 calls alike, none of them abandoned; the others come after a decision, where a
    /// height ends here and not in the model. Other seeds may hold deviations that lead further apart.
    /// </summary>
    [Theory]
    [InlineData("directed-system")]
    [InlineData("random-node")]
    [InlineData("random-system")]
    public void DriverVectorsGiveTheSameEffectsAndStates(string group)
    {
        var total = new ReplayCounts();
        foreach ((string name, JsonElement trace) in QuintArchive.Open(group)) Replay(name, trace, total);
        log.WriteLine(total.ToString());
        Assert.InRange(total.Steps, total.Calls * 4 / 5, total.Calls);
        Assert.InRange(total.Abandoned, 0, total.Calls / 20);
        Assert.InRange(total.SettledAlike, total.Settled / 4, total.Settled);
    }

    private static void Replay(string name, JsonElement trace, ReplayCounts counts)
    {
        var nodes = new Dictionary<string, ReplayedNode>(StringComparer.Ordinal);
        var model = new Dictionary<string, ModelNode>(StringComparer.Ordinal);
        int index = 0;
        foreach (JsonElement state in trace.GetProperty("states").EnumerateArray())
        {
            foreach ((JsonElement key, JsonElement changed) in state.Member("system")?.Map() ?? [])
            {
                if (!model.TryGetValue(key.GetString()!, out ModelNode? node)) model[key.GetString()!] = node = new ModelNode();
                node.Change(changed);
            }
            JsonElement action = state.GetProperty("#meta").GetProperty("action");
            string kind = action.GetProperty("kind").GetString()!;
            if (kind is "step" or "newHeight")
            {
                string who = action.GetProperty("node").GetString()!;
                if (!nodes.TryGetValue(who, out ReplayedNode? node)) nodes[who] = node = new ReplayedNode(who, new VoterNames(model[who]["valset"]), counts);
                if (kind == "newHeight") node.Begin((ulong)action.GetProperty("height").Number());
                else node.Step($"{name} step {index} ({who})", action, model[who]);
            }
            index++;
        }
    }
}
