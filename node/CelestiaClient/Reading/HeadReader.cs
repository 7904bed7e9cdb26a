using Dsdn.Celestia.Headers;
using Dsdn.CelestiaClient.Headers;
using Dsdn.CelestiaClient.Observability;
using Dsdn.CelestiaClient.Transport;

namespace Dsdn.CelestiaClient.Reading;

/// <summary>Finds the newest header: from the first endpoint that has a young one, or else the best of all.</summary>
internal sealed class HeadReader(CelestiaOptions options, EndpointPool pool, HeaderChain headers, DaMetrics metrics, TimeProvider clock)
{
    public async Task<DaHead> ReadAsync(CancellationToken cancel)
    {
        DaHead? best = null;
        DaFailure last = new(DaCodes.Configuration, "no endpoint");
        foreach (NodeCalls endpoint in pool.InOrder())
        {
            (DaHead? head, CallFailure? failure, _) = await ReadAsync(endpoint, cancel);
            cancel.ThrowIfCancellationRequested();
            if (failure is { } failed && (!last.IsProvedWrong || failed.Failure.IsProvedWrong)) last = failed.Failure;
            if (head is null) continue;
            if (best is null || head.Height > best.Height) best = head;
            if (!IsOld(head)) break;
        }
        return best ?? DaHead.Unknown(last);
    }

    /// <returns>With how long the endpoint took to answer.</returns>
    public async Task<(DaHead? Head, CallFailure? Failure, ulong LatencyMs)> ReadAsync(NodeCalls endpoint, CancellationToken cancel)
    {
        long started = clock.GetTimestamp();
        (ExtendedHeader? given, CallFailure? failure) = await endpoint.HeadAsync(cancel);
        ulong latency = (ulong)clock.GetElapsedTime(started).TotalMilliseconds;
        ExtendedHeader? header = null;
        if (given is not null) (header, failure) = await headers.AcceptAsync(given, endpoint, cancel);
        if (header?.Header.DataHash is not { } dataRoot)
        {
            if (failure is { } failed && failed.Failure.Code != DaCodes.Cancelled)
            {
                pool.Failed(endpoint, failed);
                metrics.EndpointSeen(endpoint.Name, isUp: false, lag: 0);
                if (failed.Failure.IsProvedWrong) metrics.ProvedWrong(failed.Failure.Code);
            }
            return (null, failure, latency);
        }
        ulong time = header.Header.Time.UnixMs, now = (ulong)Math.Max(0, clock.GetUtcNow().ToUnixTimeMilliseconds());
        pool.HeadSeen(endpoint, header.Height);
        metrics.EndpointSeen(endpoint.Name, isUp: true, pool.Lag(endpoint));
        metrics.HeadSeen(header.Height, time, headers.Pace.BlockMs);
        return (new DaHead(header.Height, time, now > time ? now - time : 0, dataRoot, DaFailure.None), null, latency);
    }

    public bool IsOld(DaHead head) => head.AgeMs > (ulong)options.HeadAgeBlocksMax * headers.Pace.BlockMs;
}
