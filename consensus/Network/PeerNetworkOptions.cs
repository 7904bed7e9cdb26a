using System.Net;
using Dsdn.Consensus.Network.Addresses;

namespace Dsdn.Consensus.Network;

/// <summary>How many peers, from where, and what each may cost.</summary>
public sealed record PeerNetworkOptions
{
    /// <summary>Null: dials only.</summary>
    public IPAddress? ListenAddress { get; init; }

    /// <summary>0: any free one, see <see cref="PeerNetwork.Port"/>.</summary>
    public int ListenPort { get; init; }

    /// <summary>Always kept connected, beyond every count.</summary>
    public IReadOnlyList<PeerEndpoint> Persistent { get; init; } = [];

    /// <summary>Asked for addresses while too few peers are connected, and left once there are enough.</summary>
    public IReadOnlyList<PeerEndpoint> Seeds { get; init; } = [];

    /// <summary>Peers, without seeds, that are enough to leave the seeds to others.</summary>
    public int EnoughPeers => Math.Min(OutboundPeersTarget, 4);

    /// <summary>Where addresses and bans are kept. Null: in memory only.</summary>
    public string? AddressFile { get; init; }

    /// <summary>Ask peers for addresses, and answer them.</summary>
    public bool ExchangesAddresses { get; init; } = true;

    /// <summary>Keep and pass on addresses of private networks and loopback; for devnets.</summary>
    public bool AllowPrivateAddresses { get; init; }

    public int InboundPeersMax { get; init; } = 64;

    /// <summary>The node dials addresses it knows until it has so many links that it dialled.</summary>
    public int OutboundPeersTarget { get; init; } = 16;

    public int DialsAtOnceMax { get; init; } = 8;

    /// <summary>A link is two connections.</summary>
    public int ConnectionsPerIpMax { get; init; } = 64;

    public int FastQueueBytesMax { get; init; } = 8 * 1024 * 1024;

    public int BulkQueueBytesMax { get; init; } = 96 * 1024 * 1024;

    public int FastBytesPerSecondMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>Above it a peer is slowed, not refused.</summary>
    public int BulkBytesPerSecondMax { get; init; } = 128 * 1024 * 1024;

    /// <summary>Of each lane.</summary>
    public int MessagesPerSecondMax { get; init; } = 20_000;

    /// <summary>How long a peer may take what is sent to it, with nothing getting through, before it is disconnected.</summary>
    public int SendStallMsMax { get; init; } = 15_000;

    /// <summary>For dialling, both handshakes, and for the second connection of a link to follow the first.</summary>
    public int LinkTimeoutMs { get; init; } = 5_000;

    public int PingIntervalMs { get; init; } = 2_000;

    /// <summary>A peer that leaves a ping unanswered for so long is gone.</summary>
    public int PongTimeoutMs { get; init; } = 20_000;

    public int ExchangeIntervalMs { get; init; } = 30_000;

    public int RedialMsMin { get; init; } = 250;

    public int RedialMsMax { get; init; } = 15_000;

    /// <summary>For flooding and for bytes that are no frames.</summary>
    public int ViolationBanMs { get; init; } = 60_000;
}
