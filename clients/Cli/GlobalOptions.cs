using System.CommandLine;
using Dsdn.Cli.Language;

namespace Dsdn.Cli;

/// <summary>Options every command understands.</summary>
public sealed class GlobalOptions
{
    public const string RpcVariable = "DSDN_RPC";
    public const string HomeVariable = "DSDN_HOME";
    public const string DefaultRpc = "http://127.0.0.1:8545";

    internal GlobalOptions(Texts texts)
    {
        Json = Flag("--json", texts["option.json"]);
        Verbose = Flag("--verbose", texts["option.verbose"]);
        Rpc = Text("--rpc", "url", texts["option.rpc"]);
        Home = Text("--home", "dir", texts["option.home"]);
        Lang = Text("--lang", "en|id", texts["option.lang"]);
        Lang.CompletionSources.Add(Texts.English, Texts.Indonesian);
    }

    public Option<bool> Json { get; }

    public Option<bool> Verbose { get; }

    public Option<string?> Rpc { get; }

    public Option<string?> Home { get; }

    public Option<string?> Lang { get; }

    internal IEnumerable<Option> All => [Json, Rpc, Home, Lang, Verbose];

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description, Recursive = true };

    private static Option<string?> Text(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName, Recursive = true };
}
