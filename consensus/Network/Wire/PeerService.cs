using Dsdn.Consensus.Peers;
using Dsdn.Grpc;

namespace Dsdn.Consensus.Network.Wire;

/// <summary>The service of peer.proto and the headers that open a call of it.</summary>
internal static class PeerService
{
    public const string Name = "dsdn.peer.v1.Peer";

    /// <summary>Of what is said over a link. A peer with another one is refused by name.</summary>
    public const string ProtocolVersion = "1";

    public const string ProtocolHeader = "dsdn-protocol";

    /// <summary>16 random bytes of the dialler, equal in both calls of a link.</summary>
    public const string LinkHeader = "dsdn-link-bin";

    /// <summary>The port that the dialler listens on; missing where it does not.</summary>
    public const string ListenHeader = "dsdn-listen-port";

    public const int LinkIdBytes = 16;

    public static readonly GrpcMethod<PeerFrame, PeerFrame> Fast = Method(PeerLane.Fast, PeerLimits.FastMessageBytesMax);
    public static readonly GrpcMethod<PeerFrame, PeerFrame> Bulk = Method(PeerLane.Bulk, PeerLimits.BulkMessageBytesMax);

    public static GrpcMethod<PeerFrame, PeerFrame> Of(PeerLane lane) => lane == PeerLane.Fast ? Fast : Bulk;

    public static int MessageBytesMax(PeerLane lane) => lane == PeerLane.Fast ? PeerLimits.FastMessageBytesMax : PeerLimits.BulkMessageBytesMax;

    private static GrpcMethod<PeerFrame, PeerFrame> Method(PeerLane lane, int messageBytesMax) =>
        new(GrpcMethodKind.Duplex, Name, lane.ToString(), PeerFrame.Marshaller, PeerFrame.Marshaller)
        {
            MessageBytesMax = messageBytesMax + PeerFrame.OverheadBytesMax,
        };
}
