using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Shares;
using Dsdn.CelestiaClient.Headers;
using Dsdn.CelestiaClient.Health;
using Dsdn.CelestiaClient.Observability;
using Dsdn.CelestiaClient.Reading;
using Dsdn.CelestiaClient.Submitting;
using Dsdn.CelestiaClient.Transport;
using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient;

/// <summary>
/// Celestia through one or several nodes of which nothing is believed that can be proved. Safe for concurrent use; use one for an account, so that one
/// submit is under way at a time. What fails is an outcome with a stable code; only the caller's own cancellation throws.
/// </summary>
public sealed class CelestiaNode : IAsyncDisposable
{
    private readonly List<EndpointClient> _clients = [];
    private readonly EndpointPool _pool;
    private readonly HeaderChain _headers;
    private readonly HeadReader _heads;
    private readonly NamespaceReader _reader;
    private readonly Submitter _submitter;
    private readonly BalanceReader _balances;
    private readonly HealthProbe _probe;
    private readonly HeightFollower _follower;
    private readonly HeightSubscription _subscription;
    private int _isDisposed;

    /// <param name="options">Of at least one endpoint.</param>
    /// <param name="clock">Null: the machine's.</param>
    public CelestiaNode(CelestiaOptions options, TimeProvider? clock = null)
    {
        TimeProvider time = clock ?? TimeProvider.System;
        Options = options;
        Metrics = new DaMetrics(time);
        foreach (CelestiaEndpoint endpoint in options.Endpoints) _clients.Add(new EndpointClient(endpoint, options.Timeouts, Metrics));
        _pool = new EndpointPool([.. _clients.Select(client => new NodeCalls(client, options))], options.LagBlocksMax, time);
        _headers = new HeaderChain(options, time);
        _heads = new HeadReader(options, _pool, _headers, Metrics, time);
        _reader = new NamespaceReader(options, _pool, _headers, Metrics, time);
        _balances = new BalanceReader(_pool, Metrics);
        _probe = new HealthProbe(options, _pool, _heads, _balances, Metrics);
        var inclusion = new InclusionCheck(options, _reader, _headers.Pace, Metrics, time);
        _submitter = new Submitter(options, _pool, _headers, _heads, inclusion, new FeeObserver(Metrics), Metrics, time);
        var wakeUps = new WakeUps();
        _subscription = new HeightSubscription(options, _pool, _headers.Pace, wakeUps, Metrics, time);
        _follower = new HeightFollower(_heads, _headers.Pace, wakeUps, time);
    }

    public CelestiaOptions Options { get; }

    public DaMetrics Metrics { get; }

    /// <summary>Empty until a header was trusted, unless the options name it.</summary>
    public string ChainId => _headers.ChainId;

    /// <summary>How long blocks take, as measured.</summary>
    public ulong BlockMs => _headers.Pace.BlockMs;

    internal EndpointPool Pool => _pool;

    internal HeaderChain Headers => _headers;

    internal HeadReader Heads => _heads;

    internal NamespaceReader Reader => _reader;

    /// <summary>Publishes blobs in one transaction: all or none of them. Waits for those before it.</summary>
    /// <exception cref="OperationCanceledException">cancelled before anything was sent; afterwards the outcome is unknown</exception>
    public Task<SubmitOutcome> SubmitAsync(IReadOnlyList<Blob> blobs, CancellationToken cancel) => _submitter.SubmitAsync(blobs, cancel);

    /// <summary>All blobs of a namespace at a height, or the proof that there are none, or why that is not known.</summary>
    public Task<NamespaceReading> ReadAsync(ulong height, Namespace name, CancellationToken cancel) => _reader.ReadAsync(height, name, cancel);

    /// <summary>Searches the heights from <paramref name="from"/> to <paramref name="to"/>, both included, for commitments. Ends early when all are found.</summary>
    public Task<FindOutcome> FindAsync(Namespace name, IReadOnlyCollection<Hash256> commitments, ulong from, ulong to, CancellationToken cancel) =>
        BlobFinder.FindAsync(height => _reader.ReadAsync(height, name, cancel), commitments, from, to);

    /// <summary>The newest header, from an endpoint whose head is young, or else the best of all.</summary>
    public Task<DaHead> HeadAsync(CancellationToken cancel) => _heads.ReadAsync(cancel);

    public Task<DaHealth> ProbeAsync(CancellationToken cancel) => _probe.ProbeAsync(cancel);

    public Task<DaBalance> BalanceAsync(CancellationToken cancel) => _balances.ReadAsync(cancel);

    /// <summary>Every height above <paramref name="after"/>, each once and in order, as it comes to be. Survives outages: it ends only by cancellation.</summary>
    public IAsyncEnumerable<ulong> HeightsAsync(ulong after, CancellationToken cancel)
    {
        _subscription.Start();
        return _follower.FollowAsync(after, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        await _subscription.DisposeAsync();
        _headers.Dispose();
        _submitter.Dispose();
        foreach (EndpointClient client in _clients) client.Dispose();
        Metrics.Dispose();
    }
}
