using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network;
using Dsdn.Consensus.Network.Addresses;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Peers;
using Dsdn.Genesis;
using Dsdn.Node.Configuration;
using Dsdn.Node.Observability;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Validation;

/// <summary>Joins the links of <see cref="PeerNetwork"/> with the replica, and remembers where each peer says it stands.</summary>
public sealed class PeerLinks : IPeerLinks, IPeerObserver, IAsyncDisposable
{
    private readonly NodeIdentity _identity;
    private readonly PeerNetwork _network;
    private readonly ConcurrentDictionary<PeerId, ulong> _heads = new();
    private readonly string? _listen;

    public PeerLinks(NodeOptions options, DataFolder folder, ulong chainId, Hash256 genesisHash, ILoggerFactory logs)
    {
        _identity = new NodeIdentity(NodeKeyFile.OpenOrCreate(folder.NodeKey, NodeKeyFile.PasswordOf(options)));
        _listen = options.P2p is { } p2p ? string.Create(CultureInfo.InvariantCulture, $"{p2p.Host}:{p2p.Port}") : null;
        var network = new PeerNetworkOptions
        {
            ListenAddress = options.P2p is { } listen ? Address(listen.Host) : null,
            ListenPort = options.P2p?.Port ?? 0,
            Persistent = [.. options.Peers.Select(static text => PeerEndpoint.TryParse(text, out PeerEndpoint? peer) ? peer : throw new ConfigurationException($"--peers: '{text}'"))],
            Seeds = [.. options.Seeds.Select(static text => PeerEndpoint.TryParse(text, out PeerEndpoint? seed) ? seed : throw new ConfigurationException($"--seeds: '{text}'"))],
            AddressFile = folder.PeerAddresses,
            AllowPrivateAddresses = !GenesisTemplates.IsPublic(chainId),
        };
        _network = new PeerNetwork(_identity, new ChainIdentity(chainId, genesisHash), network, this, TimeProvider.System, logs);
    }

    public PeerId Self => _identity.Id;

    public string? Listen => _listen;

    public int Count => _network.Snapshot().Count;

    /// <summary>Who is told of peers and messages. Set before <see cref="StartAsync"/>.</summary>
    public IPeerSink? Sink { get; set; }

    public Task StartAsync() => _network.StartAsync();

    public void Send(PeerId to, PeerLane lane, ReadOnlyMemory<byte> message) => _network.Send(to, lane, message);

    public void Ban(PeerId peer, ulong untilMs, string reason) => _network.Ban(peer, untilMs, reason);

    public void PeerUp(PeerId peer) => Sink?.OnPeerUp(peer);

    public void PeerGone(PeerId peer)
    {
        _heads.TryRemove(peer, out _);
        Sink?.OnPeerGone(peer);
    }

    public ValueTask Message(PeerId peer, PeerLane lane, ReadOnlyMemory<byte> message) => Sink?.OnPeerMessageAsync(peer, lane, message) ?? default;

    /// <summary>Peer exchange stays here; true: the message was for it.</summary>
    public bool TryHandle(PeerId from, PeerMessage message)
    {
        if (message is PeerMessage.Status status) _heads[from] = status.DecidedHeight;
        return _network.TryHandle(from, message);
    }

    public IReadOnlyList<PeerStatus> Peers() => [.. _network.Snapshot().Select(peer => new PeerStatus(
        peer.Id.Key, peer.Address, peer.IsOutbound, _heads.TryGetValue(peer.Id, out ulong head) ? head : null, (ulong?)peer.RoundTripUs,
        (ulong)peer.BytesIn, (ulong)peer.BytesOut, (ulong)peer.ConnectedMs))];

    public async ValueTask DisposeAsync()
    {
        await _network.DisposeAsync();
        _identity.Dispose();
    }

    private static IPAddress Address(string host) =>
        host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(host, out IPAddress? address) ? address : throw new ConfigurationException($"--p2p: '{host}' is not an IP address or localhost");
}
