using System.CommandLine;
using System.Text.Json;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.DaServer.Faults;
using Dsdn.Node.Configuration;

namespace Dsdn.Host;

/// <summary><c>dsdn da fault set|clear|list</c>: the switches of a running development DA server.</summary>
internal static class DaFaultCommands
{
    public static Command Create(CommandContext context) => context.Group("da.fault", Set(context), Clear(context), List(context));

    private static Command Set(CommandContext context)
    {
        var server = new ServerAddress(context);
        Argument<string> fault = context.Argument("fault");
        return context.Leaf("da.fault.set", (run, cancel) => NodeFailures.CodedAsync(async () =>
        {
            string text = run.Value(fault) ?? "";
            FaultRule rule = FaultRule.TryParse(text) ?? throw new ConfigurationException($"'{text}' is not KIND[=VALUE][@METHOD][*TIMES]; kinds are {string.Join(", ", FaultNames.All)}");
            using var client = server.Connect(run);
            JsonElement id = await client.CallAsync("devnet.SetFault", cancel, rule.Write);
            return new Report().Add("id", id.GetUInt64());
        }), [fault, .. server.Options]);
    }

    private static Command Clear(CommandContext context)
    {
        var server = new ServerAddress(context);
        Argument<string?> kind = context.OptionalArgument("fault-kind");
        return context.Leaf("da.fault.clear", (run, cancel) => NodeFailures.CodedAsync(async () =>
        {
            using var client = server.Connect(run);
            JsonElement cleared = await client.CallAsync("devnet.ClearFaults", cancel, run.Value(kind) is { } name ? json => json.WriteStringValue(name) : null);
            return new Report().Add("cleared", cleared.GetUInt64());
        }), [kind, .. server.Options]);
    }

    private static Command List(CommandContext context)
    {
        var server = new ServerAddress(context);
        return context.Leaf("da.fault.list", (run, cancel) => NodeFailures.CodedAsync(async () =>
        {
            using var client = server.Connect(run);
            JsonElement faults = await client.CallAsync("devnet.Faults", cancel);
            return new Report().AddTable("faults", ["id", "kind", "method", "value", "times"], [.. faults.EnumerateArray().Select(Row)]);
        }), server.Options);
    }

    private static IReadOnlyList<Cell> Row(JsonElement fault) =>
        [fault.GetProperty("id").GetUInt64(), fault.GetProperty("kind").GetString(), Text(fault, "method"), Text(fault, "value"), Text(fault, "times")];

    private static string? Text(JsonElement fault, string name) => fault.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;

    /// <summary>Which server, and the token that lets a caller in.</summary>
    private sealed class ServerAddress(CommandContext context)
    {
        private readonly Option<string?> _url = context.OptionOf<string?>(DaCommand.Group, "--url", "url");
        private readonly Option<string?> _data = context.OptionOf<string?>(DaCommand.Group, "--data", "folder");

        public IEnumerable<Option> Options => [_url, _data];

        public DaAdminClient Connect(Invocation run)
        {
            string text = run.Value(_url) ?? "http://127.0.0.1:26658";
            if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Scheme != Uri.UriSchemeHttp) throw new ConfigurationException($"--url: '{text}' is not http://HOST:PORT");
            return new DaAdminClient(url, Path.Combine(DaCommand.DataFolder(run, run.Value(_data)), "tokens", "admin.jwt"));
        }
    }
}
