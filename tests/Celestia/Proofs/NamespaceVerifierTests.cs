using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Squares;

namespace Dsdn.Celestia.Tests.Proofs;

public sealed class NamespaceVerifierTests
{
    private static readonly Namespace Low = Sample.User(2, 2), Mine = Sample.User(5, 5), High = Sample.User(9, 9);

    private static readonly Blob[] Blobs =
    [
        Sample.Blob(Low, Sample.Bytes(2_000, 1)), Sample.Blob(Mine, Sample.Bytes(5_000, 2)), Sample.Blob(Mine, Sample.Bytes(40_000, 3)),
        Sample.Blob(Mine, Sample.Bytes(700, 4), ShareFormat.Version1, new byte[20]), Sample.Blob(High, Sample.Bytes(1_000, 5)),
    ];

    private static readonly (SquareProver Prover, BuiltSquare Built) Whole = Sample.Square(Blobs);

    private static DataAvailabilityHeader Dah => Whole.Prover.Dah;

    private static NamespaceRow[] Rows(Namespace name) => [.. Whole.Prover.ProveNamespace(name)];

    private static DaVerdict Verify(Namespace name, IReadOnlyList<NamespaceRow> rows)
    {
        DaVerdict verdict = NamespaceVerifier.Verify(Dah, name, rows, out VerifiedNamespace? found);
        Assert.Equal(verdict.IsValid, found is not null);
        return verdict;
    }

    [Fact]
    public void AllBlobsOfANamespaceAreFoundWithTheirCommitmentsAndPlaces()
    {
        NamespaceRow[] rows = Rows(Mine);
        Assert.True(rows.Length > 2);
        Sample.AssertValid(NamespaceVerifier.Verify(Dah, Mine, rows, out VerifiedNamespace? found));
        Assert.False(found!.IsAbsent);
        Blob[] expected = Blobs[1..4];
        Assert.Equal(expected.Select(blob => Convert.ToHexString(blob.Data.Span)), found.Blobs.Select(blob => Convert.ToHexString(blob.Blob.Data.Span)));
        Assert.Equal(expected.Select(ShareCommitment.Of), found.Blobs.Select(blob => blob.Commitment));
        Assert.Equal(Whole.Built.Paying[0].ShareIndexes.Skip(1).Take(3), found.Blobs.Select(blob => (uint)blob.SquareIndex));
        Assert.All(found.Blobs, blob => Assert.Equal(Mine, new Namespace(Whole.Prover.Square.Share(blob.ExtendedIndex / (2 * Dah.Width), blob.ExtendedIndex % (2 * Dah.Width)).Span[..29])));
        Assert.Equal(20, found.Blobs[2].Blob.Signer.Length);
    }

    [Fact]
    public void ReservedNamespacesAreProvedWithoutBlobs()
    {
        Sample.AssertValid(NamespaceVerifier.Verify(Dah, Namespace.Transactions, Rows(Namespace.Transactions), out VerifiedNamespace? found));
        Assert.Empty(found!.Blobs);
        Sample.AssertValid(CompactShares.TryRead(Namespace.Transactions, found.Shares.Span, out IReadOnlyList<byte[]> units));
        Assert.Equal(Sample.Bytes(300, 9), Assert.Single(units));
        Sample.AssertValid(NamespaceVerifier.Verify(Dah, Namespace.TailPadding, Rows(Namespace.TailPadding), out _));
    }

    [Fact]
    public void NamespaceBetweenTwoOthersIsProvedAbsent()
    {
        foreach (Namespace between in (Namespace[])[Sample.User(2, 3), Sample.User(5, 4), Sample.User(5, 6), Sample.User(255, 255)])
        {
            NamespaceRow[] rows = Rows(between);
            Assert.All(rows, row => Assert.True(row.Shares.IsEmpty && row.Proof.AbsentLeaf is not null));
            Sample.AssertValid(NamespaceVerifier.Verify(Dah, between, rows, out VerifiedNamespace? found));
            Assert.True(found!.IsAbsent);
        }
    }

    [Fact]
    public void NamespaceThatNoRowSpansIsAbsentWithoutRows()
    {
        // Below everything: the first row begins with transactions.
        Sample.AssertValid(NamespaceVerifier.Verify(Dah, new Namespace(new byte[29]), [], out VerifiedNamespace? found));
        Assert.True(found!.IsAbsent);
        Assert.Equal(DaFault.Rows, Verify(new Namespace(new byte[29]), Rows(Mine)).Fault);
    }

    [Fact]
    public void ParityIsNoNamespaceToAskFor() => Assert.Equal(DaFault.Namespace, Verify(Namespace.Parity, []).Fault);

