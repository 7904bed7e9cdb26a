using Dsdn.Celestia.Rpc;
using Dsdn.CelestiaClient.Observability;
using Dsdn.CelestiaClient.Reading;
using Dsdn.CelestiaClient.Transport;

namespace Dsdn.CelestiaClient.Health;

/// <summary>Asks all endpoints how they do, by what a read token may ask.</summary>
internal sealed class HealthProbe(CelestiaOptions options, EndpointPool pool, HeadReader heads, BalanceReader balances, DaMetrics metrics)
{
    /// <summary>A light node that samples so many blocks behind its head no longer vouches for the data.</summary>
    private const ulong SamplingLagMax = 100;

    public async Task<DaHealth> ProbeAsync(CancellationToken cancel)
    {
        Task<DaBalance> balance = balances.ReadAsync(cancel);
        (DaHead? Head, EndpointHealth Health)[] probed = await Task.WhenAll(pool.All.Select(endpoint => ProbeAsync(endpoint, cancel)));
        cancel.ThrowIfCancellationRequested();
        ulong best = probed.Max(static one => one.Health.HeadHeight);
        List<EndpointHealth> endpoints = [];
        foreach ((_, EndpointHealth health) in probed)
        {
            ulong lag = health.CanRead ? best - health.HeadHeight : 0;
            IReadOnlyList<DaFailure> failures = lag <= (ulong)options.LagBlocksMax ? health.Failures
                : [.. health.Failures, new DaFailure(DaCodes.Lagging, $"{lag} blocks behind", health.Endpoint)];
            if (health.CanRead) metrics.EndpointSeen(health.Endpoint, isUp: true, lag);
            endpoints.Add(health with { LagBlocks = lag, Failures = failures });
        }
        EndpointHealth? first = endpoints.Where(static one => one.CanRead).OrderByDescending(static one => one.HeadHeight).ThenBy(static one => one.LatencyMs).FirstOrDefault();
        return new DaHealth(endpoints, first?.LatencyMs ?? 0, first?.HeadHeight ?? 0, first?.HeadAgeMs ?? 0, await balance);
    }

    private async Task<(DaHead? Head, EndpointHealth Health)> ProbeAsync(NodeCalls endpoint, CancellationToken cancel)
    {
        (DaHead? head, CallFailure? failure, ulong latency) = await heads.ReadAsync(endpoint, cancel);
        if (head is null) return (null, new EndpointHealth(endpoint.Name, 0, 0, 0, 0, 0, false, 0, failure is { } failed ? [failed.Failure] : []));
        List<DaFailure> failures = [];
        if (heads.IsOld(head)) failures.Add(new DaFailure(DaCodes.HeadOld, $"the newest header is {head.AgeMs / 1000} s old", endpoint.Name));
        (SyncState? sync, CallFailure? unsynced) = await endpoint.SyncStateAsync(cancel);
        if (unsynced is { } noSync) failures.Add(noSync.Failure);
        if (sync is { IsSynced: false }) failures.Add(new DaFailure(DaCodes.Lagging, $"syncs at {sync.Height} of {sync.ToHeight}", endpoint.Name));
        if (sync is { Error.Length: > 0 }) failures.Add(new DaFailure(DaCodes.Lagging, sync.Error, endpoint.Name));
        (SamplingStats? sampling, _) = await endpoint.SamplingAsync(cancel); // a bridge node does not sample
        if (sampling is not null && (!sampling.IsRunning || (sampling.IsCaughtUp && sampling.NetworkHead > sampling.SampledHead + SamplingLagMax)))
            failures.Add(new DaFailure(DaCodes.NotSampling, sampling.IsRunning ? $"sampled {sampling.SampledHead} of {sampling.NetworkHead}" : "sampling does not run", endpoint.Name));
        return (head, new EndpointHealth(endpoint.Name, latency, head.Height, head.AgeMs, 0, sync?.ToHeight ?? 0, sync?.IsSynced ?? false, sampling?.SampledHead ?? 0, failures));
    }
}
