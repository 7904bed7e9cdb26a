namespace Dsdn.Consensus.Peers;

/// <summary>The number of each message on the wire.</summary>
public enum PeerMessageKind : byte
{
    Status = 1,
    Proposal = 2,
    Votes = 3,
    HaveVotes = 4,
    HaveParts = 5,
    Part = 6,
    Transactions = 7,
    BlocksRequest = 8,
    Blocks = 9,
    SnapshotsRequest = 10,
    Snapshots = 11,
    ChunkRequest = 12,
    SnapshotChunk = 13,
    LightBlockRequest = 14,
    LightBlockReply = 15,
    PeersRequest = 16,
    PeerAddresses = 17,
    Evidence = 18,
}
