using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Shares;
using Dsdn.Chain.Primitives;
using Dsdn.CelestiaClient.Observability;

namespace Dsdn.CelestiaClient;

/// <summary>Celestia through one or several nodes of which nothing is believed that can be proved. Safe for concurrent use.</summary>
public sealed class CelestiaNode : IAsyncDisposable
{
    public CelestiaNode(CelestiaOptions options, TimeProvider? clock = null)
    {
        Options = options;
        Clock = clock ?? TimeProvider.System;
        Metrics = new DaMetrics();
    }

    public CelestiaOptions Options { get; }

    public DaMetrics Metrics { get; }

    internal TimeProvider Clock { get; }

    public Task<SubmitOutcome> SubmitAsync(IReadOnlyList<Blob> blobs, CancellationToken cancel) => throw new NotSupportedException();

    public Task<NamespaceReading> ReadAsync(ulong height, Namespace name, CancellationToken cancel) => throw new NotSupportedException();

    public Task<FindOutcome> FindAsync(Namespace name, IReadOnlyCollection<Hash256> commitments, ulong from, ulong to, CancellationToken cancel) => throw new NotSupportedException();

    public Task<DaHead> HeadAsync(CancellationToken cancel) => throw new NotSupportedException();

    public Task<DaHealth> ProbeAsync(CancellationToken cancel) => throw new NotSupportedException();

    public Task<DaBalance> BalanceAsync(CancellationToken cancel) => throw new NotSupportedException();

    public IAsyncEnumerable<ulong> HeightsAsync(ulong after, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
