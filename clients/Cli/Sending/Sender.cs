using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;
using Dsdn.Cli.Display;
using Dsdn.Cli.Keys;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules;
using Dsdn.Sdk.Money;

namespace Dsdn.Cli.Sending;

/// <summary>From an intent to a receipt: prepared, show the cost, ask, sign, send, wait.</summary>
internal static class Sender
{
    /// <param name="describe">Adds what the receipt means to the report of a transaction that is in a block.</param>
    public static async Task<Report> SendAsync(Invocation run, SendOptions options, Intent intent, CancellationToken cancel, Action<Report, ReceiptInfo>? describe = null)
    {
        if (run.Value(options.Wait) && run.Value(options.NoWait)) throw new DsdnException(ErrorCodes.Usage, ErrorClass.Usage, "--wait --no-wait", "dsdn");
        KeyEntry key = run.DefaultKey(run.Value(options.From));
        PreparedTransaction prepared = await DraftAsync(run, options, key, intent, cancel);
        if (run.Value(options.DryRun)) return Describe(new Report(), prepared, intent).Add("sent", false);
        Confirmation.Ask(run, run.Value(options.Yes), () => ShowDraft(run, prepared, intent));

        using Account account = Passwords.Unlock(run, key, run.Value(options.PasswordFile));
        Transaction signed = prepared.Sign(account);
        await run.Chain.SendRawAsync(signed.Raw, signed.Hash, cancel);
        if (run.Value(options.NoWait)) return Describe(new Report().Add("transaction", signed.Hash), prepared, intent).Add("sent", true);
        ReceiptInfo receipt = await WaitAsync(run, signed.Hash, run.Value(options.Timeout), cancel);
        Report report = await ReceiptReport.CreateAsync(run, receipt, prepared, cancel);
        describe?.Invoke(report, receipt);
        return report;
    }

    public static Task<ReceiptInfo> WaitAsync(Invocation run, Hash256 hash, int seconds, CancellationToken cancel) =>
        Progress.ShowAsync(run, run.Texts["text.waiting", hash.ToString()], () => run.Chain.WaitAsync(hash, TimeSpan.FromSeconds(Math.Clamp(seconds, 1, 86_400)), cancel));

    private static async Task<PreparedTransaction> DraftAsync(Invocation run, SendOptions options, KeyEntry key, Intent intent, CancellationToken cancel)
    {
        PreparedTransaction prepared;
        try
        {
            prepared = await run.Chain.PrepareAsync(key.Address, intent.To, intent.Value, intent.Data, run.Value(options.Gas), cancel);
        }
        catch (DsdnException refused) when (refused.Error.Code == ErrorCodes.Reverted)
        {
            throw new DsdnException(ModuleErrors.Name(refused.Error, intent.To), refused);
        }
        Amount tip = run.Amount(options.Tip) ?? prepared.Fees.MaxPriorityFeePerGas;
        Amount maxFee = run.Amount(options.MaxFee) ?? Amount.Max(prepared.Fees.MaxFeePerGas, prepared.Fees.BaseFee + tip);
        return prepared with
        {
            Nonce = run.Value(options.Nonce) ?? prepared.Nonce,
            Fees = prepared.Fees with { MaxFeePerGas = maxFee, MaxPriorityFeePerGas = Amount.Min(tip, maxFee) },
        };
    }

    private static Report Describe(Report report, PreparedTransaction prepared, Intent intent) => report
        .Add("intent", intent.What)
        .Add("from", prepared.From)
        .Add("to", prepared.To)
        .Add("value", prepared.Value)
        .Add("nonce", prepared.Nonce)
        .Add("gasLimit", prepared.GasLimit)
        .Add("maxFeePerGas", prepared.Fees.MaxFeePerGas.ToString(), NusaText.ShowGasPrice(prepared.Fees.MaxFeePerGas))
        .Add("likelyFee", prepared.LikelyFee)
        .Add("maxFee", prepared.MaxFee);

    private static void ShowDraft(Invocation run, PreparedTransaction prepared, Intent intent)
    {
        var toError = new Terminal
        {
            Out = run.Terminal.Error,
            Error = run.Terminal.Error,
            In = run.Terminal.In,
            IsInteractive = run.Terminal.IsInteractive,
            IsRich = false,
            ReadSecretLine = run.Terminal.ReadSecretLine,
            Environment = run.Terminal.Environment,
        };
        ReportWriter.WriteText(Describe(new Report(), prepared, intent), run.Texts, toError);
    }
}