    [Fact]
    public void WithheldRowIsNamed()
    {
        NamespaceRow[] rows = Rows(Mine);
        for (int i = 0; i < rows.Length; i++) Assert.Equal("DSDN-E-DA-ROWS", Verify(Mine, [.. rows[..i], .. rows[(i + 1)..]]).Code);
        Assert.Equal(DaFault.Rows, Verify(Mine, []).Fault);
        Assert.Equal(DaFault.Rows, Verify(Mine, [.. rows, rows[^1]]).Fault);
    }

    [Fact]
    public void RowReplacedByAnotherIsNamed()
    {
        NamespaceRow[] rows = Rows(Mine);
        (rows[1], rows[2]) = (rows[2], rows[1]);
        Assert.False(Verify(Mine, rows).IsValid);
    }

    [Fact]
    public void EveryChangedByteOfAShareIsNoticed()
    {
        for (int at = 0; at < ShareFormat.Bytes; at += 17)
        {
            NamespaceRow[] rows = Rows(Mine);
            byte[] shares = rows[1].Shares.ToArray();
            shares[at] ^= 1;
            rows[1] = rows[1] with { Shares = shares };
            Assert.Equal(at < 29 ? DaFault.Share : DaFault.ProofRoot, Verify(Mine, rows).Fault);
        }
    }

    [Fact]
    public void WithheldShareAtTheEdgeOfARowIsNoticed()
    {
        NamespaceRow[] rows = Rows(Mine);
        NamespaceRow last = rows[^1];
        int count = last.Shares.Length / ShareFormat.Bytes;
        SquareRowRange(rows.Length - 1, out int row, out int start);
        Assert.True(count > 1);
        Assert.True(Whole.Prover.Square.TryRowTree(row, out NmtTree? tree).IsValid);
        // An honest proof of a shorter range leads to the root; the neighbour that it names gives the share away.
        NamespaceRow shorter = new(last.Shares[..^ShareFormat.Bytes], tree!.Prove(start, start + count - 1));
        Assert.Equal("DSDN-E-DA-INCOMPLETE", Verify(Mine, [.. rows[..^1], shorter]).Code);
        shorter = new(last.Shares[ShareFormat.Bytes..], tree.Prove(start + 1, start + count));
        Assert.Equal(DaFault.Incomplete, Verify(Mine, [.. rows[..^1], shorter]).Fault);
    }

    [Fact]
    public void InventedShareIsNoticed()
    {
        NamespaceRow[] rows = Rows(Mine);
        NamespaceRow last = rows[^1];
        byte[] invented = BlobWriter.Write(Sample.Blob(Mine, [1, 2, 3]));
        rows[^1] = last with { Shares = (byte[])[.. last.Shares.Span, .. invented] };
        Assert.Equal(DaFault.ProofShape, Verify(Mine, rows).Fault);
        rows[^1] = rows[^1] with { Proof = last.Proof with { End = last.Proof.End + 1 } };
        Assert.False(Verify(Mine, rows).IsValid);
        // In a place of its own, over the leaf that proves absence.
        Namespace between = Sample.User(5, 4);
        NamespaceRow[] absent = Rows(between);
        absent[0] = new NamespaceRow(BlobWriter.Write(Sample.Blob(between, [1])), absent[0].Proof with { AbsentLeaf = null });
        Assert.Equal(DaFault.ProofRoot, Verify(between, absent).Fault);
    }

    [Fact]
    public void ProofWithNodesTakenAwayOrAddedIsNamed()
    {
        NamespaceRow[] rows = Rows(Mine);
        NmtProof proof = rows[0].Proof;
        Assert.True(proof.Nodes.Count > 1);
        for (int i = 0; i < proof.Nodes.Count; i++)
        {
            NmtNode[] fewer = [.. proof.Nodes.Where((_, at) => at != i)];
            Assert.Equal("DSDN-E-DA-PROOF", Verify(Mine, [rows[0] with { Proof = proof with { Nodes = fewer } }, .. rows[1..]]).Code);
        }
        Assert.Equal(DaFault.ProofShape, Verify(Mine, [rows[0] with { Proof = proof with { Nodes = [.. proof.Nodes, proof.Nodes[0]] } }, .. rows[1..]]).Fault);
        Assert.Equal(DaFault.ProofShape, Verify(Mine, [rows[0] with { Proof = proof with { Nodes = [] } }, .. rows[1..]]).Fault);
    }

    [Theory]
    [InlineData(-1, 3)]
    [InlineData(3, 3)]
    [InlineData(3, 2)]
    [InlineData(0, int.MaxValue)]
    [InlineData(int.MinValue, int.MaxValue)]
    public void RangesThatAreNoneAreNamed(int start, int end)
    {
        NamespaceRow[] rows = Rows(Mine);
        rows[0] = rows[0] with { Proof = rows[0].Proof with { Start = start, End = end } };
        Assert.Equal(DaFault.ProofShape, Verify(Mine, rows).Fault);
        Namespace between = Sample.User(5, 4);
        NamespaceRow absent = Rows(between)[0];
        Assert.Equal(DaFault.ProofShape, Verify(between, [absent with { Proof = absent.Proof with { Start = start, End = end } }]).Fault);
    }

