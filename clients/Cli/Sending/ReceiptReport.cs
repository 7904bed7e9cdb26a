using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules;

namespace Dsdn.Cli.Sending;

/// <summary>What became of a transaction.</summary>
internal static class ReceiptReport
{
    /// <summary>A transaction that is in a block but failed is a rejection, named by the module's error where replaying the call shows it.</summary>
    public static async Task<Report> CreateAsync(Invocation run, ReceiptInfo receipt, PreparedTransaction prepared, CancellationToken cancel)
    {
        if (receipt.Succeeded) return Describe(run, receipt, prepared.Value);
        ClientError? reason = await ReplayAsync(run, receipt, prepared, cancel);
        throw new DsdnException(reason is null
            ? ClientError.Of(ErrorCodes.TransactionFailed, ErrorClass.Rejected, receipt.TransactionHash.ToString(), receipt.BlockNumber.ToString(System.Globalization.CultureInfo.InvariantCulture))
            : reason with { Details = $"transaction {receipt.TransactionHash} in block {receipt.BlockNumber}; {reason.Details}" });
    }

    public static Report Describe(Invocation run, ReceiptInfo receipt, Amount value)
    {
        Report report = new Report()
            .Add("transaction", receipt.TransactionHash)
            .Add("status", receipt.Succeeded ? "success" : "failed", run.Texts[receipt.Succeeded ? "text.success" : "text.failed"])
            .Add("block", receipt.BlockNumber)
            .Add("from", receipt.From)
            .Add("to", receipt.To is { } to ? Report.Checksum(to) : null)
            .Add("value", value)
            .Add("gasUsed", receipt.GasUsed)
            .Add("fee", receipt.Fee);
        if (receipt.Logs.Count > 0) report.AddTable("events", ["event", "arguments"], receipt.Logs.Select(EventRow).ToArray());
        return report;
    }

    private static IReadOnlyList<Cell> EventRow(LogInfo log) =>
        ModuleCatalog.Describe(log) is { } known ? [known.Name, known.Arguments] : [Report.Checksum(log.Address), string.Join(' ', log.Topics)];

    private static async Task<ClientError?> ReplayAsync(Invocation run, ReceiptInfo receipt, PreparedTransaction prepared, CancellationToken cancel)
    {
        try
        {
            await run.Chain.CallAsync(new CallRequest(prepared.From, prepared.To, prepared.Value, prepared.Data), BlockRef.At(receipt.BlockNumber - 1), cancel);
            return null;
        }
        catch (DsdnException replayed) when (replayed.Error.Class == ErrorClass.Rejected)
        {
            return ModuleErrors.Name(replayed.Error, prepared.To);
        }
        catch (DsdnException)
        {
            return null;
        }
    }
}
