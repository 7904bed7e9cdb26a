using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Gossip;

/// <summary>What happens to the gossip of one validator or follower.</summary>
public abstract record GossipInput
{
    public sealed record PeerUp(PeerId Peer, ulong NowMs) : GossipInput;

    public sealed record PeerGone(PeerId Peer) : GossipInput;

    /// <summary>A decoded consensus message: Status, ProposalMessage, Votes, HaveVotes, HaveParts, Part.</summary>
    public sealed record Received(PeerId From, PeerMessage Message, ulong NowMs) : GossipInput;

    /// <summary>The core works on this height now; what was kept of earlier ones is dropped.</summary>
    public sealed record HeightStarted(ulong Height, ValidatorSet Validators, ulong NowMs) : GossipInput;

    public sealed record RoundEntered(ulong Height, uint Round, CoreStep Step) : GossipInput;

    /// <summary>This validator's own proposal, with all bytes of its value: to everybody.</summary>
    public sealed record OwnProposal(Proposal Proposal, PartSet Value, ulong NowMs) : GossipInput;

    public sealed record OwnVote(Vote Vote) : GossipInput;

    /// <summary>
    /// The core checked the proposal: its parts are wanted, and both are passed on. Also said of the second one of a proposer
    /// that signed two (the evidence): others may have prevoted it, and its parts are fetched when <see cref="ValueWanted"/> says so.
    /// </summary>
    /// <param name="Value">Its bytes where the caller has them already (an earlier round's, or from the WAL after a restart): others can have them from this node, and no <see cref="GossipEffect.ValueComplete"/> follows.</param>
    public sealed record ProposalAccepted(Proposal Proposal, ulong NowMs, PartSet? Value = null) : GossipInput;

    /// <summary>Also of a second, different vote of one validator: a quorum that somebody saw may rest on it.</summary>
    public sealed record VoteAccepted(Vote Vote) : GossipInput;

    /// <summary>More than two thirds voted for a value that is not here, perhaps because its proposer sent another one to this node.</summary>
    public sealed record ValueWanted(ulong Height, uint Round, Hash256 ValueId) : GossipInput;

    /// <summary>Every 20 ms or so: announcements, repair, expiry.</summary>
    public sealed record Tick(ulong NowMs) : GossipInput;
}

/// <summary>What the gossip asks for, in order.</summary>
public abstract record GossipEffect
{
    public sealed record Send(PeerId To, PeerMessage Message) : GossipEffect;

    /// <summary>For the core, which checks it; what it rejects is <paramref name="From"/>'s fault.</summary>
    public sealed record DeliverProposal(PeerId From, Proposal Proposal) : GossipEffect;

    public sealed record DeliverVote(PeerId From, Vote Vote) : GossipEffect;

    /// <summary>All parts of an accepted proposal are here and fit its root.</summary>
    public sealed record ValueComplete(Proposal Proposal, PartSet Value) : GossipEffect;

    /// <summary>Of the relay of transactions: for the pool.</summary>
    public sealed record PoolTransactions(PeerId From, IReadOnlyList<ReadOnlyMemory<byte>> Items) : GossipEffect;

    /// <summary>Of the relay of evidence: for the execution, which judges it. Answered by <see cref="EvidenceInput.Judged"/>.</summary>
    /// <param name="From">Null: a user of this node.</param>
    public sealed record CheckEvidence(PeerId? From, EvidenceItem Item) : GossipEffect;

    public sealed record Penalize(PeerId Peer, Offence Offence, string Detail) : GossipEffect;
}

/// <summary>What a peer did that an honest one does not; each has a weight, and enough weight is a ban with that reason.</summary>
public enum Offence : byte
{
    /// <summary>Bytes that are no message, or above a limit.</summary>
    Malformed = 1,
    BadSignature = 2,

    /// <summary>A part, chunk or block that does not fit what was promised.</summary>
    BadContent = 3,

    /// <summary>Nothing asked for it, or it repeats endlessly.</summary>
    Unwanted = 4,
    Flooding = 5,

    /// <summary>A status that contradicts an earlier one (CVE-2025-24371).</summary>
    LyingStatus = 6,

    /// <summary>Promised and did not deliver in time.</summary>
    Unresponsive = 7,
}
