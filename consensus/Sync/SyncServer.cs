using Dsdn.Chain.LightClient;
using Dsdn.Chain.Storage;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Sync;

/// <summary>Answers what syncing peers ask, from the disk. As thread-safe as the snapshots are.</summary>
/// <param name="snapshots">Null where this node serves none.</param>
public sealed class SyncServer(ChainStore blocks, ISnapshotSource? snapshots)
{
    /// <summary>Manifests together stay below this, so that the reply fits a message.</summary>
    private const int ManifestBytesMax = PeerLimits.BulkMessageBytesMax - BlockServer.ReservedBytes;

    /// <summary>Null for a message that asks for nothing of this kind.</summary>
    public PeerMessage? Answer(PeerMessage request) => request switch
    {
        PeerMessage.BlocksRequest wanted => BlockServer.Answer(blocks, wanted),
        PeerMessage.LightBlockRequest wanted => new PeerMessage.LightBlockReply(wanted.Height, LightBlock.Read(blocks, wanted.Height)?.Encode() ?? []),
        PeerMessage.SnapshotsRequest => new PeerMessage.Snapshots(Offers()),
        PeerMessage.ChunkRequest wanted => new PeerMessage.SnapshotChunk(
            wanted.Height, wanted.ManifestHash, wanted.Index, snapshots?.ReadChunk(wanted.ManifestHash, wanted.Index) ?? []),
        _ => null,
    };

    private IReadOnlyList<ReadOnlyMemory<byte>> Offers()
    {
        var offers = new List<ReadOnlyMemory<byte>>();
        int bytes = 0;
        foreach (ReadOnlyMemory<byte> manifest in snapshots?.Manifests ?? [])
        {
            bytes += manifest.Length;
            if (bytes > ManifestBytesMax) break;
            offers.Add(manifest);
        }
        return offers;
    }
}
