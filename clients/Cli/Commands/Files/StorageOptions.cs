using System.CommandLine;
using System.Text.Json;
using Dsdn.Cli.Keys;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;
using Dsdn.Sdk.Rpc;
using Dsdn.Services.Batches;
using Dsdn.Transfers.Network;

namespace Dsdn.Cli.Commands.Files;

/// <summary>The options of every command that speaks with the storage network, and what they open.</summary>
internal sealed class StorageOptions
{
    public const string Variable = "DSDN_COORDINATOR";
    public const string DefaultCoordinator = "127.0.0.1:45900";

    public StorageOptions(CommandContext context)
    {
        Coordinator = context.Option<string?>("--coordinator", "[id@]host:port");
        From = context.Option<string?>("--from", "key");
        PasswordFile = context.Option<string?>("--password-file", "file");
        Recovered = context.Option<string?>("--recovered", "file");
    }

    public Option<string?> Coordinator { get; }

    public Option<string?> From { get; }

    public Option<string?> PasswordFile { get; }

    /// <summary>Instead of the wallet: what shares gave back.</summary>
    public Option<string?> Recovered { get; }

    public IEnumerable<Symbol> All => [Coordinator, From, PasswordFile];

    public IEnumerable<Symbol> Reading => [.. All, Recovered];

    /// <summary>Coordinators divided by commas: the option, DSDN_COORDINATOR, the settings, or the one on this machine.</summary>
    public async Task<StorageNetwork> ConnectAsync(Invocation run, CancellationToken cancel)
    {
        string text = run.Value(Coordinator) ?? NotEmpty(run.Terminal.Environment(Variable)) ?? run.Settings.Coordinator ?? DefaultCoordinator;
        LogAddress[] addresses = [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(one => LogAddress.Parse(one) ?? throw new DsdnException(ErrorCodes.OptionValue, ErrorClass.Usage, "--coordinator", "[id@]host:port", one))];
        if (addresses.Length == 0) throw new DsdnException(ErrorCodes.OptionValue, ErrorClass.Usage, "--coordinator", "[id@]host:port", text);
        JsonElement info = await run.Chain.Rpc.CallAsync("dsdn_nodeInfo", cancel);
        return new StorageNetwork(new ChainIdentity(info.Field("chainId").ToUInt64(), info.Field("genesisHash").ToHash()), addresses, new ChainValidatorSets(run.Chain), TimeProvider.System);
    }

    public Account Unlock(Invocation run) => Passwords.Unlock(run, run.DefaultKey(run.Value(From)), run.Value(PasswordFile));

    /// <summary>What opens files, and whose they are: of the wallet, or of what was recovered.</summary>
    public (WalletKeys Keys, Address Owner) OpenKeys(Invocation run)
    {
        if (run.Value(Recovered) is { } file)
        {
            FileRootFile read = FileRootFile.Read(file);
            return (read.Open(Passwords.Existing(run, Path.GetFileName(file), run.Value(PasswordFile))), read.Owner);
        }
        using Account account = Unlock(run);
        return (account.DeriveFileKeys(), account.Address);
    }

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
