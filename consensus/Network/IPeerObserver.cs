using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Network;

/// <summary>
/// What the node does with its links. Called on threads of the network. <see cref="PeerUp"/> and <see cref="PeerGone"/> alternate for a
/// peer and must return at once; messages of the two lanes of a peer may arrive at the same time, and one that is
/// already on its way may arrive just after <see cref="PeerGone"/>.
/// </summary>
public interface IPeerObserver
{
    /// <summary>Both lanes of the link are open.</summary>
    void PeerUp(PeerId peer);

    void PeerGone(PeerId peer);

    /// <summary>The next message of that lane is read when the task is complete: an observer that is busy slows the peer, not the node.</summary>
    /// <param name="message">The observer's to keep.</param>
    ValueTask Message(PeerId peer, PeerLane lane, ReadOnlyMemory<byte> message);
}
