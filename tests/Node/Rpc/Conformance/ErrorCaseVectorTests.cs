using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Dsdn.Node.Tests.Rpc.Conformance;

/// <summary>Chain-independent request and reply pairs of ethereum/execution-apis.</summary>
public sealed class ErrorCaseVectorTests
{
    [Fact]
    public async Task Every_case_is_answered_as_the_specification_recorded_it()
    {
        JsonArray cases = RpcVectors.Json("error-cases.json")["cases"]!.AsArray();
        await using RpcTestNode node = await RpcTestNode.StartConformance();
        using var client = new RpcClient(node.Url);
        var faults = new List<string>();
        foreach (JsonNode? line in cases)
        {
            JsonNode reply = await client.Post(line!["request"]!.ToJsonString());
            JsonNode expect = line["expect"]!;
            if (expect["error"] is { } error)
            {
                if (reply["error"] is not { } actual || (int)actual["code"]! != (int)error["code"]!) faults.Add($"{line["name"]}: {reply.ToJsonString()}, expected {error.ToJsonString()}");
                else if (!Regex.IsMatch((string)actual["message"]!, (string)error["messagePattern"]!)) faults.Add($"{line["name"]}: text '{actual["message"]}'");
            }
            else if (!JsonNode.DeepEquals(expect["result"], reply["result"]) || reply["error"] is not null)
            {
                faults.Add($"{line["name"]}: {reply.ToJsonString()}, expected {expect.ToJsonString()}");
            }
        }
        Assert.True(cases.Count >= 28, $"only {cases.Count} cases");
        Assert.True(faults.Count == 0, string.Join('\n', faults));
        Assert.Empty(node.Faults);
    }
}
