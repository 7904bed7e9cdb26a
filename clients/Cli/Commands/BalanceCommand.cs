using System.CommandLine;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;

namespace Dsdn.Cli.Commands;

/// <summary><c>dsdn balance [ADDRESS]</c>.</summary>
internal static class BalanceCommand
{
    public static Command Create(CommandContext context)
    {
        Argument<string?> account = context.OptionalArgument("account");
        Option<string?> block = context.Option<string?>("--block", "block");
        return context.Leaf("balance", async (run, cancel) =>
        {
            Address address = run.AddressOrDefault(run.Value(account));
            Sdk.Chain.BlockRef at = BlockArgument.Parse(run.Value(block));
            Amount balance = await run.Chain.BalanceAsync(address, at, cancel);
            ulong nonce = await run.Chain.NonceAsync(address, at, cancel);
            return new Report().Add("address", address).Add("balance", balance).Add("nonce", nonce);
        }, account, block);
    }
}
