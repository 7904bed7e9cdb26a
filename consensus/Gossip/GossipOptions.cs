using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Gossip;

/// <summary>The numbers of the gossip. Nodes of one network may differ in them, except <see cref="DirectPushPeersMax"/>, where a difference costs bytes.</summary>
public sealed record GossipOptions
{
    public static readonly GossipOptions Default = new();

    /// <summary>With at most so many other validators the proposer sends every part to every one; with more, parts travel in a tree of two levels.</summary>
    public int DirectPushPeersMax { get; init; } = 8;

    /// <summary>Between two announcements while something is missing; doubles up to the maximum while nothing arrives.</summary>
    public ulong AnnounceMs { get; init; } = 60;
    public ulong AnnounceMsMax { get; init; } = 480;
    public int AnnouncePeers { get; init; } = 3;

    /// <summary>No announcement while votes arrive more often than this.</summary>
    public ulong VoteStallMs { get; init; } = 100;

    /// <summary>What is held for less is still on its way from its own sender to everybody, and is not sent as a repair. Above the slowest link.</summary>
    public ulong RepairAgeMs { get; init; } = 250;

    /// <summary>The same towards peers that do not vote: they may have no link to the sender.</summary>
    public ulong RepairAgeFollowerMs { get; init; } = 40;

    /// <summary>Nothing is sent to the same peer again within this time (up to twice of it).</summary>
    public ulong ResendMs { get; init; } = 300;

    /// <summary>Parts are asked for when none arrived for so long: they come from the proposer, or by way of one other.</summary>
    public ulong PartStallMs { get; init; } = 200;
    public ulong PartStallTreeMs { get; init; } = 450;
    public int PartsPerAnswer { get; init; } = 8;
    public int PartsOutstandingMax { get; init; } = 16;
    public int VotesPerAnswer { get; init; } = PeerLimits.VotesMax;

    /// <summary>Share of other validators' votes that is passed on to one more peer, so that two votes of a liar meet somewhere.</summary>
    public uint VoteRelayPerMille { get; init; } = 250;

    public int RoundsKept { get; init; } = 64;
    public int ValuesKept { get; init; } = 8;

    /// <summary>Parts that came before their proposal, of one root a peer.</summary>
    public int EarlyPartsPerPeer { get; init; } = 16;
    public int EarlyPartsMax { get; init; } = 128;

    public RateLimit StatusRate { get; init; } = new(500, 1_000);
    public RateLimit ProposalRate { get; init; } = new(100, 200);
    public RateLimit VoteMessageRate { get; init; } = new(1_000, 2_000);
    public RateLimit VoteRate { get; init; } = new(4_096, 16_384);
    public RateLimit HaveRate { get; init; } = new(100, 200);
    public RateLimit PartRate { get; init; } = new(1_000, 2_000);

    /// <summary>What a peer is sent on its asking.</summary>
    public RateLimit RepairVoteRate { get; init; } = new(2_048, 4_096);
    public RateLimit RepairPartRate { get; init; } = new(256, 512);

    /// <summary>Votes and parts that were here already; more is <see cref="Offence.Unwanted"/>.</summary>
    public RateLimit DuplicateRate { get; init; } = new(512, 4_096);
}
