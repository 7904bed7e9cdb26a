using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Network;

/// <summary>A link as <c>dsdn node status</c> shows it.</summary>
/// <param name="Address">host:port; of an inbound link the one it comes from.</param>
/// <param name="IsOutbound">This node dialled it.</param>
/// <param name="ConnectedMs">Since when, in ms.</param>
/// <param name="RoundTripUs">Of the last ping through both applications; null before the first answer.</param>
public sealed record PeerSnapshot(
    PeerId Id, string Address, bool IsOutbound, long ConnectedMs, long BytesIn, long BytesOut, long MessagesIn, long MessagesOut,
    long FastQueuedBytes, long BulkQueuedBytes, long? RoundTripUs);

/// <summary>A peer that is refused until a time.</summary>
/// <param name="UntilMs">Unix time.</param>
public sealed record PeerBan(PeerId Peer, ulong UntilMs, string Reason);

/// <summary>What became of a message given to <see cref="PeerNetwork.Send"/>.</summary>
public enum SendResult
{
    /// <summary>In the queue of the link; it leaves in order, or the link ends.</summary>
    Queued,
    NotConnected,

    /// <summary>Over the limit of the lane.</summary>
    TooLarge,

    /// <summary>The peer takes too little; the link was ended.</summary>
    Overflow,
}
