using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Gossip;

/// <summary>What a gossip sent and received since it was made, for metrics and the simulator.</summary>
public sealed class GossipCounters
{
    private const int Kinds = (int)PeerMessageKind.Evidence + 1;

    private readonly ulong[] _messagesSent = new ulong[Kinds], _bytesSent = new ulong[Kinds];
    private readonly ulong[] _messagesReceived = new ulong[Kinds], _bytesReceived = new ulong[Kinds];

    /// <summary>Votes and parts received that were here already.</summary>
    public ulong DuplicateVotes { get; internal set; }

    public ulong DuplicateParts { get; internal set; }

    public ulong VotesReceived { get; internal set; }

    public ulong PartsReceived { get; internal set; }

    public ulong MessagesSent(PeerMessageKind kind) => _messagesSent[(int)kind];

    public ulong BytesSent(PeerMessageKind kind) => _bytesSent[(int)kind];

    public ulong MessagesReceived(PeerMessageKind kind) => _messagesReceived[(int)kind];

    public ulong BytesReceived(PeerMessageKind kind) => _bytesReceived[(int)kind];

    internal void Sent(PeerMessage message, int bytes) => Add(_messagesSent, _bytesSent, message, bytes);

    internal void Received(PeerMessage message) => Add(_messagesReceived, _bytesReceived, message, PeerMessageCodec.Length(message));

    private static void Add(ulong[] messages, ulong[] bytes, PeerMessage message, int length)
    {
        int kind = (int)PeerMessageCodec.Kind(message);
        messages[kind]++;
        bytes[kind] += (ulong)length;
    }
}
