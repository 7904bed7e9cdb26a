using Dsdn.Consensus.Peers;

namespace Dsdn.Node.Validation;

/// <summary>A message that goes to many peers is encoded once.</summary>
internal sealed class MessageEncoder
{
    private PeerMessage? _last;
    private (PeerLane Lane, ReadOnlyMemory<byte> Bytes) _encoded;

    public (PeerLane Lane, ReadOnlyMemory<byte> Bytes) Encode(PeerMessage message)
    {
        if (ReferenceEquals(message, _last)) return _encoded;
        _last = message;
        return _encoded = EncodeOne(message);
    }

    public static (PeerLane Lane, ReadOnlyMemory<byte> Bytes) EncodeOne(PeerMessage message) => (PeerMessageCodec.Lane(message), PeerMessageCodec.Encode(message));
}
