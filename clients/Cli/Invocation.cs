using System.CommandLine;
using Dsdn.Cli.Display;
using Dsdn.Cli.Keys;
using Dsdn.Cli.Language;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Money;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Cli;

/// <summary>One run of one command: its parsed values, and the node, keys and terminal it works with.</summary>
public sealed class Invocation : IDisposable
{
    private readonly ParseResult _parsed;
    private readonly Lazy<CliSettings> _settings;
    private readonly Lazy<RpcClient> _rpc;
    private readonly Lazy<ChainClient> _chain;

    internal Invocation(CommandContext context, ParseResult parsed)
    {
        Context = context;
        _parsed = parsed;
        _settings = new Lazy<CliSettings>(() => CliSettings.Load(Home));
        _rpc = new Lazy<RpcClient>(() => new RpcClient(Endpoint()));
        _chain = new Lazy<ChainClient>(() => new ChainClient(_rpc.Value));
    }

    public CommandContext Context { get; }

    public Texts Texts => Context.Texts;

    public Terminal Terminal => Context.Terminal;

    public bool Json => _parsed.GetValue(Context.Globals.Json);

    public bool Verbose => _parsed.GetValue(Context.Globals.Verbose);

    /// <summary><c>--home</c>, DSDN_HOME, or ~/.dsdn; absolute.</summary>
    public string Home
    {
        get
        {
            string? home = _parsed.GetValue(Context.Globals.Home) ?? NotEmpty(Terminal.Environment(GlobalOptions.HomeVariable));
            home ??= Path.Combine(NotEmpty(Terminal.Environment("HOME")) ?? System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".dsdn");
            return Path.GetFullPath(home);
        }
    }

    public CliSettings Settings => _settings.Value;

    public RpcClient Rpc => _rpc.Value;

    public ChainClient Chain => _chain.Value;

    public KeyDirectory Keys => new(Path.Combine(Home, "keys"), Terminal.KeyCosts.Wallet);

    public T? Value<T>(Option<T> option) => _parsed.GetValue(option);

    public T? Value<T>(Argument<T> argument) => _parsed.GetValue(argument);

    /// <summary>Whether the user wrote the option, as opposed to its default.</summary>
    public bool Has(Option option) => _parsed.GetResult(option) is { Implicit: false };

    public Amount Amount(Argument<string> argument) => NusaText.Parse(Value(argument) ?? "");

    public Amount? Amount(Option<string?> option) => Value(option) is { } text ? NusaText.Parse(text) : null;

    /// <summary>An address with a right checksum, or the name of a key in the home.</summary>
    public Address Address(string text)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) return AddressText.Parse(text);
        return Keys.Find(text) is { } key ? key.Address : throw new DsdnException(AddressText.NotAnAddress(text));
    }

    /// <summary>The address given, or that of the default key.</summary>
    public Address AddressOrDefault(string? text) => text is null ? DefaultKey(null).Address : Address(text);

    /// <summary>The key named, the one in the settings, or the only one there is.</summary>
    public KeyEntry DefaultKey(string? name) => KeyChoice.Choose(Keys, name ?? Settings.Key);

    public void Dispose()
    {
        if (_rpc.IsValueCreated) _rpc.Value.Dispose();
    }

    private Uri Endpoint()
    {
        string text = _parsed.GetValue(Context.Globals.Rpc) ?? NotEmpty(Terminal.Environment(GlobalOptions.RpcVariable)) ?? Settings.Rpc ?? GlobalOptions.DefaultRpc;
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? endpoint) && (endpoint.Scheme == Uri.UriSchemeHttp || endpoint.Scheme == Uri.UriSchemeHttps)
            ? endpoint
            : throw new DsdnException(ErrorCodes.UrlSyntax, ErrorClass.Usage, text);
    }

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
