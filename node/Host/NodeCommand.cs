using System.CommandLine;
using System.CommandLine.Parsing;
using Dsdn.Node;
using Dsdn.Node.Configuration;

namespace Dsdn.Host;

/// <summary>`dsdn node`: runs a validator in the foreground. Its flags are the settings of <see cref="NodeSetting"/>.</summary>
internal static class NodeCommand
{
    public static Command Create(IEnumerable<Command> subcommands)
    {
        var command = new Command("node", "Run a node of Chain Nusantara, or manage service nodes with a subcommand.");
        var config = new Option<string?>("--config") { Description = "Configuration file (JSON; members are the flag names without dashes)." };
        command.Options.Add(config);
        Dictionary<string, Option<string?>> options = AddSettings(command);
        foreach (Command subcommand in subcommands) command.Subcommands.Add(subcommand);
        command.SetAction((result, cancellation) => RunAsync(Load(result, config, options), cancellation));
        return command;
    }

    /// <summary>One option a setting, so that commands which open a node's data take the same flags.</summary>
    public static Dictionary<string, Option<string?>> AddSettings(Command command)
    {
        var options = new Dictionary<string, Option<string?>>(StringComparer.Ordinal);
        foreach (NodeSetting setting in NodeSetting.All)
        {
            var option = new Option<string?>("--" + setting.Flag)
            {
                Description = $"{setting.Description} ({setting.Expects}; {setting.EnvironmentVariable})",
                Arity = setting.Flag == "reset" ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
            };
            options.Add(setting.Flag, option);
            command.Options.Add(option);
        }
        return options;
    }

    /// <exception cref="ConfigurationException">a setting that cannot be used</exception>
    public static NodeOptions Load(ParseResult result, Option<string?>? config, Dictionary<string, Option<string?>> options)
    {
        var flags = new List<KeyValuePair<string, string>>();
        foreach ((string flag, Option<string?> option) in options)
        {
            if (result.GetResult(option) is OptionResult { Implicit: false }) flags.Add(new(flag, result.GetValue(option) ?? "true"));
        }
        return NodeConfiguration.Load(config is null ? null : result.GetValue(config), Environment.GetEnvironmentVariable, flags);
    }

    private static Task<int> RunAsync(NodeOptions options, CancellationToken cancellation) => NodeProcess.RunAsync(options, cancellation);
}
