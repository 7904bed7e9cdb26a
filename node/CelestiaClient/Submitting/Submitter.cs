using Dsdn.Celestia;
using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Fees;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Dsdn.CelestiaClient.Headers;
using Dsdn.CelestiaClient.Observability;
using Dsdn.CelestiaClient.Reading;
using Dsdn.CelestiaClient.Transport;
using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient.Submitting;

/// <summary>Publishes blobs, one transaction at a time: concurrent ones of one account get in each other's way.</summary>
internal sealed class Submitter(
    CelestiaOptions options, EndpointPool pool, HeaderChain headers, HeadReader heads, InclusionCheck inclusion, FeeObserver fees, DaMetrics metrics, TimeProvider clock) : IDisposable
{
    /// <summary>From the default to a hundred times as much.</summary>
    private const int PriceRaisesMax = 12;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SequenceGuard _sequence = new(clock);
    private readonly AttemptLog _attempts = new();

    public async Task<SubmitOutcome> SubmitAsync(IReadOnlyList<Blob> blobs, CancellationToken cancel)
    {
        if (Check(blobs) is { } refused) return Counted(refused, 0, 0);
        List<(Blob Blob, Hash256 Commitment)> own = [.. blobs.Select(static blob => (blob, ShareCommitment.Of(blob)))];
        await _turn.WaitAsync(cancel);
        try
        {
            long started = clock.GetTimestamp();
            SubmitOutcome outcome = await RunAsync(own, cancel);
            return Counted(outcome, (ulong)blobs.Sum(static blob => (long)blob.Data.Length), (ulong)clock.GetElapsedTime(started).TotalMilliseconds);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private SubmitOutcome.Refused? Check(IReadOnlyList<Blob> blobs)
    {
        if (blobs.Count is 0 or > DaLimits.BlobsPerTransactionMax)
            return new(new DaFailure(DaCodes.BadBlobs, $"{blobs.Count} blobs, a transaction has 1 to {DaLimits.BlobsPerTransactionMax}"), true, blobs.Count == 0 ? SubmitRefusal.BadBlobs : SubmitRefusal.TooBig);
        long bytes = blobs.Sum(static blob => (long)blob.Data.Length);
        int most = Math.Min(options.BlobBytesMax, CelestiaOptions.BlobBytesCap);
        return bytes > most ? new(new DaFailure(DaCodes.BlobTooLarge, $"{bytes} bytes, at most {most} go together"), true, SubmitRefusal.TooBig) : null;
    }

    private async Task<SubmitOutcome> RunAsync(List<(Blob Blob, Hash256 Commitment)> blobs, CancellationToken cancel)
    {
        DaHead head = await heads.ReadAsync(cancel);
        ulong known = head.IsKnown ? head.Height : headers.Newest?.Height ?? 0;
        // Without any height nobody could look for the blobs afterwards.
        if (known == 0 || head.Failure.Code == DaCodes.WrongChain) return new SubmitOutcome.Refused(head.Failure, false, SubmitRefusal.Unavailable);
        SubmitOutcome.Refused? first = null;
        foreach (NodeCalls endpoint in pool.InOrder())
        {
            if (_sequence.RestMs(endpoint) is > 0 and ulong rest)
            {
                first ??= new(new DaFailure(DaCodes.SequencePause, $"{SequenceGuard.MismatchesMax} mismatches of the account's sequence in a row", endpoint.Name), false, SubmitRefusal.SequenceMismatch, rest);
                continue;
            }
            (SubmitOutcome outcome, bool mayAskAnother) = await AskAsync(endpoint, blobs, known, cancel);
            if (!mayAskAnother || outcome is not SubmitOutcome.Refused refused) return outcome;
            first ??= refused;
        }
        return first ?? new SubmitOutcome.Refused(new DaFailure(DaCodes.Configuration, "no endpoint"), false, SubmitRefusal.Unavailable);
    }

    /// <summary>One endpoint, until it took the blobs, refused them for good or left it open.</summary>
    /// <param name="known">A height that the chain had before.</param>
    private async Task<(SubmitOutcome Outcome, bool MayAskAnother)> AskAsync(NodeCalls endpoint, List<(Blob Blob, Hash256 Commitment)> blobs, ulong known, CancellationToken cancel)
    {
        Hash256 first = blobs[0].Commitment;
        bool isRepeated = _attempts.Knows(first);
        ulong from = _attempts.Sending(first, known + 1);
        GasPrice? price = options.Price;
        UInt128? before = price is null ? await fees.BalanceAsync(endpoint, cancel) : null;
        var backoff = new Backoff(options.RetryDelayMs, CelestiaOptions.DelayMsMax);
        for (int raises = 0; ;)
        {
            (ulong height, CallFailure? failure) = await endpoint.SubmitAsync(blobs, Pay(price), cancel);
            if (failure is not { } failed)
            {
                _sequence.Succeeded(endpoint);
                SubmitOutcome outcome = await inclusion.ProveAsync(endpoint, height, blobs, from, fees.Of(endpoint, blobs, price, before), cancel);
                if (outcome is SubmitOutcome.Included) _attempts.Landed(first);
                return (outcome, false);
            }
            ulong blockMs = headers.Pace.BlockMs;
            switch (failed.Fault)
            {
                case CallFault.PriceTooLow when raises++ < PriceRaisesMax && Raise(price) is { } raised:
                    price = raised;
                    continue;
                case CallFault.SequenceMismatch when !_sequence.Mismatched(endpoint, blockMs):
                    await Task.Delay(TimeSpan.FromMilliseconds(backoff.NextMs()), clock, cancel);
                    continue;
                case CallFault.SequenceMismatch:
                    return (RefusalTable.Refusal(failed, blockMs) with { RetryAfterMs = _sequence.RestMs(endpoint) }, true);
                case CallFault.InMempool:
                    // The mempool remembers transactions that are in blocks already. Whoever sent them before this process knows no better than that.
                    return (new SubmitOutcome.Unknown(failed.Failure, isRepeated ? from : Math.Max(1, from - Math.Min(from, SequenceGuard.MempoolBlocks))), false);
            }
            if (!failed.IsCertain) return (new SubmitOutcome.Unknown(failed.Failure, from), false);
            cancel.ThrowIfCancellationRequested(); // nothing was sent
            pool.Failed(endpoint, failed);
            return (RefusalTable.Refusal(failed, blockMs), RefusalTable.IsForAnotherEndpoint(failed));
        }
    }

    private SubmitOptions Pay(GasPrice? price) => new(price, options.PriceMax, Priority: options.Priority, SignerAddress: options.SignerAddress);

    /// <summary>Half as much again, up to the maximum; null where that was offered already.</summary>
    private GasPrice? Raise(GasPrice? price)
    {
        const ulong HundredTimes = 100;
        ulong most = options.PriceMax?.NanoUtia ?? GasPrice.Default.NanoUtia * HundredTimes, last = price?.NanoUtia ?? GasPrice.Default.NanoUtia;
        return last >= most ? null : new GasPrice(Math.Min(most, last + (last / 2) + 1));
    }

    private SubmitOutcome Counted(SubmitOutcome outcome, ulong bytes, ulong tookMs)
    {
        metrics.Submitted(outcome, bytes, tookMs);
        return outcome;
    }
}
