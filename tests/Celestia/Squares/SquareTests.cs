using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Squares;
using Dsdn.Celestia.Wire;

namespace Dsdn.Celestia.Tests.Squares;

public sealed class SquareTests
{
    private static readonly Namespace Mine = Sample.User(5, 5), Low = Sample.User(2, 2);

    [Fact]
    public void NothingIsASquareOfOneShareOfTailPadding()
    {
        BuiltSquare built = new SquareBuilder(4).Build();
        Assert.Equal(1, built.Square.Width);
        Assert.Equal(Namespace.TailPadding, new Namespace(built.Square.Share(0, 0).Span[..29]));
        Sample.AssertValid(ExtendedSquare.Extend(built.Square).TryHeader(out DataAvailabilityHeader? dah));
        // The data hash of every block without transactions.
        Assert.Equal("0x3d96b7d238e7e0456f6af8e7cdf0a67bd6cf9c2089ecb559c659dcaa1f880353", dah!.DataRoot().ToString());
    }

    [Fact]
    public void BlobsLieInTheOrderOfTheirNamespaces()
    {
        Blob[] blobs = [Sample.Blob(Mine, [1]), Sample.Blob(Low, [2]), Sample.Blob(Mine, [3]), Sample.Blob(Low, [4])];
        (_, BuiltSquare built) = Sample.Square(blobs);
        uint[] at = [.. built.Paying[0].ShareIndexes];
        Assert.True(at[1] < at[3] && at[3] < at[0] && at[0] < at[2]);
        Assert.Equal([4], BlobAt(built.Square, at[3]).Data.ToArray());
    }

    [Fact]
    public void SquareGrowsToItsLimitAndNoFurther()
    {
        SquareBuilder builder = new(2);
        Assert.True(builder.TryAdd(new BlobTransaction(new byte[100], [Sample.Blob(Mine, new byte[478])])));
        Assert.True(builder.TryAdd(new byte[10]));
        Assert.True(builder.TryAdd(new BlobTransaction(new byte[10], [Sample.Blob(Low, new byte[478])])));
        Assert.False(builder.TryAdd(new BlobTransaction(new byte[10], [Sample.Blob(Low, new byte[478])])));
        Assert.Equal(2, builder.Build().Square.Width);
        Assert.Equal(DaFault.Square, SquareBuilder.TryBuild([new byte[5_000]], 2, out _).Fault);
    }

    [Fact]
    public void OrdinaryTransactionBehindOneWithBlobsIsRefused()
    {
        byte[] paying = new BlobTransaction(new byte[10], [Sample.Blob(Mine, [1])]).Encode();
        Sample.AssertValid(SquareBuilder.TryBuild([new byte[10], paying], 4, out _));
        Assert.Equal(DaFault.Square, SquareBuilder.TryBuild([paying, new byte[10]], 4, out _).Fault);
    }

    [Fact]
    public void ChangedParityOrDataOfAnExtendedSquareIsNamed()
    {
        byte[] shares = Sample.Square(Sample.Blob(Mine, Sample.Bytes(3_000))).Prover.Square.Shares.ToArray();
        Sample.AssertValid(ExtendedSquare.TryCreate([.. shares], out _));
        foreach (int at in (int[])[400, (shares.Length / 4) - 1, (shares.Length / 2) + 5, shares.Length - 1])
        {
            byte[] changed = [.. shares];
            changed[at] ^= 0x10;
            Assert.Equal("DSDN-E-DA-ERASURE", ExtendedSquare.TryCreate(changed, out _).Code);
        }
        Assert.Equal(DaFault.Square, ExtendedSquare.TryCreate(shares[..^1], out _).Fault);
        Assert.Equal(DaFault.Square, ExtendedSquare.TryCreate(shares[..512], out _).Fault);
        Assert.Equal(DaFault.Square, ExtendedSquare.TryCreate([], out _).Fault);
    }

