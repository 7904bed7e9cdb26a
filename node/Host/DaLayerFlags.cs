using System.CommandLine;
using Dsdn.Cli;
using Dsdn.CelestiaClient;
using Dsdn.CelestiaClient.Configuration;
using Dsdn.Sdk.Errors;

namespace Dsdn.Host;

/// <summary>Which DA layer a command talks to: the argument env, mock or addresses, and the settings of <see cref="DaVariable"/> as flags before the environment.</summary>
internal sealed class DaLayerFlags
{
    private readonly Argument<string?> _layer;
    private readonly List<(DaVariable Variable, Option<string?> Option)> _settings = [];

    public DaLayerFlags(CommandContext context)
    {
        _layer = context.OptionalArgument("da-layer");
        foreach (DaVariable variable in DaVariable.All)
        {
            if (variable.Flag is not { } flag) continue;
            _settings.Add((variable, new Option<string?>(flag) { Description = $"{variable.Description} ({variable.Expects}; {variable.Name})", HelpName = "value" }));
        }
    }

    public IEnumerable<Symbol> Symbols => [_layer, .. _settings.Select(static setting => setting.Option)];

    /// <exception cref="DsdnException">a setting is missing or wrong</exception>
    public CelestiaOptions Load(Invocation run)
    {
        DaFailure failure = DaConfiguration.TryLoad(
            run.Value(_layer), name => Setting(run, name), Path.Combine(DaCommand.DataFolder(run, null), "tokens", "write.jwt"), out CelestiaOptions? options);
        if (options is null) throw new DsdnException(ClientError.Of(failure.Code, ErrorClass.Usage, failure.Detail));
        if (options.TrustFile is not null || options.TrustsOnFirstUse) return options;
        // What was verified once is known again by the next run, which may come when the configured header is too old.
        string name = options.ChainId.Length > 0 && options.ChainId.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? options.ChainId : "network";
        return options with { TrustFile = Path.Combine(run.Home, "da-trust", name + ".json") };
    }

    /// <summary>One setting's text: the flag, else the environment.</summary>
    public string? Setting(Invocation run, string name)
    {
        foreach ((DaVariable variable, Option<string?> option) in _settings)
            if (variable.Name == name && run.Has(option)) return run.Value(option);
        return run.Terminal.Environment(name);
    }
}
