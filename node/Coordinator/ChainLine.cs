using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Coordination;
using Dsdn.Modules.Committee;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules;
using Dsdn.Sdk.Modules.Generated;
using Microsoft.Extensions.Logging;

namespace Dsdn.Coordinator;

/// <summary>Between log and chain, in both directions: blocks and feeds for the next batch, attested anchors for the Committee module.</summary>
/// <param name="account">Pays for the anchors' transactions; null: somebody else sends them.</param>
/// <param name="pollMs">The chain is looked at this often; records of a feed go into the next batch at once.</param>
/// <param name="anchorMs">Without any, a block is anchored this often (dataplane 1.4: at most 30 s).</param>
internal sealed class ChainLine(ChainReader reader, ChainClient chain, BatchLoop loop, Account? account, int pollMs, ulong anchorMs, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan ReceiptTimeout = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _due = new(0, 1);
    private volatile AttestedAnchor? _anchor;
    private ulong _anchoredMs;

    /// <summary>Of the last anchor that is on the chain.</summary>
    public ulong AnchoredSeq { get; private set; }

    /// <summary>For the chain; a later one replaces one that waits.</summary>
    public void Send(AttestedAnchor anchor)
    {
        if (account is null) return;
        _anchor = anchor;
        if (_due.CurrentCount == 0) _due.Release();
    }

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(ReadAsync(stop), SendAsync(stop));

    private async Task ReadAsync(CancellationToken stop)
    {
        bool isAway = false;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                AnchoredChain from = await loop.ChainAsync();
                if (await reader.ReadAsync(from, stop) is { } facts && (facts.Derived.Count > 0 || NowMs >= _anchoredMs + anchorMs))
                {
                    loop.Take(facts);
                    _anchoredMs = NowMs;
                }
                isAway = false;
            }
            catch (Exception e) when (e is DsdnException or OperationCanceledException)
            {
                if (stop.IsCancellationRequested) return;
                if (!isAway) CoordinatorLog.ChainAway(logger, e.Message);
                isAway = true;
            }
            await PauseAsync(pollMs, stop);
        }
    }

    private async Task SendAsync(CancellationToken stop)
    {
        if (account is null) return;
        var modules = new ModuleClient(chain);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await _due.WaitAsync(stop);
                if (_anchor is not { } anchor || anchor.Anchor.Seq <= AnchoredSeq) continue;
                LogAnchor statement = anchor.Anchor;
                byte[] signatures = [.. anchor.Signatures.SelectMany(static signature => signature.ToArray())];
                ModuleCall call = CommitteeClient.Anchor(
                    statement.Seq, statement.CoreHash, statement.StateRoot, statement.DaHeight, statement.DaDataRoot, anchor.Signers.ToArray(), signatures);
                // Known beforehand: an estimate would run all the signatures once more.
                PreparedTransaction prepared = await modules.PrepareAsync(call, account.Address, CommitteeReader.AnchorGas(anchor.Signatures.Count), stop);
                ReceiptInfo receipt = await chain.SendAsync(prepared, account, ReceiptTimeout, stop);
                if (receipt.Succeeded) AnchoredSeq = statement.Seq;
                if (receipt.Succeeded) CoordinatorLog.Anchored(logger, statement.Seq, receipt.BlockNumber);
                else CoordinatorLog.NotAnchored(logger, statement.Seq, "the transaction failed");
            }
            catch (Exception e) when (e is DsdnException or OperationCanceledException)
            {
                if (stop.IsCancellationRequested) return;
                if (e is DsdnException { Error.Code: "DSDN-E-COMMITTEE-ALREADY-ANCHORED" or "DSDN-E-COMMITTEE-STALE" }) continue; // somebody else sent it, or a later one
                CoordinatorLog.NotAnchored(logger, _anchor?.Anchor.Seq ?? 0, e.Message);
                await PauseAsync(pollMs, stop); // the next anchor takes its place
            }
        }
    }

    private ulong NowMs => (ulong)clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static async Task PauseAsync(int ms, CancellationToken stop)
    {
        try
        {
            await Task.Delay(ms, stop);
        }
        catch (OperationCanceledException)
        {
            // The caller looks at its token.
        }
    }
}
