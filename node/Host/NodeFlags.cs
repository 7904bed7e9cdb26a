using System.CommandLine;
using Dsdn.Cli;
using Dsdn.Node.Configuration;

namespace Dsdn.Host;

/// <summary>The settings of <see cref="NodeSetting"/> as flags, for every command that opens a node's data.</summary>
/// <remarks>A command that does not run a node takes only those that concern it; the file and the environment count all the same.</remarks>
internal sealed class NodeFlags
{
    private readonly Option<string?> _config = new("--config") { Description = "Configuration file (JSON; its members are the flag names without dashes).", HelpName = "file" };
    private readonly List<(string Flag, Option<string?> Option)> _settings = [];

    /// <param name="only">Names of settings; empty: all of them.</param>
    public NodeFlags(params string[] only)
    {
        foreach (NodeSetting setting in NodeSetting.All)
        {
            if (only.Length > 0 && !only.Contains(setting.Flag)) continue;
            _settings.Add((setting.Flag, new Option<string?>("--" + setting.Flag)
            {
                Description = $"{setting.Description} ({setting.Expects}; {setting.EnvironmentVariable})",
                HelpName = "value",
                Arity = setting.IsSwitch ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
            }));
        }
    }

    public IEnumerable<Option> Options => [_config, .. _settings.Select(static setting => setting.Option)];

    public NodeOptions Load(Invocation run)
    {
        IEnumerable<KeyValuePair<string, string>> given = _settings
            .Where(setting => run.Has(setting.Option))
            .Select(setting => new KeyValuePair<string, string>(setting.Flag, run.Value(setting.Option) ?? "true"));
        return NodeFailures.Coded(() => NodeConfiguration.Load(run.Value(_config), run.Terminal.Environment, given));
    }
}
