using System.Collections.Concurrent;
using Dsdn.Consensus.Network.Addresses;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Peers;
using Microsoft.Extensions.Logging;

namespace Dsdn.Consensus.Network.Links;

/// <summary>Decides whom to dial and when: persistent peers always, known addresses up to the wanted number, seeds where nothing is known. One dial at a time for each address, with growing pauses.</summary>
internal sealed partial class Dialer(
    PeerNetworkOptions options, TimeProvider clock, PeerId self, LinkTable links, AddressBook book, Func<PeerId, PeerBan?> findBan, Func<OutboundLink> newLink,
    PeerNetworkMetrics metrics, ILogger log)
{
    /// <summary>A link that lived so long was a good one: its address starts again with the shortest pause.</summary>
    private const int GoodLinkMs = 10_000;

    private readonly ConcurrentDictionary<string, Target> _targets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private int _dialling;

    public int? ListenPort { get; set; }

    /// <summary>Starts what is due.</summary>
    public void Tick(CancellationToken stopping)
    {
        foreach (PeerEndpoint endpoint in options.Persistent) TryDial(endpoint, stopping);
        int missing = options.OutboundPeersTarget - links.All.Count(link => link.IsOutbound);
        if (missing > 0)
        {
            IReadOnlyList<KnownAddress> candidates = book.Sample(missing, known => known.Address.Id != self && !IsSeed(Endpoint(known.Address)) && links.Find(known.Address.Id) is null && IsDue(Endpoint(known.Address)));
            foreach (KnownAddress known in candidates) TryDial(Endpoint(known.Address), stopping);
            if (links.Count < options.EnoughPeers && candidates.Count == 0)
                foreach (PeerEndpoint seed in options.Seeds) TryDial(seed, stopping);
        }
        Forget();
    }

    /// <summary>One that is only asked for addresses.</summary>
    public bool IsSeed(PeerEndpoint endpoint) => options.Seeds.Any(seed => Is(seed, endpoint)) && !options.Persistent.Any(kept => Is(kept, endpoint));

    public Task StopAsync() => Task.WhenAll(_running.Keys);

    private static bool Is(PeerEndpoint named, PeerEndpoint endpoint) => named.Address == endpoint.Address || (named.Id is { } id && id == endpoint.Id);

    private static PeerEndpoint Endpoint(PeerAddress address) => new(address.Host, address.Port, address.Id);

    private bool IsDue(PeerEndpoint endpoint) =>
        !_targets.TryGetValue(endpoint.Address, out Target? target) || (!target.IsDialling && clock.GetUtcNow() >= target.NextAt);

    private void TryDial(PeerEndpoint endpoint, CancellationToken stopping)
    {
        if (_dialling >= options.DialsAtOnceMax || endpoint.Id == self || !IsDue(endpoint)) return;
        Target target = _targets.GetOrAdd(endpoint.Address, _ => new Target());
        PeerId? expected = endpoint.Id ?? target.Answered;
        if (expected == self || (expected is { } id && (links.Find(id) is not null || findBan(id) is not null))) return;
        target.IsDialling = true;
        Interlocked.Increment(ref _dialling);
        Task dial = DialAsync(endpoint, target, stopping);
        _running[dial] = true;
        _ = dial.ContinueWith(done => _running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task DialAsync(PeerEndpoint endpoint, Target target, CancellationToken stopping)
    {
        await Task.Yield();
        if (endpoint.Id is { } expected) links.Dialling(expected, true);
        bool isSetUp = false;
        long connectedAt = 0;
        try
        {
            DialResult result = await newLink().RunAsync(endpoint, ListenPort, peer =>
            {
                isSetUp = true;
                connectedAt = clock.GetTimestamp();
                SetUpDone(endpoint);
                target.Answered = peer;
                book.Reached(new PeerAddress(peer, endpoint.Host, endpoint.Port), (ulong)clock.GetUtcNow().ToUnixTimeMilliseconds());
            }, stopping);
            if (isSetUp && clock.GetElapsedTime(connectedAt).TotalMilliseconds >= GoodLinkMs) target.Failures = 0;
            else target.Failures++;
            if (result.Failure is { } failure) Failed(endpoint, target, result, failure);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ArgumentException)
        {
            target.Failures++;
            DialFailed(endpoint.Address, e.Message);
        }
        finally
        {
            if (!isSetUp) SetUpDone(endpoint);
            target.NextAt = clock.GetUtcNow() + Pause(target.Failures);
            target.IsDialling = false;
        }
    }

    private void SetUpDone(PeerEndpoint endpoint)
    {
        Interlocked.Decrement(ref _dialling);
        if (endpoint.Id is { } expected) links.Dialling(expected, false);
    }

    private void Failed(PeerEndpoint endpoint, Target target, DialResult result, string failure)
    {
        DialFailed(endpoint.Address, failure);
        if (result.Refused != BindingError.None) metrics.HandshakeRefused(result.Refused);
        if (result.Refused == BindingError.Self) target.Answered = self;
        if (result.Peer is { } peer && links.Find(peer) is not null) target.Answered = peer;
        else if (endpoint.Id is { } id) book.Failed(id);
    }

    /// <summary>Doubles from the shortest to the longest pause; up to a quarter is random, so that two that dial each other drift apart.</summary>
    private TimeSpan Pause(int failures)
    {
        double ms = Math.Min(options.RedialMsMin * Math.Pow(2, Math.Min(failures - 1, 16)), options.RedialMsMax);
        return TimeSpan.FromMilliseconds(Math.Max(ms, options.RedialMsMin) * (1 + (Random.Shared.NextDouble() / 4)));
    }

    /// <summary>Addresses that came from elsewhere are remembered only while they pause.</summary>
    private void Forget()
    {
        if (_targets.Count <= AddressBook.AddressesMax) return;
        foreach ((string address, Target target) in _targets)
            if (!target.IsDialling && clock.GetUtcNow() >= target.NextAt) _targets.TryRemove(address, out _);
    }

    private sealed class Target
    {
        public volatile bool IsDialling;

        public int Failures { get; set; }

        public DateTimeOffset NextAt { get; set; }

        /// <summary>Who answered last at an address without an id.</summary>
        public PeerId? Answered { get; set; }
    }

    [LoggerMessage(EventId = 20, Level = LogLevel.Debug, Message = "dial failed {Address} why {Reason}")]
    private partial void DialFailed(string address, string reason);
}
