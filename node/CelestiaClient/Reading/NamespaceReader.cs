using Dsdn.Celestia;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Rpc;
using Dsdn.CelestiaClient.Headers;
using Dsdn.CelestiaClient.Observability;
using Dsdn.CelestiaClient.Transport;

namespace Dsdn.CelestiaClient.Reading;

/// <summary>Reads a namespace at a height: from one endpoint after another until an answer is proved.</summary>
internal sealed class NamespaceReader(CelestiaOptions options, EndpointPool pool, HeaderChain headers, DaMetrics metrics, TimeProvider clock)
{
    public async Task<NamespaceReading> ReadAsync(ulong height, Namespace name, CancellationToken cancel)
    {
        var backoff = new Backoff(options.RetryDelayMs, CelestiaOptions.DelayMsMax);
        for (int attempt = 0; ; attempt++)
        {
            (NamespaceReading? reading, CallFailure? failure) = await ReadOnceAsync(height, name, cancel);
            if (reading is not null) return reading;
            CallFailure failed = failure ?? CallFailure.Of(new DaFailure(DaCodes.Configuration, "no endpoint"));
            if (attempt == options.RetryCount || failed.Failure.IsProvedWrong || failed.Action is not (CallAction.Retry or CallAction.LookBeforeRetry)) return new NamespaceReading.Unknown(failed.Failure);
            await Task.Delay(TimeSpan.FromMilliseconds(backoff.NextMs()), clock, cancel);
        }
    }

    /// <summary>Every endpoint once.</summary>
    public async Task<(NamespaceReading? Reading, CallFailure? Failure)> ReadOnceAsync(ulong height, Namespace name, CancellationToken cancel)
    {
        CallFailure? worst = null;
        foreach (NodeCalls endpoint in pool.InOrder())
        {
            (NamespaceReading? reading, CallFailure? failure) = await ReadAsync(endpoint, height, name, cancel);
            cancel.ThrowIfCancellationRequested();
            if (reading is not null) return (reading, null);
            if (failure is { } failed && (worst is not { } before || Weight(failed) > Weight(before))) worst = failed;
        }
        return (null, worst);
    }

    public async Task<(NamespaceReading? Reading, CallFailure? Failure)> ReadAsync(NodeCalls endpoint, ulong height, Namespace name, CancellationToken cancel)
    {
        (NamespaceReading? reading, CallFailure? failure) = await ProveAsync(endpoint, height, name, cancel);
        if (failure is { } failed)
        {
            pool.Failed(endpoint, failed);
            if (failed.Failure.IsProvedWrong) metrics.ProvedWrong(failed.Failure.Code);
        }
        else
        {
            pool.Succeeded(endpoint);
        }
        return (reading, failure);
    }

    private async Task<(NamespaceReading? Reading, CallFailure? Failure)> ProveAsync(NodeCalls endpoint, ulong height, Namespace name, CancellationToken cancel)
    {
        (ExtendedHeader? header, CallFailure? failure) = await headers.GetAsync(height, endpoint, cancel);
        if (header is null) return (null, failure);
        // The header alone proves absence where no row spans the namespace.
        IReadOnlyList<NamespaceRow>? rows = [];
        if (NamespaceVerifier.RowsSpanning(header.Dah, name).Count > 0)
        {
            (rows, failure) = await endpoint.NamespaceRowsAsync(header, name, cancel);
            if (rows is null) return (null, failure);
        }
        DaVerdict verdict = NamespaceVerifier.Verify(header.Dah, name, rows, out VerifiedNamespace? found);
        if (found is null) return (null, new CallFailure(DaFailure.Of(verdict, endpoint.Name), null, true));
        return (found.Blobs.Count == 0 ? new NamespaceReading.ProvenAbsent(header) : new NamespaceReading.Present(found.Blobs, header), null);
    }

    /// <summary>Which failure tells most: a lie, then what one endpoint says of the height, then what is wrong with an endpoint.</summary>
    private static int Weight(CallFailure failure) => failure switch
    {
        { Failure.IsProvedWrong: true } => 4,
        { Fault: CallFault.IncompleteNamespace or CallFault.Syncing } => 3,
        { Fault: CallFault.Pruned } => 2,
        { Fault: CallFault.FutureHeight } => 1,
        { Action: CallAction.Retry } => 3, // it may have the height: worth another attempt
        _ => 0,
    };
}
