using System.CommandLine;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;
using Dsdn.Cli.Keys;
using Dsdn.Cli.Sending;
using Dsdn.Modules;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules;

namespace Dsdn.Cli.Commands;

/// <summary><c>dsdn validator ...</c>: the operator's side of the Staking module.</summary>
internal static class ValidatorCommands
{
    private const string Module = "Staking";
    private const string DefaultStake = "50000nusa"; // the smallest self-bond (rulings 18)
    private const string DefaultCommission = "20";

    public static Command Create(CommandContext context) => context.Group("validator", Key(context), CreateValidator(context), Edit(context), Rotate(context));

    private static Command Key(CommandContext context)
    {
        Option<string?> file = context.Option<string?>("--key-file", "file");
        Option<string?> password = context.Option<string?>("--key-password-file", "file");
        return context.Leaf("validator.key", (run, _) => Task.FromResult(NodeKeyFiles.Create(run, NodeKey.ConsensusKind, run.Value(file), run.Value(password))), file, password);
    }

    private static Command CreateValidator(CommandContext context)
    {
        Option<string?> file = context.Option<string?>("--key-file", "file");
        Option<string?> keyPassword = context.Option<string?>("--key-password-file", "file");
        Option<string?> stake = context.Option<string?>("--stake", "amount");
        Option<string?> commission = context.Option<string?>("--commission", "percent");
        Option<string?> payout = context.Option<string?>("--payout", "account");
        var options = new SendOptions(context);
        return context.Leaf("validator.create", async (run, cancel) =>
        {
            Address owner = run.DefaultKey(run.Value(options.From)).Address;
            Amount bond = Sdk.Money.NusaText.Parse(run.Value(stake) ?? DefaultStake);
            ulong bps = BasisPoints.Parse(run.Value(commission) ?? DefaultCommission);
            Address receiver = run.Value(payout) is { } text ? run.Address(text) : owner;
            using NodeKey key = NodeKeyFiles.Open(run, NodeKey.ConsensusKind, run.Value(file), run.Value(keyPassword));
            byte[] proof = key.Sign(ProofOfPossession.ConsensusMessage(await run.Chain.ChainIdAsync(cancel), owner, key.PublicKey));
            return await SendAsync(run, options, "createValidator", [key.PublicKey, proof, bps, receiver], bond, cancel);
        }, [file, keyPassword, stake, commission, payout, .. options.All]);
    }

    private static Command Edit(CommandContext context)
    {
        Option<string?> commission = context.Option<string?>("--commission", "percent");
        Option<string?> payout = context.Option<string?>("--payout", "account");
        var options = new SendOptions(context);
        return context.Leaf("validator.edit", async (run, cancel) =>
        {
            if (run.Value(commission) is null && run.Value(payout) is null) throw new DsdnException(ErrorCodes.MissingArgument, ErrorClass.Usage, "--commission, --payout", "dsdn validator edit");
            Address owner = run.DefaultKey(run.Value(options.From)).Address;
            ModuleMethod query = ModuleCatalog.Method(Module, "validator");
            AbiValue[] current = await new ModuleClient(run.Chain).CallAsync(query, [owner], cancel: cancel);
            AbiValue bps = run.Value(commission) is { } percent
                ? BasisPoints.Parse(percent)
                : ValidatorsCommand.Field(query.Function.Outputs[0].Type.Components, current[0], "commissionBps");
            // A zero payout keeps the old one.
            Address receiver = run.Value(payout) is { } text ? run.Address(text) : Address.Zero;
            return await SendAsync(run, options, "editValidator", [bps, receiver], default, cancel);
        }, [commission, payout, .. options.All]);
    }

    private static Command Rotate(CommandContext context)
    {
        Option<string?> file = context.Option<string?>("--key-file", "file");
        Option<string?> keyPassword = context.Option<string?>("--key-password-file", "file");
        var options = new SendOptions(context);
        return context.Leaf("validator.rotate", async (run, cancel) =>
        {
            Address owner = run.DefaultKey(run.Value(options.From)).Address;
            using NodeKey key = NodeKeyFiles.Open(run, NodeKey.ConsensusKind, run.Value(file), run.Value(keyPassword));
            byte[] proof = key.Sign(ProofOfPossession.ConsensusMessage(await run.Chain.ChainIdAsync(cancel), owner, key.PublicKey));
            return await SendAsync(run, options, "rotateKey", [key.PublicKey, proof], default, cancel);
        }, [file, keyPassword, .. options.All]);
    }

    private static Task<Report> SendAsync(Invocation run, SendOptions options, string method, AbiValue[] arguments, Amount value, CancellationToken cancel) =>
        ModuleSender.SendAsync(run, options, ModuleCatalog.Method(Module, method), arguments, value, cancel);
}
