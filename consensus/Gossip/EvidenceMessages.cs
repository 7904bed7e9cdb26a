using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Gossip;

/// <summary>What happens to the relay of evidence.</summary>
public abstract record EvidenceInput
{
    public sealed record PeerUp(PeerId Peer) : EvidenceInput;

    public sealed record PeerGone(PeerId Peer) : EvidenceInput;

    /// <summary>From its status. What a peer could not judge yet is not sent to it.</summary>
    public sealed record PeerAt(PeerId Peer, ulong DecidedHeight) : EvidenceInput;

    /// <summary>Answered by <see cref="GossipEffect.CheckEvidence"/> for each item that is news, or a penalty.</summary>
    public sealed record Received(PeerId From, PeerMessage.Evidence Message, ulong NowMs) : EvidenceInput;

    /// <summary>From a user of this node. Nothing happens where it is no news, or where they bring too much.</summary>
    public sealed record Offered(EvidenceItem Item, ulong NowMs) : EvidenceInput;

    /// <summary>What the pool said of it.</summary>
    /// <param name="From">Null: found here, or a user brought it.</param>
    public sealed record Judged(PeerId? From, EvidenceItem Item, EvidenceAnswer Answer, ulong NowMs) : EvidenceInput;

    /// <summary>All that the pool holds: at the start and after each block.</summary>
    public sealed record Waiting(IReadOnlyList<EvidenceItem> Items) : EvidenceInput;

    /// <summary>Offers what peers lack: every 20 ms or so.</summary>
    public sealed record Tick(ulong NowMs) : EvidenceInput;
}

/// <summary>The numbers of the relay of evidence. Nodes send less than they accept, so that crossing messages are no flood.</summary>
public sealed record EvidenceRelayOptions
{
    public static readonly EvidenceRelayOptions Default = new();

    /// <summary>A peer that was sent an item and is not known to have it gets it again after so long: it may have restarted or been full.</summary>
    public ulong ReofferMs { get; init; } = 10_000;

    /// <summary>Items to one peer.</summary>
    public RateLimit SentRate { get; init; } = new(4, 32);

    /// <summary>Items from one peer that are not here yet: each costs two signatures and some reads.</summary>
    public RateLimit ReceivedRate { get; init; } = new(8, 64);

    /// <summary>From all users of this node.</summary>
    public RateLimit OfferedRate { get; init; } = new(8, 64);

    /// <summary>Messages from one peer, whatever is in them.</summary>
    public RateLimit MessageRate { get; init; } = new(16, 128);

    /// <summary>Of one peer, given to the execution and not yet judged; more is dropped and comes again.</summary>
    public int OutstandingMax { get; init; } = 16;

    /// <summary>Of all together, whose links have ended too.</summary>
    public int CheckingMax { get; init; } = 512;
}
