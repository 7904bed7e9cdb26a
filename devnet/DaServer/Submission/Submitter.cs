using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Fees;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Dsdn.Chain.Primitives;
using Dsdn.DaServer.Blocks;
using Dsdn.DaServer.Faults;

namespace Dsdn.DaServer.Submission;

/// <summary>A submit's way from blobs to a block, with all that can be made to go wrong on it.</summary>
internal sealed class Submitter(Mempool mempool, Ledger ledger, FaultBoard faults, Preset preset, int timeoutMs)
{
    /// <summary>Blobs a caller may send at once: as many as one transaction pays for.</summary>
    private const int BlobsMax = Celestia.DaLimits.BlobsPerTransactionMax;

    /// <param name="method">Which the faults may name.</param>
    /// <returns>The answer, or why there is none.</returns>
    public async Task<(TransactionResponse? Response, RpcFailure Failure)> SubmitAsync(string method, IReadOnlyList<RpcBlob> blobs, SubmitOptions options, CancellationToken cancel)
    {
        if (faults.Take(FaultKind.NoStateAccess, method) is not null) return Failed(ErrorText.NoStateAccess);
        if (blobs.Count == 0) return Failed("state: no blobs provided");
        if (blobs.Count > BlobsMax) return Failed($"{blobs.Count} blobs: {ErrorText.BlobsTooLarge}");
        if (blobs.FirstOrDefault(blob => blob.Blob.ShareVersion > preset.ShareVersionMax) is { } unknown)
            return (null, RpcFailure.BadParam(method, "[]*blob.Blob", $"share version {unknown.Blob.ShareVersion} not supported. Please use {(preset.ShareVersionMax == 0 ? "0" : "0 or 1")}"));
        int signer = mempool.Find(options.KeyName, options.SignerAddress);
        if (signer < 0) return Failed(ErrorText.NoAccount(options.SignerAddress.Length > 0 ? options.SignerAddress : options.KeyName));
        int payer = options.FeeGranterAddress.Length == 0 ? signer : mempool.Find("", options.FeeGranterAddress);
        if (payer < 0) return Failed(ErrorText.NoAccount(options.FeeGranterAddress));
        // The consensus node's estimator: as blocks are not full, the least price.
        GasPrice price = options.Price ?? preset.PriceMin;
        if (options.Price is null && preset.Version != NodeVersion.V0_16 && price.CompareTo(options.PriceMax ?? preset.PriceMax) > 0) return Failed($"state: {ErrorText.PriceAboveMaximum}");
        (Blob Blob, Hash256 Commitment)[] committed = [.. blobs.Select(static blob => (blob.Blob, ShareCommitment.Of(blob.Blob)))];
        bool isLost = faults.Take(FaultKind.LostBlob, method) is not null, isEvicted = !isLost && faults.Take(FaultKind.Evicted, method) is not null;
        ulong before = ledger.Height;
        (Refusal? refused, PendingTransaction transaction) = Enter(method, committed, signer, payer, price, options.Gas, isLost || isEvicted);
        if (refused is { } refusal) return Failed(ErrorText.Broadcast(transaction.Hash, refusal.Code, refusal.Log));
        if (faults.Take(FaultKind.Rejected, method) is { } rejected)
            return Failed($"tx with hash {transaction.Hash} {ErrorText.RejectedByNode}: {rejected.Rule.Value ?? ChainCode.OutOfGas} and log: out of gas in location: ReadFlat");
        if (isEvicted) return Failed(ErrorText.Evicted(transaction.Hash));
        return await AwaitAsync(method, transaction, isLost ? before + 1 : null, cancel);
    }

    private (Refusal? Refused, PendingTransaction Transaction) Enter(string method, (Blob, Hash256)[] blobs, int signer, int payer, GasPrice price, ulong gas, bool isOutside)
    {
        int bytes = blobs.Sum(static entry => entry.Item1.Data.Length);
        Refusal? made = FaultyRefusal(method, bytes);
        bool isRejected = faults.Find(FaultKind.Rejected, method) is not null;
        Refusal? own = mempool.Add(blobs, signer, payer, price, gas, enters: made is null && !isOutside && !isRejected, out PendingTransaction transaction);
        if (made is { Code: ChainCode.WrongSequence } wrong) made = wrong with { Log = ErrorText.Sequence(transaction.Sequence + ulong.Parse(wrong.Log, System.Globalization.CultureInfo.InvariantCulture), transaction.Sequence) };
        return (made ?? own, transaction);
    }

    /// <summary>What a fault makes the chain say. The log of a wrong sequence is how far it is off, until the sequence is known.</summary>
    private Refusal? FaultyRefusal(string method, int bytes)
    {
        if (faults.Take(FaultKind.SequenceMismatch, method) is { } sequence) return new Refusal(ChainCode.WrongSequence, Math.Max(1, sequence.Rule.Value ?? 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (faults.Take(FaultKind.MempoolFull, method) is not null) return new Refusal(ChainCode.MempoolFull, ErrorText.MempoolFull);
        if (faults.Take(FaultKind.InMempool, method) is not null) return new Refusal(ChainCode.InMempool, ErrorText.InMempool);
        if (faults.Take(FaultKind.OutOfFunds, method) is not null) return new Refusal(ChainCode.InsufficientFunds, $"spendable balance 0utia is smaller than the fee: {ErrorText.InsufficientFunds}");
        if (faults.Take(FaultKind.PriceTooLow, method) is not null) return new Refusal(ChainCode.InsufficientFee, $"{ErrorText.InsufficientGasPrice}: {ErrorText.InsufficientFee}");
        if (faults.Find(FaultKind.Oversize, method) is { } size && bytes > (size.Rule.Value ?? 0) && faults.Take(FaultKind.Oversize, method) is not null)
            return new Refusal(ChainCode.TransactionTooLarge, $"{bytes} bytes of blobs: {ErrorText.TransactionTooLarge}");
        return null;
    }

    /// <param name="lostAt">The height that is answered although the transaction is in no block; null where it is to be in one.</param>
    private async Task<(TransactionResponse? Response, RpcFailure Failure)> AwaitAsync(string method, PendingTransaction transaction, ulong? lostAt, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeoutMs);
        TransactionEnd end = TransactionEnd.InBlock;
        ulong height = lostAt ?? 0;
        try
        {
            if (lostAt is { } lost) await ledger.WaitAsync(lost, limit.Token);
            else (end, height) = await transaction.Ended.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Failed(ErrorText.InclusionTimeout);
        }
        if (end != TransactionEnd.InBlock) return Failed(end == TransactionEnd.Evicted ? ErrorText.Evicted(transaction.Hash) : ErrorText.InclusionTimeout);
        if (faults.Take(FaultKind.SubmitTimeout, method) is not null) return Failed(ErrorText.InclusionTimeout);
        return (new TransactionResponse(height, transaction.Hash, 0, "", transaction.Gas, transaction.Gas), default);
    }

    private static (TransactionResponse?, RpcFailure) Failed(string message) => (null, RpcFailure.OfMethod(message));
}
