using System.Collections.Concurrent;
using System.Net;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network;
using Dsdn.Consensus.Network.Addresses;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Peers;

namespace Dsdn.Network.Tests;

/// <summary>A node's network on loopback that remembers what it was told.</summary>
internal sealed class TestPeer : IPeerObserver, IAsyncDisposable
{
    public static readonly ChainIdentity Chain = new(4_242, new Hash256(Enumerable.Repeat((byte)7, 32).ToArray()));
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<string> _events = new();
    private readonly ConcurrentQueue<string> _logs = new();
    private readonly SemaphoreSlim _changed = new(0);

    private TestPeer(NodeIdentity identity, PeerNetworkOptions options, ChainIdentity chain, TimeProvider? clock) =>
        (Identity, Network) = (identity, new PeerNetwork(identity, chain, options, this, clock, new TestLogs(TestContext.Current.TestOutputHelper, _logs)));

    public IReadOnlyList<string> Logs => [.. _logs];

    public NodeIdentity Identity { get; }

    public PeerNetwork Network { get; }

    public PeerId Id => Identity.Id;

    public ConcurrentQueue<(PeerId From, byte[] Bytes)> Received { get; } = new();

    public IReadOnlyList<string> Events => [.. _events];

    /// <summary>Runs for each message before it is remembered.</summary>
    public Func<PeerId, ReadOnlyMemory<byte>, ValueTask>? OnMessage { get; set; }

    public PeerEndpoint Endpoint => new("127.0.0.1", (ushort)Network.Port, Id);

    public static PeerNetworkOptions Listening => new() { ListenAddress = IPAddress.Loopback, AllowPrivateAddresses = true, OutboundPeersTarget = 0, ExchangesAddresses = false };

    public static PeerNetworkOptions DialOnly(params PeerEndpoint[] persistent) => new() { Persistent = persistent, AllowPrivateAddresses = true, OutboundPeersTarget = 0, ExchangesAddresses = false };

    public static async Task<TestPeer> StartAsync(PeerNetworkOptions? options = null, NodeIdentity? identity = null, ChainIdentity? chain = null, TimeProvider? clock = null)
    {
        TestPeer peer = new(identity ?? NodeIdentity.Create(), options ?? Listening, chain ?? Chain, clock);
        await peer.Network.StartAsync();
        return peer;
    }

    /// <summary>Two nodes whose ids are in order.</summary>
    public static (NodeIdentity Lower, NodeIdentity Higher) Ordered()
    {
        NodeIdentity one = NodeIdentity.Create(), two = NodeIdentity.Create();
        return one.Id.CompareTo(two.Id) < 0 ? (one, two) : (two, one);
    }

    void IPeerObserver.PeerUp(PeerId peer) => Note($"up {peer}");

    void IPeerObserver.PeerGone(PeerId peer) => Note($"gone {peer}");

    async ValueTask IPeerObserver.Message(PeerId peer, PeerLane lane, ReadOnlyMemory<byte> message)
    {
        if (PeerMessageCodec.TryDecode(message.Span, lane, out PeerMessage? decoded, out _) && Network.TryHandle(peer, decoded)) return;
        if (OnMessage is { } before) await before(peer, message);
        Received.Enqueue((peer, message.ToArray()));
        _changed.Release();
    }

    public Task IsUp(TestPeer other) => Until(() => Events.LastOrDefault(text => text.EndsWith($"{other.Id}", StringComparison.Ordinal)) == $"up {other.Id}");

    public Task IsGone(TestPeer other) => Until(() => Events.LastOrDefault(text => text.EndsWith($"{other.Id}", StringComparison.Ordinal)) == $"gone {other.Id}");

    /// <summary>Waits for a condition that events or messages bring about.</summary>
    public async Task Until(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition())
        {
            if (limit.IsCancellationRequested) Assert.Fail($"waited {Patience} in vain; events: {string.Join(", ", Events)}; {Received.Count} messages");
            await _changed.WaitAsync(TimeSpan.FromMilliseconds(20));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Network.DisposeAsync();
        _changed.Dispose();
    }

    private void Note(string text)
    {
        _events.Enqueue(text);
        _changed.Release();
    }
}
