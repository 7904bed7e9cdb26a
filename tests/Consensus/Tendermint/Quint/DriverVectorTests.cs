using System.Text.Json;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint.Quint;

public sealed class DriverVectorTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("directed-system.tar.gz", 29)]
    [InlineData("random-node.tar.gz", 26)]
    [InlineData("random-system.tar.gz", 26)]
    public void DriverVectorsGiveTheSameEffectsAndStates(string archive, int traces)
    {
        var total = new ReplayCounts();
        var errors = new List<string>();
        int seen = 0;
        foreach ((string name, JsonElement trace) in QuintArchive.Open(archive))
        {
            seen++;
            try { Replay(name, trace, total); }
            catch (Exception e) { errors.Add(name + "\n" + e.Message); }
        }
        log.WriteLine(total.ToString());
        foreach (var e in errors) log.WriteLine(e);
        Assert.Equal(traces, seen);
        Assert.Empty(errors);
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
