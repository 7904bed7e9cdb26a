using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;

namespace Dsdn.Consensus.Gossip;

/// <summary>What happens to the relay of transactions.</summary>
public abstract record RelayInput
{
    public sealed record PeerUp(PeerId Peer) : RelayInput;

    public sealed record PeerGone(PeerId Peer) : RelayInput;

    /// <summary>From its status: zero where it does not vote.</summary>
    public sealed record PeerIs(PeerId Peer, Address Operator) : RelayInput;

    /// <summary>Who votes now.</summary>
    public sealed record ValidatorsAre(ValidatorSet Validators) : RelayInput;

    /// <summary>A peer's transactions, before the pool sees them. Answered by <see cref="GossipEffect.PoolTransactions"/> or a penalty.</summary>
    public sealed record Received(PeerId From, PeerMessage.Transactions Message, ulong NowMs) : RelayInput;

    /// <summary>The pool took these, from users of this node or from a peer.</summary>
    public sealed record Pooled(IReadOnlyList<PooledItem> Items, ulong NowMs) : RelayInput;

    /// <summary>Sends what waits: every 10 to 20 ms.</summary>
    public sealed record Tick(ulong NowMs) : RelayInput;
}

/// <summary>The numbers of the relay.</summary>
public sealed record RelayOptions
{
    public static readonly RelayOptions Default = new();

    /// <summary>Bounds of what waits or may be given to a peer that connects now.</summary>
    public int ItemsMax { get; init; } = 32_768;
    public int BytesMax { get; init; } = 16 * 1024 * 1024;
    public ulong KeptMs { get; init; } = 10_000;

    /// <summary>Of one message, so that parts of a value never wait long behind it.</summary>
    public int BatchBytesMax { get; init; } = 128 * 1024;

    /// <summary>To one peer.</summary>
    public RateLimit BytesRate { get; init; } = new(4 * 1024 * 1024, 1024 * 1024);

    /// <summary>From one peer.</summary>
    public RateLimit ReceivedBytesRate { get; init; } = new(8 * 1024 * 1024, 16 * 1024 * 1024);
    public RateLimit ReceivedItemsRate { get; init; } = new(20_000, 40_000);
}
