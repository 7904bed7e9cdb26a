using Dsdn.Consensus.Peers;

namespace Dsdn.Node.Validation;

/// <summary>The links to other nodes as the shell uses them.</summary>
public interface IPeerLinks
{
    /// <summary>Queues; never waits. A peer that does not read is disconnected.</summary>
    void Send(PeerId to, PeerLane lane, ReadOnlyMemory<byte> message);

    void Ban(PeerId peer, ulong untilMs, string reason);

    /// <summary>True: the message was about addresses, and is dealt with.</summary>
    bool TryHandle(PeerId from, PeerMessage message);
}

/// <summary>Who is told of peers and their messages. Called on threads of the network.</summary>
public interface IPeerSink
{
    void OnPeerUp(PeerId peer);

    void OnPeerGone(PeerId peer);

    /// <summary>The peer is read on when the task is complete.</summary>
    ValueTask OnPeerMessageAsync(PeerId from, PeerLane lane, ReadOnlyMemory<byte> bytes);
}

/// <summary>A node alone.</summary>
public sealed class NoPeers : IPeerLinks
{
    public void Send(PeerId to, PeerLane lane, ReadOnlyMemory<byte> message)
    {
    }

    public void Ban(PeerId peer, ulong untilMs, string reason)
    {
    }

    public bool TryHandle(PeerId from, PeerMessage message) => false;
}
