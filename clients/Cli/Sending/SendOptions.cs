using System.CommandLine;

namespace Dsdn.Cli.Sending;

/// <summary>The options of every command that signs a transaction.</summary>
internal sealed class SendOptions
{
    private const int DefaultTimeoutSeconds = 60;

    public SendOptions(CommandContext context)
    {
        From = context.Option<string?>("--from", "key");
        PasswordFile = context.Option<string?>("--password-file", "file");
        Yes = context.Option<bool>("--yes", null, "-y");
        DryRun = context.Option<bool>("--dry-run");
        Wait = context.Option<bool>("--wait");
        NoWait = context.Option<bool>("--no-wait");
        Timeout = context.Option<int>("--timeout", "seconds");
        Timeout.DefaultValueFactory = _ => DefaultTimeoutSeconds;
        Nonce = context.Option<ulong?>("--nonce", "number");
        Gas = context.Option<ulong?>("--gas", "units");
        MaxFee = context.Option<string?>("--max-fee", "amount");
        Tip = context.Option<string?>("--tip", "amount");
    }

    public Option<string?> From { get; }
    public Option<string?> PasswordFile { get; }
    public Option<bool> Yes { get; }
    public Option<bool> DryRun { get; }
    public Option<bool> Wait { get; }
    public Option<bool> NoWait { get; }
    public Option<int> Timeout { get; }
    public Option<ulong?> Nonce { get; }
    public Option<ulong?> Gas { get; }
    public Option<string?> MaxFee { get; }
    public Option<string?> Tip { get; }

    public IEnumerable<Symbol> All => [From, PasswordFile, Yes, DryRun, Wait, NoWait, Timeout, Nonce, Gas, MaxFee, Tip];
}
