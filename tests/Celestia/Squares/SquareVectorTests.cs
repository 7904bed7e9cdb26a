using System.Text.Json;
using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Squares;
using Dsdn.Celestia.Wire;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Tests;

namespace Dsdn.Celestia.Tests.Squares;

public sealed class SquareVectorTests
{
    [Fact]
    public void RealBlocksGiveTheirDataHash()
    {
        foreach (JsonElement block in Vectors.Json("blocks_to_data_hash.json").Each("vectors"))
        {
            ReadOnlyMemory<byte>[] transactions = [.. block.Each("txs").Select(tx => (ReadOnlyMemory<byte>)tx.GetBytesFromBase64())];
            Sample.AssertValid(SquareBuilder.TryBuild(transactions, 128, out BuiltSquare? built));
            Assert.Equal(block.Int("square_size"), built!.Square.Width);
            Assert.Equal(
                block.Each("pfb_share_indexes").Select(indexes => indexes.EnumerateArray().Select(index => index.GetUInt32()).ToArray()),
                built.Paying.Select(paying => paying.ShareIndexes.ToArray()));
            JsonElement derived = block.GetProperty("derived");
            Assert.Equal(derived.Joined("ods_shares"), built.Square.Shares.ToArray());
            DataAvailabilityHeader dah = HeaderOf(built.Square);
            Assert.Equal(derived.Joined("row_roots"), Joined(dah.RowRoots));
            Assert.Equal(derived.Joined("column_roots"), Joined(dah.ColumnRoots));
            Assert.Equal(Hash256.Parse("0x" + block.Text("data_hash")), dah.DataRoot());
        }
    }

    [Fact]
    public void RealTransactionsCommitToTheirBlobs()
    {
        foreach (JsonElement block in Vectors.Json("blocks_to_data_hash.json").Each("vectors"))
        {
            foreach (JsonElement text in block.Each("txs"))
            {
                byte[] bytes = text.GetBytesFromBase64();
                Sample.AssertValid(BlobTransaction.TryDecode(bytes, out BlobTransaction? transaction));
                Assert.Equal(bytes, transaction!.Encode());
                Sample.AssertValid(PayForBlobs.TryFind(transaction.Transaction.Span, out PayForBlobs? paying));
                Assert.Equal(transaction.Blobs.Select(ShareCommitment.Of), paying!.Commitments);
                Assert.Equal(transaction.Blobs.Select(blob => blob.Namespace), paying.Namespaces);
                Assert.Equal(transaction.Blobs.Select(blob => (uint)blob.Data.Length), paying.BlobSizes);
                Assert.Equal(transaction.Blobs.Select(blob => (uint)blob.ShareVersion), paying.ShareVersions);
                Sample.AssertValid(PayForBlobs.TryDecode(paying.Encode(), out PayForBlobs? again));
                Assert.Equal(paying.Encode(), again!.Encode());
            }
        }
    }

    [Fact]
    public void RealExtendedSquareHasItsRoots()
    {
        JsonElement vector = Vectors.Json("eds_8x8.json");
        Sample.AssertValid(ExtendedSquare.TryCreate(vector.Joined("data_square"), out ExtendedSquare? square));
        Sample.AssertValid(square!.TryHeader(out DataAvailabilityHeader? dah));
        Assert.Equal(vector.GetProperty("dah").Joined("row_roots"), Joined(dah!.RowRoots));
        Assert.Equal(vector.GetProperty("dah").Joined("column_roots"), Joined(dah.ColumnRoots));
        Assert.Equal(Hash256.Parse("0x" + vector.GetProperty("derived").Text("data_root_hex")), dah.DataRoot());
    }

    [Fact]
    public void PublishedHeadersOfSquaresOfEqualShares()
    {
        foreach (JsonElement vector in Vectors.Json("dah_hashes.json").Each("vectors"))
        {
            Hash256 expected = Hash256.Parse("0x" + vector.Text("hash"));
            if (vector.TryGetProperty("ods", out JsonElement shares))
            {
                Sample.AssertValid(ShareSquare.TryCreate([.. shares.EnumerateArray().SelectMany(share => share.GetBytesFromBase64())], out ShareSquare? one));
                Assert.Equal(vector.Joined("row_roots"), Joined(HeaderOf(one!).RowRoots));
                Assert.Equal(expected, HeaderOf(one!).DataRoot());
            }
            else if (vector.TryGetProperty("square_size", out JsonElement size))
            {
                Assert.Equal(expected, EqualShares(vector.Base64("share"), size.GetInt32()));
            }
            else
            {
                Assert.Equal(expected, Sha256Tree.Root([]));
            }
        }
    }

    /// <summary>Parity of equal shares is the share, so the roots need no erasure code and the widest squares can be checked too.</summary>
    private static Hash256 EqualShares(byte[] share, int width)
    {
        byte[] own = new byte[NmtNode.Size], parity = new byte[NmtNode.Size];
        NmtHash.OwnLeaves(share, own);
        NmtHash.Leaves(Dsdn.Celestia.Namespaces.Namespace.Parity, share, parity);
        byte[] upper = [.. Enumerable.Repeat(own, width).Concat(Enumerable.Repeat(parity, width)).SelectMany(node => node)];
        byte[] lower = [.. Enumerable.Repeat(parity, 2 * width).SelectMany(node => node)];
        Assert.True(NmtHash.TryRoot(upper, out NmtNode upperRoot) & NmtHash.TryRoot(lower, out NmtNode lowerRoot));
        NmtNode[] roots = [.. Enumerable.Repeat(upperRoot, width), .. Enumerable.Repeat(lowerRoot, width)];
        Sample.AssertValid(DataAvailabilityHeader.TryCreate(roots, roots, out DataAvailabilityHeader? dah));
        return dah!.DataRoot();
    }

    private static DataAvailabilityHeader HeaderOf(ShareSquare square)
    {
        Sample.AssertValid(ExtendedSquare.Extend(square).TryHeader(out DataAvailabilityHeader? dah));
        return dah!;
    }

    private static byte[] Joined(IReadOnlyList<NmtNode> nodes) => [.. nodes.SelectMany(node => node.ToArray())];
}
