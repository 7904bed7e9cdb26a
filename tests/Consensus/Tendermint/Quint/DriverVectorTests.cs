using System.Text.Json;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint.Quint;

public sealed class DriverVectorTests
{
    /// <param name="expected">Calls that gave the same; then what of them was left out, by the number in the README's table of deviations or the row of its section 3.</param>
    [Theory]
    [InlineData("directed-system.tar.gz", 29,
        "2005 steps, 1332 settled, 1327 alike at once; " + 
        "36 x 10: recount by a certificate with an equivocator, tallies; " + 
        "20 x 2, 3: timeouts and rounds after the decision; " + 
        "2 x 5: preloaded messages skip no round; " + 
        "5 x 5: start with preloaded messages, output; " + 
        "1 x pendingStepChange: from ProposeStep to the next round's is no step change")]
    [InlineData("random-node.tar.gz", 26,
        "1390 steps, 1072 settled, 378 alike at once; " + 
        "255 x 10: recount by a certificate with an equivocator, tallies; " + 
        "4 x 13: a proposal that is not valid is not stored; " + 
        "1 x 1: proposer of a skipped round, its proposal; " + 
        "3 x 1: proposer of a skipped round, output; " + 
        "109 x 2, 3: timeouts and rounds after the decision; " + 
        "27 x 4: several proposals; " + 
        "13 x 5: start with preloaded messages, output; " + 
        "14 x 6: line 47 after a step change without a stored proposal; " + 
        "9 x 8: line 34 or 47 again in the same round; " + 
        "55 x StepChangeDInput: lines 34 and 44 after a step change with a stored proposal; " + 
        "2 x pendingStepChange: from ProposeStep to the next round's is no step change")]
    [InlineData("random-system.tar.gz", 26,
        "2073 steps, 1374 settled, 1179 alike at once; " + 
        "14 x 10: recount by a certificate with an equivocator, tallies; " + 
        "181 x 2, 3: timeouts and rounds after the decision; " + 
        "11 x 5: start with preloaded messages, output; " + 
        "3 x 8: line 34 or 47 again in the same round; " + 
        "12 x StepChangeDInput: lines 34 and 44 after a step change with a stored proposal")]
    public void DriverVectorsGiveTheSameEffectsAndStates(string archive, int traces, string expected)
    {
        var total = new ReplayCounts();
        int seen = 0;
        foreach ((string name, JsonElement trace) in QuintArchive.Open(archive))
        {
            seen++;
            Replay(name, trace, total);
        }
        Assert.Equal(traces, seen);
        Assert.Equal(expected, total.ToString());
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
