using System.CommandLine;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;
using Dsdn.Cli.Sending;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Money;

namespace Dsdn.Cli.Commands;

/// <summary>
/// <c>dsdn faucet [ACCOUNT]</c>: a transfer from the last of the ten accounts of the devnet's public mnemonic. The words are
/// known to everybody, so the command refuses every other chain.
/// </summary>
internal static class FaucetCommand
{
    private const string DevnetMnemonic = "test test test test test test test test test test test junk";
    private const uint FaucetIndex = 9;
    private const string DefaultAmount = "100nusa";
    private const int TimeoutSeconds = 60;

    public static Command Create(CommandContext context)
    {
        Argument<string?> account = context.OptionalArgument("account");
        Option<string?> amount = context.Option<string?>("--amount", "amount");
        return context.Leaf("faucet", async (run, cancel) =>
        {
            Address receiver = run.AddressOrDefault(run.Value(account));
            Amount value = NusaText.Parse(run.Value(amount) ?? DefaultAmount);
            ulong chainId = await run.Chain.ChainIdAsync(cancel);
            if (chainId != ChainClient.DevnetChainId) throw new DsdnException(ErrorCodes.DevnetOnly, ErrorClass.Usage, chainId.ToString(System.Globalization.CultureInfo.InvariantCulture));
            using Wallet wallet = Wallet.FromMnemonic(DevnetMnemonic);
            using Account faucet = wallet.Account(FaucetIndex);
            PreparedTransaction prepared = await run.Chain.PrepareAsync(faucet.Address, receiver, value, ReadOnlyMemory<byte>.Empty, null, cancel);
            var signed = prepared.Sign(faucet);
            await run.Chain.SendRawAsync(signed.Raw, signed.Hash, cancel);
            ReceiptInfo receipt = await Sender.WaitAsync(run, signed.Hash, TimeoutSeconds, cancel);
            Report report = await ReceiptReport.CreateAsync(run, receipt, prepared, cancel);
            return report.Add("balance", await run.Chain.BalanceAsync(receiver, BlockRef.Latest, cancel));
        }, account, amount);
    }
}