    [Fact]
    public void PresentNamespaceCannotBeProvedAbsent()
    {
        NamespaceRow[] rows = Rows(Mine);
        for (int i = 0; i < rows.Length; i++)
        {
            SquareRowRange(i, out int row, out _);
            Assert.True(Whole.Prover.Square.TryRowTree(row, out NmtTree? tree).IsValid);
            for (int leaf = 0; leaf < tree!.LeafCount; leaf++)
            {
                NamespaceRow[] lied = [.. rows];
                lied[i] = new NamespaceRow(default, tree.ProveAbsence(leaf));
                Assert.Equal(DaFault.Incomplete, Verify(Mine, lied).Fault);
            }
            rows[i] = rows[i] with { Shares = default };
            Assert.Equal(DaFault.Incomplete, Verify(Mine, rows).Fault);
            rows = Rows(Mine);
        }
    }

    [Fact]
    public void SingleShareCannotBeHiddenAsTheLeafOfItsAbsence()
    {
        Namespace name = Sample.User(6, 6);
        SquareProver prover = Sample.Square([.. Blobs, Sample.Blob(name, [1, 2, 3])]).Prover;
        NamespaceRow honest = Assert.Single(prover.ProveNamespace(name));
        Assert.Equal(ShareFormat.Bytes, honest.Shares.Length);
        Assert.True(prover.Square.TryRowTree(NamespaceVerifier.RowsSpanning(prover.Dah, name)[0], out NmtTree? tree).IsValid);
        NamespaceRow hidden = new(default, tree!.ProveAbsence(honest.Proof.Start));
        Assert.Equal(DaFault.Incomplete, NamespaceVerifier.Verify(prover.Dah, name, [hidden], out _).Fault);
        Sample.AssertValid(NamespaceVerifier.Verify(prover.Dah, name, [honest], out _));
    }

    [Fact]
    public void ProofOfAbsenceWithAnotherLeafIsNamed()
    {
        Namespace between = Sample.User(5, 4);
        NamespaceRow honest = Rows(between)[0];
        NmtNode leaf = honest.Proof.AbsentLeaf!.Value;
        NmtNode[] lies =
        [
            leaf with { Min = between, Max = between }, leaf with { Min = Low, Max = Low }, leaf with { Max = High }, leaf with { Digest = default },
            leaf with { Min = High, Max = High },
        ];
        Assert.All(lies, lie => Assert.False(Verify(between, [honest with { Proof = honest.Proof with { AbsentLeaf = lie } }]).IsValid));
        Assert.Equal(DaFault.Incomplete, Verify(between, [honest with { Proof = honest.Proof with { AbsentLeaf = null } }]).Fault);
        Assert.Equal(DaFault.ProofShape, Verify(Mine, [Rows(Mine)[0] with { Proof = Rows(Mine)[0].Proof with { AbsentLeaf = leaf } }, .. Rows(Mine)[1..]]).Fault);
    }

    [Fact]
    public void BytesThatAreNoSharesAreNamed()
    {
        NamespaceRow[] rows = Rows(Mine);
        Assert.Equal(DaFault.Share, Verify(Mine, [rows[0] with { Shares = rows[0].Shares[..^1] }, .. rows[1..]]).Fault);
        Assert.Equal(DaFault.Share, Verify(Mine, [rows[0] with { Shares = new byte[(Dah.Width + 1) * ShareFormat.Bytes] }, .. rows[1..]]).Fault);
    }

    [Fact]
    public void SquareOfOneShare()
    {
        byte[] share = BlobWriter.Write(Sample.Blob(Mine, [1, 2, 3]));
        Sample.AssertValid(ShareSquare.TryCreate(share, out ShareSquare? square));
        Sample.AssertValid(SquareProver.TryCreate(ExtendedSquare.Extend(square!), out SquareProver? prover));
        Sample.AssertValid(NamespaceVerifier.Verify(prover!.Dah, Mine, prover.ProveNamespace(Mine), out VerifiedNamespace? found));
        Assert.Equal([1, 2, 3], Assert.Single(found!.Blobs).Blob.Data.ToArray());
        Sample.AssertValid(NamespaceVerifier.Verify(prover.Dah, Low, prover.ProveNamespace(Low), out found));
        Assert.True(found!.IsAbsent);
    }

    /// <summary>The place of the first share of a row of <see cref="Mine"/>.</summary>
    private static void SquareRowRange(int index, out int row, out int start)
    {
        row = NamespaceVerifier.RowsSpanning(Dah, Mine)[index];
        start = Rows(Mine)[index].Proof.Start;
    }
}