    [Fact]
    public void DisorderedNamespacesHaveNoHeader()
    {
        byte[] high = BlobWriter.Write(Sample.Blob(Mine, [1])), low = BlobWriter.Write(Sample.Blob(Low, [1]));
        Sample.AssertValid(ShareSquare.TryCreate([.. high, .. low, .. high, .. high], out ShareSquare? square));
        ExtendedSquare extended = ExtendedSquare.Extend(square!);
        Assert.Equal(DaFault.Square, extended.TryHeader(out _).Fault);
        Assert.Equal(DaFault.Square, extended.TryRowTree(0, out _).Fault);
    }

    [Fact]
    public void HeadersThatAreOfNoSquareAreRefused()
    {
        (Dsdn.Celestia.Proofs.SquareProver prover, _) = Sample.Square(Sample.Blob(Mine, [1]));
        IReadOnlyList<NmtNode> rows = prover.Dah.RowRoots, columns = prover.Dah.ColumnRoots;
        Assert.Equal("DSDN-E-DA-DAH", DataAvailabilityHeader.TryCreate([], [], out _).Code);
        Assert.Equal(DaFault.Dah, DataAvailabilityHeader.TryCreate(rows, [.. columns.Skip(1)], out _).Fault);
        Assert.Equal(DaFault.Dah, DataAvailabilityHeader.TryCreate([.. rows.Take(3)], [.. columns.Take(3)], out _).Fault);
        NmtNode turned = rows[0] with { Min = Namespace.Parity, Max = Low };
        Assert.Equal(DaFault.Dah, DataAvailabilityHeader.TryCreate([turned, .. rows.Skip(1)], columns, out _).Fault);
        Sample.AssertValid(DataAvailabilityHeader.TryCreate([.. rows.Reverse()], columns, out DataAvailabilityHeader? swapped));
        Assert.Equal("DSDN-E-DA-DATA-ROOT", swapped!.Check(prover.Dah.DataRoot()).Code);
    }

    [Fact]
    public void CompactSharesComeBackAndPointAtTheirUnits()
    {
        foreach (int[] lengths in (int[][])[[1], [472], [473], [474], [3_000], [100, 400, 1, 478, 900, 5], [0, 0]])
        {
            byte[][] units = [.. lengths.Select((length, i) => Sample.Bytes(length, i))];
            byte[] shares = CompactShares.Write(Namespace.Transactions, units);
            Assert.Equal(CompactShares.SharesNeeded(units.Sum(unit => CompactShares.UnitBytes(unit.Length))) * ShareFormat.Bytes, shares.Length);
            Sample.AssertValid(CompactShares.TryRead(Namespace.Transactions, shares, out IReadOnlyList<byte[]> read));
            Assert.Equal(units, read);
        }
        byte[] two = CompactShares.Write(Namespace.Transactions, [new byte[600], new byte[10]]);
        Assert.Equal(38, two[37]); // the first unit begins behind all fields of the first share
        Assert.Equal(34 + 602 - 474, two[512 + 33]);
        Assert.Equal(DaFault.Share, CompactShares.TryRead(Namespace.Transactions, two[..512], out _).Fault);
        Assert.Equal(DaFault.Share, CompactShares.TryRead(Namespace.PayForBlobs, two, out _).Fault);
        byte[] longest = [.. two];
        new byte[] { 0x7f, 0xff, 0xff, 0xff }.CopyTo(longest, 30);
        Assert.Equal(DaFault.Share, CompactShares.TryRead(Namespace.Transactions, longest, out _).Fault);
        two[38] = 0xff;
        Assert.Equal(DaFault.Share, CompactShares.TryRead(Namespace.Transactions, two, out _).Fault);
    }

    private static Blob BlobAt(ShareSquare square, uint index)
    {
        ReadOnlyMemory<byte> share = square.Share((int)index / square.Width, (int)index % square.Width);
        Sample.AssertValid(BlobReader.Read(new Namespace(share.Span[..29]), share, out IReadOnlyList<SharedBlob> found));
        return Assert.Single(found).Blob;
    }
}
