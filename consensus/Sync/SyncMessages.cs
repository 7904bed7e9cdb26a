using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Sync;

/// <summary>What happens to block sync.</summary>
public abstract record SyncInput
{
    /// <summary>The first input: the node's head.</summary>
    /// <param name="Validators">Who votes on the block after the head.</param>
    public sealed record Began(ulong Height, Hash256 Hash, ValidatorSet Validators, ulong NowMs) : SyncInput;

    /// <param name="DecidedHeight">Claimed, not proven.</param>
    public sealed record PeerStatus(PeerId Peer, ulong DecidedHeight, ulong OldestBody, ulong NowMs) : SyncInput;

    public sealed record PeerGone(PeerId Peer, ulong NowMs) : SyncInput;

    public sealed record BlocksReceived(PeerId Peer, PeerMessage.Blocks Message, ulong NowMs) : SyncInput;

    /// <summary>The head moved by one block: the answer to <see cref="SyncEffect.Apply"/>, and also where consensus decided by itself.</summary>
    /// <param name="Validators">Who votes on the block after it.</param>
    public sealed record Applied(ulong Height, Hash256 Hash, ValidatorSet Validators, ulong NowMs) : SyncInput;

    /// <summary>
    /// The other answer to <see cref="SyncEffect.Apply"/>: certificate, body or execution did not hold. Those asked for after it
    /// are refused too (they have no parent) and each is answered.
    /// </summary>
    public sealed record ApplyRefused(ulong Height, Hash256 BlockHash, string Detail, ulong NowMs) : SyncInput;

    /// <summary>Every 20 ms or so.</summary>
    public sealed record Tick(ulong NowMs) : SyncInput;
}

/// <summary>What block sync asks for, in order.</summary>
public abstract record SyncEffect
{
    public sealed record Request(PeerId Peer, PeerMessage.BlocksRequest Message) : SyncEffect;

    /// <summary>
    /// Structure, link and signed power hold; signatures, execution and commit are the shell's. Several may be under way, in the
    /// order of heights. May come while consensus decides the same height: whichever commits it first wins.
    /// </summary>
    /// <param name="Durable">False: more follow at once, and the last of them is durable.</param>
    public sealed record Apply(Block Block, Certificate Certificate, bool Durable) : SyncEffect;

    public sealed record Penalize(PeerId Peer, Offence Offence, string Detail) : SyncEffect;

    /// <summary>Vote: nobody credible is further ahead than the block being decided.</summary>
    public sealed record CaughtUp(ulong Height) : SyncEffect;

    /// <summary>Stop voting until <see cref="CaughtUp"/>: an applied block proved that the network is far ahead.</summary>
    public sealed record FellBehind(ulong Height, ulong BestHeight) : SyncEffect;

    /// <summary>Two thirds signed this block, its body is what they signed, and this node refuses it: stop (chain-decisions 1.3).</summary>
    public sealed record Diverged(ulong Height, Hash256 BlockHash, string Detail) : SyncEffect;
}

/// <summary>When and how much block sync fetches. Times in virtual milliseconds of the inputs.</summary>
public sealed record SyncOptions
{
    public static readonly SyncOptions Default = new();

    /// <summary>A started node votes at the latest after this where no peer said anything.</summary>
    public ulong StartGraceMs { get; init; } = 1_000;

    /// <summary>A request unanswered for so long goes to another peer, and its peer is set aside for a while.</summary>
    public ulong RequestTimeoutMs { get; init; } = 6_000;

    /// <summary>The range that everything waits for is asked of a second peer after this.</summary>
    public ulong HedgeMs { get; init; } = 1_500;

    /// <summary>How long a peer that failed is set aside; doubled with each failure until something of it was applied.</summary>
    public ulong SetAsideMs { get; init; } = 3_000;
    public ulong SetAsideMsMax { get; init; } = 60_000;

    /// <summary>More blocks behind than this and a node stops voting (chain-decisions 1.13).</summary>
    public ulong FarBehindBlocks { get; init; } = 20;

    /// <summary>Two to that many blocks behind for so long: votes do not get it further.</summary>
    public ulong LaggingMs { get; init; } = 2_000;

    /// <summary>One block behind, and no nearer, for so long: the block is fetched.</summary>
    public ulong StuckMs { get; init; } = 1_500;

    public int RequestsPerPeerMax { get; init; } = 2;
    public int RequestsMax { get; init; } = 8;

    /// <summary>Blocks above the head that are asked for or kept.</summary>
    public ulong WindowBlocks { get; init; } = 2_048;

    /// <summary>Encoded bytes of kept blocks above which only what is next is asked for.</summary>
    public long KeptBytesMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>What a request should bring; the number of blocks is chosen by their size so far.</summary>
    public int BytesPerRequest { get; init; } = 2 * 1024 * 1024;

    /// <summary>Applies under way at once.</summary>
    public int AppliesMax { get; init; } = 16;

    /// <summary>Every so many blocks one is made durable while more follow.</summary>
    public ulong DurableEveryBlocks { get; init; } = 64;
    public int PeersMax { get; init; } = 256;
}
