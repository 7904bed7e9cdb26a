using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Cli.Display;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Cli.Commands;

/// <summary><c>dsdn node status</c>: where the node that answers stands in consensus and among its peers.</summary>
internal static class NodeStatusCommand
{
    private static readonly string[] SigningStates = ["local", "remote", "away", "stopped"];
    private static readonly string[] Modes = ["catchingUp", "voting", "following"];

    public static Command Create(CommandContext context) => context.Leaf("node.status", async (run, cancel) =>
    {
        JsonElement status = await run.Rpc.CallAsync("dsdn_nodeStatus", cancel);
        JsonElement head = status.Field("head");
        JsonElement votes = status.Field("votes");
        ulong total = votes.Field("totalPower").ToUInt64();
        ulong height = head.Field("number").ToUInt64();
        ulong highest = status.Field("highestNumber").ToUInt64();
        Report report = new Report()
            .Add("rpc", run.Rpc.Endpoint.ToString())
            .Add("nodeId", status.OptionalField("nodeId")?.ToText())
            .Add("listen", status.OptionalField("listen")?.ToText())
            .Add("mode", status.Field("mode").ToText(), ModeText(run, status.Field("mode").ToText()))
            .Add("head", height)
            .Add("hash", head.Field("hash").ToHash())
            .Add("lag", highest > height ? highest - height : 0)
            .Add("height", status.Field("height").ToUInt64())
            .Add("round", status.Field("round").ToUInt64())
            .Add("step", status.Field("step").ToText());
        AddVotes(report, "prevotes", votes.Field("prevotePower").ToUInt64(), total);
        AddVotes(report, "precommits", votes.Field("precommitPower").ToUInt64(), total);
        report.Add("totalPower", total).Add("validator", status.OptionalField("validator") is { } validator ? Report.Checksum(validator.ToAddress()) : null);
        AddLastSign(report, status.OptionalField("lastSign"));
        AddSigning(run, report, status.OptionalField("signing"));
        return report.AddTable(
            "peers", ["id", "address", "direction", "head", "lag", "roundTripUs", "bytesIn", "bytesOut", "connectedMs"],
            [.. status.Field("peers").EnumerateArray().Select(peer => Row(run, peer))]);
    });

    private static IReadOnlyList<Cell> Row(Invocation run, JsonElement peer) =>
    [
        Id(run, peer.Field("id").ToText()),
        peer.Field("address").ToText(),
        peer.Field("direction").ToText(),
        Number(peer.OptionalField("headNumber")),
        Number(peer.OptionalField("lag")),
        Number(peer.OptionalField("roundTripUs")),
        peer.Field("bytesIn").ToUInt64(),
        peer.Field("bytesOut").ToUInt64(),
        peer.Field("connectedMs").ToUInt64(),
    ];

    /// <summary>The beginning tells peers apart on a screen; programs get the whole.</summary>
    private static Cell Id(Invocation run, string id) => new(id, run.Verbose || id.Length <= 14 ? id : id[..14] + "..");

    private static Cell Number(JsonElement? quantity) =>
        quantity?.ToUInt64() is { } number ? new Cell(JsonValue.Create(number), number.ToString(CultureInfo.InvariantCulture)) : new Cell(null, "-");

    private static string ModeText(Invocation run, string mode) => Modes.Contains(mode, StringComparer.Ordinal) ? run.Texts["text.mode." + mode] : mode;

    private static void AddVotes(Report report, string name, ulong power, ulong total)
    {
        ulong percent = total == 0 ? 0 : (ulong)((UInt128)power * 100 / total);
        report.Add(name, JsonValue.Create(power), string.Create(CultureInfo.InvariantCulture, $"{power} / {total} ({percent} %)"));
    }

    /// <summary>An older node does not say it.</summary>
    private static void AddSigning(Invocation run, Report report, JsonElement? signing)
    {
        if (signing is not { } how)
        {
            report.Add("signer", null);
            return;
        }
        (string state, string detail) = (how.Field("state").ToText(), how.Field("detail").ToText());
        report.Add(
            "signer", new JsonObject { ["state"] = state, ["detail"] = detail },
            SigningStates.Contains(state, StringComparer.Ordinal) ? run.Texts["text.signing." + state, detail] : state);
    }

    private static void AddLastSign(Report report, JsonElement? last)
    {
        if (last is not { } sign)
        {
            report.Add("lastSign", null);
            return;
        }
        (ulong height, ulong round, string step) = (sign.Field("height").ToUInt64(), sign.Field("round").ToUInt64(), sign.Field("step").ToText());
        report.Add(
            "lastSign", new JsonObject { ["height"] = height, ["round"] = round, ["step"] = step },
            string.Create(CultureInfo.InvariantCulture, $"{height} / {round} {step}"));
    }
}
