using System.CommandLine;
using System.Text.Json.Nodes;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.CelestiaClient;
using Dsdn.CelestiaClient.Health;
using Dsdn.Sdk.Errors;

namespace Dsdn.Host;

/// <summary><c>dsdn da status</c>: the endpoints of the DA layer, its head, the account, and the check that services make before they serve.</summary>
internal static class DaStatusCommand
{
    public static Command Create(CommandContext context)
    {
        var layer = new DaLayerFlags(context);
        return context.Leaf("da.status", async (run, cancel) =>
        {
            CelestiaOptions options = layer.Load(run);
            await using var node = new CelestiaNode(options);
            return Describe(run, options, node, await DaStartCheck.RunAsync(node, cancel));
        }, layer.Symbols);
    }

    private static Report Describe(Invocation run, CelestiaOptions options, CelestiaNode node, StartReport check)
    {
        DaHealth health = check.Health;
        Report report = new Report { ExitCode = !check.MayServe ? (int)ErrorClass.Usage : check.CanRead ? 0 : (int)ErrorClass.Unreachable }
            .Add("namespace", options.Namespace.ToString())
            .Add("daChainId", node.ChainId)
            .Add("canRead", check.CanRead)
            .Add("canWrite", check.CanWrite)
            .Add("daHeight", health.HeadHeight)
            .Add("headAgeMs", health.HeadAgeMs)
            .Add("blockMs", node.BlockMs);
        if (health.Balance.IsKnown) report.Add("balanceUtia", JsonValue.Create(health.Balance.Utia.ToString()), TiaText.Show(health.Balance.Utia));
        return report
            .AddTable("endpoints", ["endpoint", "height", "headAgeMs", "lag", "latencyMs", "synced", "sampled", "code"], [.. health.Endpoints.Select(Row)])
            .AddTable("checks", ["check", "level", "code", "detail"], [.. check.Findings.Select(finding => Row(run, finding))])
            .AddTable("advice", ["code", "suggestion"], [.. check.Findings.Where(static finding => finding.Code.Length > 0).Select(static finding => finding.Code).Distinct(StringComparer.Ordinal).Select(code => Advice(run, code))]);
    }

    private static IReadOnlyList<Cell> Row(EndpointHealth endpoint) =>
    [
        endpoint.Endpoint, endpoint.HeadHeight, endpoint.HeadAgeMs, endpoint.LagBlocks, endpoint.LatencyMs, endpoint.IsSynced, endpoint.SampledHeight,
        endpoint.Failures.Count == 0 ? null : string.Join(' ', endpoint.Failures.Select(static failure => failure.Code).Distinct(StringComparer.Ordinal)),
    ];

    private static IReadOnlyList<Cell> Row(Invocation run, StartFinding finding)
    {
        string level = finding.Level switch { StartLevel.Good => "good", StartLevel.Warning => "warning", _ => "refusal" };
        return [finding.Check, new Cell(JsonValue.Create(level), run.Texts["text.da.level." + level]), finding.Code, finding.Detail];
    }

    /// <summary>In the user's language where the catalogue has it.</summary>
    internal static IReadOnlyList<Cell> Advice(Invocation run, string code)
    {
        string key = $"error.{code}.suggestion";
        return [code, run.Texts.Has(key) ? run.Texts[key, "", "", "", "", "", ""] : StartAdvice.Of(code)];
    }
}
