using Dsdn.Chain.Log.Audits;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules;
using Dsdn.Sdk.Modules.Generated;
using Microsoft.Extensions.Logging;

namespace Dsdn.Coordinator.Audits;

/// <summary>
/// Brings to the Slashing module what nodes are to be fined for: lies as they are, audits that were not passed under the last anchor of the log. Anyone could; a coordinator does it so that it happens.
/// </summary>
/// <param name="account">Pays; null: somebody else does it.</param>
internal sealed class ReportLine(FaultReports reports, LieReports lies, ChainClient chain, Account? account, TimeSpan every, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan ReceiptTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Refusals after which bringing it again is of no use.</summary>
    private static readonly IReadOnlySet<string> Final = new SortedSet<string>(StringComparer.Ordinal) { "DSDN-E-SLASHING-REPORTED", "DSDN-E-SLASHING-NODE", "DSDN-E-SLASHING-NOT-YET", "DSDN-E-SLASHING-PROOF" };

    public async Task RunAsync(CancellationToken stop)
    {
        if (account is null) return;
        var modules = new ModuleClient(chain);
        using var timer = new PeriodicTimer(every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                await BringLiesAsync(modules, account, stop);
                await LookAsync(modules, account, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    /// <summary>The signatures are the whole proof, so none waits for an anchor.</summary>
    private async Task BringLiesAsync(ModuleClient modules, Account payer, CancellationToken stop)
    {
        foreach (LieReport lie in Waiting())
        {
            try
            {
                PreparedTransaction prepared = await modules.PrepareAsync(SlashingClient.ReportLie(lie.NodeId, lie.First, lie.Second), payer.Address, null, stop);
                ReceiptInfo receipt = await chain.SendAsync(prepared, payer, ReceiptTimeout, stop);
                if (!receipt.Succeeded) continue;
                lies.Done(lie);
                CoordinatorLog.LieReported(logger, lie.NodeId.ToString(), lie.Epoch, receipt.BlockNumber);
            }
            catch (DsdnException e) when (Final.Contains(e.Error.Code))
            {
                lies.Done(lie);
            }
            catch (Exception e) when (e is DsdnException or IOException)
            {
                CoordinatorLog.NotReported(logger, lie.NodeId.ToString(), lie.Epoch, e.Message);
            }
        }
    }

    private IReadOnlyList<LieReport> Waiting()
    {
        try
        {
            return lies.Due();
        }
        catch (IOException e)
        {
            CoordinatorLog.NotReported(logger, "", 0, e.Message);
            return [];
        }
    }

    private async Task LookAsync(ModuleClient modules, Account payer, CancellationToken stop)
    {
        try
        {
            CommitteeLastAnchorRow anchor = await modules.QueryAsync(CommitteeClient.LastAnchor(), cancel: stop);
            IReadOnlyList<FaultReport> due = reports.Under(anchor.StateRoot);
            if (due.Count == 0) return;
            SlashingStorageParamsResult parameters = await modules.QueryAsync(SlashingClient.StorageParams(), cancel: stop);
            foreach (FaultReport report in due)
            {
                if (!MayCost(report.Fault, parameters)) continue;
                await SendAsync(modules, payer, anchor.Index, report, stop);
            }
        }
        catch (DsdnException e)
        {
            if (e.Error.Code != "DSDN-E-COMMITTEE-NO-ANCHOR") CoordinatorLog.NotReported(logger, "", 0, e.Message);
        }
    }

    private async Task SendAsync(ModuleClient modules, Account payer, ulong anchor, FaultReport report, CancellationToken stop)
    {
        try
        {
            // The estimate runs it: what would fail is not paid for.
            PreparedTransaction prepared = await modules.PrepareAsync(SlashingClient.ReportStorage(report.NodeId, report.Epoch, anchor, report.Leaf, report.Path), payer.Address, null, stop);
            ReceiptInfo receipt = await chain.SendAsync(prepared, payer, ReceiptTimeout, stop);
            if (!receipt.Succeeded) return;
            reports.Done(report);
            CoordinatorLog.Reported(logger, report.NodeId.ToString(), report.Epoch, report.Fault.Kind, receipt.BlockNumber);
        }
        catch (DsdnException e) when (Final.Contains(e.Error.Code))
        {
            reports.Done(report);
        }
        catch (DsdnException e)
        {
            CoordinatorLog.NotReported(logger, report.NodeId.ToString(), report.Epoch, e.Message);
        }
    }

    private static bool MayCost(AuditFault fault, SlashingStorageParamsResult parameters) => fault.Kind == AuditFaultKind.Failed
        ? fault.InARow >= parameters.FailedInARow
        : fault.JudgedMs >= fault.SinceMs && fault.JudgedMs - fault.SinceMs >= parameters.SilentMs;
}
