using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Snapshots;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Sync;

namespace Dsdn.Consensus.Tests.Sync;

public sealed class SnapshotOffersTests
{
    private static readonly PeerId Liar = SyncRig.Id(1), Other = SyncRig.Id(2);

    /// <summary>A peer that offers, is chosen and then has no chunk leaves nothing behind, however often it does so.</summary>
    [Fact]
    public void AnOfferThatNobodyStandsBehindIsForgotten()
    {
        var offers = new SnapshotOffers(perPeerMax: 4, bytesMax: 10_000);
        for (ulong height = 1; height <= 100; height++)
        {
            Assert.True(offers.Take(Liar, [Manifest(height, 1)]));
            offers.Best(null)!.Peers.Remove(Liar); // as state sync does when a chunk is not there
        }
        Assert.True(offers.Take(Liar, []));
        Assert.Equal((0, 0L), (offers.Count, offers.Bytes));
    }

    [Fact]
    public void ManifestsTakeNoMoreThanTheirBytes()
    {
        var offers = new SnapshotOffers(perPeerMax: 4, bytesMax: 5_000);
        Assert.True(offers.Take(Liar, [Manifest(1, 100), Manifest(2, 100)]));
        Assert.Equal(1, offers.Count);
        Assert.InRange(offers.Bytes, 3_200, 5_000);
        Assert.True(offers.Take(Other, [Manifest(1, 100), Manifest(3, 1)])); // known, and small
        Assert.Equal(2, offers.Count);
        offers.RemovePeer(Liar);
        offers.RemovePeer(Other);
        Assert.Equal((0, 0L), (offers.Count, offers.Bytes));
    }

    private static ReadOnlyMemory<byte> Manifest(ulong height, int chunks) =>
        new SnapshotManifest(height, Hash256.Zero, Hash256.Zero, [.. Enumerable.Range(0, chunks).Select(i => new Hash256(Keccak.Hash([(byte)i]).ToArray()))], 1, 1).Encode();
}
