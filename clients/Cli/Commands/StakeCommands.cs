using System.CommandLine;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;
using Dsdn.Cli.Sending;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules;

namespace Dsdn.Cli.Commands;

/// <summary><c>dsdn stake ...</c>: the delegator's side of the Staking module.</summary>
internal static class StakeCommands
{
    private const string Module = "Staking";

    public static Command Create(CommandContext context) => context.Group("stake",
        Bond(context), Delegate(context), Unbond(context), Withdraw(context), Rewards(context), Redelegate(context), Unjail(context));

    private static Command Bond(CommandContext context)
    {
        Argument<string> amount = context.Argument("amount");
        var options = new SendOptions(context);
        return context.Leaf("stake.bond", (run, cancel) => SendAsync(run, options, "bond", [], run.Amount(amount), cancel), [amount, .. options.All]);
    }

    private static Command Delegate(CommandContext context)
    {
        Argument<string> validator = context.Argument("validator");
        Argument<string> amount = context.Argument("amount");
        var options = new SendOptions(context);
        return context.Leaf("stake.delegate", (run, cancel) =>
            SendAsync(run, options, "delegate", [run.Address(run.Value(validator) ?? "")], run.Amount(amount), cancel), [validator, amount, .. options.All]);
    }

    private static Command Unbond(CommandContext context)
    {
        Argument<string> validator = context.Argument("validator");
        Argument<string> amount = context.Argument("amount");
        var options = new SendOptions(context);
        return context.Leaf("stake.unbond", (run, cancel) =>
            SendAsync(run, options, "unbond", [run.Address(run.Value(validator) ?? ""), run.Amount(amount)], default, cancel), [validator, amount, .. options.All]);
    }

    private static Command Withdraw(CommandContext context)
    {
        var options = new SendOptions(context);
        return context.Leaf("stake.withdraw", (run, cancel) => SendAsync(run, options, "withdraw", [], default, cancel), options.All);
    }

    private static Command Redelegate(CommandContext context)
    {
        Argument<string> from = context.Argument("validator");
        Argument<string> to = context.Argument("to-validator");
        Argument<string> amount = context.Argument("amount");
        var options = new SendOptions(context);
        return context.Leaf("stake.redelegate", (run, cancel) => SendAsync(run, options, "redelegate",
            [run.Address(run.Value(from) ?? ""), run.Address(run.Value(to) ?? ""), run.Amount(amount)], default, cancel), [from, to, amount, .. options.All]);
    }

    private static Command Unjail(CommandContext context)
    {
        var options = new SendOptions(context);
        return context.Leaf("stake.unjail", (run, cancel) => SendAsync(run, options, "unjail", [], default, cancel), options.All);
    }

    /// <summary>Shows delegations, unbondings and rewards; with --claim takes the rewards of one validator.</summary>
    private static Command Rewards(CommandContext context)
    {
        Argument<string?> validator = context.OptionalArgument("validator");
        Option<string?> account = context.Option<string?>("--account", "account");
        Option<bool> claim = context.Option<bool>("--claim");
        var options = new SendOptions(context);
        return context.Leaf("stake.rewards", async (run, cancel) =>
        {
            if (run.Value(claim))
            {
                Address from = run.Address(run.Value(validator) ?? throw new DsdnException(ErrorCodes.MissingArgument, ErrorClass.Usage, "<validator>", "dsdn stake rewards"));
                return await SendAsync(run, options, "claimRewards", [from], default, cancel);
            }
            Address delegator = run.AddressOrDefault(run.Value(account));
            var modules = new ModuleClient(run.Chain);
            IReadOnlyList<AbiValue> delegations = await Pages.AllAsync(modules, ModuleCatalog.Method(Module, "delegations"), [delegator], cancel);
            AbiValue[] unbondings = await modules.CallAsync(ModuleCatalog.Method(Module, "unbondings"), [delegator, Pages.RowsMax], cancel: cancel);
            Address? only = run.Value(validator) is { } text ? run.Address(text) : null;
            return new Report()
                .Add("delegator", delegator)
                .AddTable("delegated", ["validator", "amount", "rewards"], delegations.Where(row => only is null || row.Items[0].Address == only)
                    .Select(row => (IReadOnlyList<Cell>)[row.Items[0].Address, ToAmount(row.Items[1]), ToAmount(row.Items[3])]).ToArray())
                .AddTable("unbonding", ["validator", "amount", "ready"], unbondings[0].Items.Where(row => only is null || row.Items[0].Address == only)
                    .Select(row => (IReadOnlyList<Cell>)[row.Items[0].Address, ToAmount(row.Items[1]), TimeText.Cell(row.Items[2].UInt64)]).ToArray());
        }, [validator, account, claim, .. options.All]);
    }

    internal static Amount ToAmount(AbiValue value) => new(value.Word.ToUInt128());

    private static Task<Report> SendAsync(Invocation run, SendOptions options, string method, AbiValue[] arguments, Amount value, CancellationToken cancel) =>
        ModuleSender.SendAsync(run, options, ModuleCatalog.Method(Module, method), arguments, value, cancel);
}
