using Dsdn.Consensus.Peers;

namespace Dsdn.Simulator.Network;

/// <summary>A message on its way: encoded once however many get it, and decoded once by the production codec.</summary>
internal sealed class WireMessage
{
    private PeerMessage? _decoded;
    private PeerDecodeError _error;
    private bool _isDecoded;

    public WireMessage(PeerMessage message) : this(PeerMessageCodec.Encode(message), PeerMessageCodec.Lane(message), message is PeerMessage.Status)
    {
    }

    public WireMessage(byte[] bytes, PeerLane lane, bool isStatus) => (Bytes, Lane, IsStatus) = (bytes, lane, isStatus);

    public byte[] Bytes { get; }

    public PeerLane Lane { get; }

    public bool IsStatus { get; }

    public bool TryDecode(out PeerMessage? message, out PeerDecodeError error)
    {
        if (!_isDecoded) PeerMessageCodec.TryDecode(Bytes, Lane, out _decoded, out _error);
        _isDecoded = true;
        (message, error) = (_decoded, _error);
        return message is not null;
    }
}
