using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Peers;

/// <summary>A peer's node id: the 32-byte Ed25519 key that its TLS certificate is bound to.</summary>
public readonly record struct PeerId(Hash256 Key) : IComparable<PeerId>
{
    public int CompareTo(PeerId other) => Key.CompareTo(other.Key);

    public override string ToString() => Key.ToString();
}

/// <summary>The two connections of a peer link (chain-decisions 1.14): a large block never delays a vote.</summary>
public enum PeerLane : byte
{
    Fast = 0,
    Bulk = 1,
}

/// <summary>What validators and followers say to each other. Encoded by PeerMessageCodec, decoded strictly and with limits.</summary>
public abstract record PeerMessage
{
    /// <summary>Where the sender stands; on connecting, on every change of height or round, and every second.</summary>
    /// <param name="DecidedHeight">Of its last committed block.</param>
    /// <param name="OldestBody">The lowest block it can send.</param>
    /// <param name="Validator">Its operator if it votes; zero for a follower. Not proven, for display and routing only.</param>
    public sealed record Status(ulong DecidedHeight, ulong OldestBody, uint Round, CoreStep Step, Address Validator) : PeerMessage;

    public sealed record ProposalMessage(Proposal Proposal) : PeerMessage;

    /// <summary>At most <see cref="PeerLimits.VotesMax"/>, of one height.</summary>
    public sealed record Votes(IReadOnlyList<Vote> Items) : PeerMessage;

    /// <summary>
    /// Which proposals and votes of a height the sender has, by round and kind; bit i of byte i/8 = validator i of the height's
    /// set. Sorted by round, then kind. It has nothing of the rounds above the highest listed one; what lies in rounds that are
    /// not listed below it is left open. The receiver answers with what is lacking.
    /// </summary>
    public sealed record HaveVotes(ulong Height, IReadOnlyList<VoteBitmap> Bitmaps) : PeerMessage;

    /// <summary>Which parts of a value the sender has: bit i of byte i/8 = part i; empty: none. The receiver answers with some of the others.</summary>
    public sealed record HaveParts(ulong Height, Hash256 PartsRoot, ReadOnlyMemory<byte> Bitmap) : PeerMessage;

    /// <summary>A part of a value with its Merkle proof (<see cref="Gossip.PartSet"/>).</summary>
    /// <param name="ValueBytes">Length of the whole value; bound by the root.</param>
    public sealed record Part(ulong Height, Hash256 PartsRoot, uint ValueBytes, uint Index, ReadOnlyMemory<byte> Bytes, IReadOnlyList<Hash256> Proof) : PeerMessage;

    /// <summary>Raw transactions, EIP-2718.</summary>
    public sealed record Transactions(IReadOnlyList<ReadOnlyMemory<byte>> Items) : PeerMessage;

    public sealed record BlocksRequest(ulong From, uint Count) : PeerMessage;

    /// <summary>Encoded blocks from the asked height on, with the certificate of the last; fewer where the sender has or fits no more.</summary>
    public sealed record Blocks(ulong From, IReadOnlyList<ReadOnlyMemory<byte>> Items, Certificate? LastCertificate) : PeerMessage;

    public sealed record SnapshotsRequest : PeerMessage;

    /// <summary>Encoded manifests of the snapshots the sender serves, newest first.</summary>
    public sealed record Snapshots(IReadOnlyList<ReadOnlyMemory<byte>> Manifests) : PeerMessage;

    public sealed record ChunkRequest(ulong Height, Hash256 ManifestHash, uint Index) : PeerMessage;

    /// <summary>Empty bytes: not available.</summary>
    public sealed record SnapshotChunk(ulong Height, Hash256 ManifestHash, uint Index, ReadOnlyMemory<byte> Bytes) : PeerMessage;

    /// <summary>Header, certificate and set of a height for a light client; 0 asks for the newest.</summary>
    public sealed record LightBlockRequest(ulong Height) : PeerMessage;

    /// <summary>Encoded light block; empty: not available.</summary>
    public sealed record LightBlockReply(ulong Height, ReadOnlyMemory<byte> Encoded) : PeerMessage;

    /// <summary>Addresses to dial, "host:port|node id".</summary>
    public sealed record PeersRequest : PeerMessage;

    public sealed record PeerAddresses(IReadOnlyList<PeerAddress> Items) : PeerMessage;

    /// <summary>Evidence that the sender checked and that waits for a block. At most <see cref="PeerLimits.EvidenceItemsMax"/>, each as in a block.</summary>
    public sealed record Evidence(IReadOnlyList<EvidenceItem> Items) : PeerMessage;
}

/// <summary>Who was heard in a round.</summary>
/// <param name="Bits">One bit a validator, padded with zeros to whole bytes; empty: none.</param>
public sealed record VoteBitmap(uint Round, VoteKind Kind, ReadOnlyMemory<byte> Bits);

/// <summary>Where a peer can be dialled.</summary>
/// <param name="Host">An IP address or DNS name.</param>
public sealed record PeerAddress(PeerId Id, string Host, ushort Port);

/// <summary>Bounds of every message, checked by the codec before anything is kept.</summary>
public static class PeerLimits
{
    public const int FastMessageBytesMax = 64 * 1024;
    public const int BulkMessageBytesMax = 5 * 1024 * 1024;
    public const int PartBytes = 64 * 1024;

    /// <summary>Above the largest block, its commit and evidence.</summary>
    public const int ValueBytesMax = 5 * 1024 * 1024;

    /// <summary>Siblings in the proof of a part: a value has at most 80 parts.</summary>
    public const int PartProofHashesMax = 7;
    public const int VotesMax = 256;
    public const int VoteBitmapsMax = 32;
    public const int ValidatorsMax = 1_024;
    public const int TransactionsMax = 4_096;
    public const int BlocksPerRequestMax = 256;
    public const int SnapshotsMax = 16;
    public const int PeerAddressesMax = 64;
    public const int HostCharactersMax = 253;
    public const int EvidenceItemsMax = 16;
}
