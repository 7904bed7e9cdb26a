using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;
using Dsdn.Cli.Keys;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Money;

namespace Dsdn.Cli.Sending;

/// <summary>From an intent to a receipt: draft, show the cost, ask, sign, send, wait.</summary>
internal static class Sender
{
    public static async Task<Report> SendAsync(Invocation run, SendOptions options, Intent intent, CancellationToken cancel)
    {
        if (run.Value(options.Wait) && run.Value(options.NoWait)) throw new DsdnException(ErrorCodes.Usage, ErrorClass.Usage, "--wait --no-wait", "dsdn");
        KeyEntry key = run.DefaultKey(run.Value(options.From));
        TransactionDraft draft = await DraftAsync(run, options, key, intent, cancel);
        if (run.Value(options.DryRun)) return Describe(new Report(), draft, intent).Add("sent", false);
        Confirmation.Ask(run, run.Value(options.Yes), () => ShowDraft(run, draft, intent));

        using Account account = Passwords.Unlock(run, key, run.Value(options.PasswordFile));
        SignedTransaction signed = draft.Sign(account);
        await run.Chain.SendRawAsync(signed.Raw, signed.Hash, cancel);
        if (run.Value(options.NoWait)) return Describe(new Report().Add("transaction", signed.Hash), draft, intent).Add("sent", true);
        ReceiptInfo receipt = await WaitAsync(run, signed.Hash, run.Value(options.Timeout), cancel);
        return await ReceiptReport.CreateAsync(run, receipt, draft, cancel);
    }

    public static Task<ReceiptInfo> WaitAsync(Invocation run, Hash256 hash, int seconds, CancellationToken cancel) =>
        Progress.ShowAsync(run, run.Texts["text.waiting", hash.ToString()], () => run.Chain.WaitAsync(hash, TimeSpan.FromSeconds(Math.Clamp(seconds, 1, 86_400)), cancel));

    private static async Task<TransactionDraft> DraftAsync(Invocation run, SendOptions options, KeyEntry key, Intent intent, CancellationToken cancel)
    {
        TransactionDraft draft = await run.Chain.DraftAsync(key.Address, intent.To, intent.Value, intent.Data, run.Value(options.Gas), cancel);
        Amount tip = run.Amount(options.Tip) ?? draft.Fees.MaxPriorityFeePerGas;
        Amount maxFee = run.Amount(options.MaxFee) ?? Amount.Max(draft.Fees.MaxFeePerGas, draft.Fees.BaseFee + tip);
        return draft with
        {
            Nonce = run.Value(options.Nonce) ?? draft.Nonce,
            Fees = draft.Fees with { MaxFeePerGas = maxFee, MaxPriorityFeePerGas = Amount.Min(tip, maxFee) },
        };
    }

    private static Report Describe(Report report, TransactionDraft draft, Intent intent) => report
        .Add("intent", intent.What)
        .Add("from", draft.From)
        .Add("to", draft.To)
        .Add("value", draft.Value)
        .Add("nonce", draft.Nonce)
        .Add("gasLimit", draft.GasLimit)
        .Add("maxFeePerGas", draft.Fees.MaxFeePerGas.ToString(), NusaText.ShowGasPrice(draft.Fees.MaxFeePerGas))
        .Add("likelyFee", draft.LikelyFee)
        .Add("maxFee", draft.MaxFee);

    private static void ShowDraft(Invocation run, TransactionDraft draft, Intent intent)
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
        ReportWriter.WriteText(Describe(new Report(), draft, intent), run.Texts, toError);
    }
}
