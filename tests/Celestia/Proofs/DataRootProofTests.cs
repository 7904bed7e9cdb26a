using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Squares;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Tests.Proofs;

/// <summary>Commitment and share proofs: from a blob or shares to a data root.</summary>
public sealed class DataRootProofTests
{
    private static readonly Namespace Mine = Sample.User(5, 5);

    /// <summary>Sizes around the widths 1, 2 and 4, so that blobs begin and end inside rows and at their edges.</summary>
    private static readonly Blob[] Blobs = [.. ((int[])[100, 3_000, 20_000, 33_000, 60_000, 70_000, 130_000]).Select((bytes, i) => Sample.Blob(Sample.User(5, (byte)i), Sample.Bytes(bytes, i)))];

    private static readonly (SquareProver Prover, BuiltSquare Built) Whole = Sample.Square(Blobs);

    private static readonly Hash256 DataRoot = Whole.Prover.Dah.DataRoot();

    private static CommitmentProof Prove(int blob)
    {
        Sample.AssertValid(Whole.Prover.TryProveCommitment((int)Whole.Built.Paying[0].ShareIndexes[blob], Blobs[blob].ShareCount, out CommitmentProof? proof));
        return proof!;
    }

    [Fact]
    public void EveryBlobsCommitmentIsProvedWhereverItLies()
    {
        for (int i = 0; i < Blobs.Length; i++) Sample.AssertValid(Prove(i).Verify(DataRoot, Blobs[i].Namespace, ShareCommitment.Of(Blobs[i])));
    }

    [Fact]
    public void WrongCommitmentIsNamed() =>
        Assert.Equal("DSDN-E-DA-COMMITMENT", Prove(3).Verify(DataRoot, Blobs[3].Namespace, ShareCommitment.Of(Blobs[4])).Code);

    [Fact]
    public void WrongDataRootIsNamed() =>
        Assert.Equal("DSDN-E-DA-PROOF-ROOT", Prove(3).Verify(Hash256.Zero, Blobs[3].Namespace, ShareCommitment.Of(Blobs[3])).Code);

    [Fact]
    public void EachPartTakenAwayIsNoticed()
    {
        const int Blob = 6; // several rows
        CommitmentProof proof = Prove(Blob);
        Assert.True(proof.RangeProofs.Count > 2);
        RowProof rows = proof.Rows;
        CommitmentProof[] lies =
        [
            proof with { SubtreeRoots = [.. proof.SubtreeRoots.Skip(1)] },
            proof with { SubtreeRoots = [] },
            proof with { SubtreeRoots = [.. proof.SubtreeRoots, proof.SubtreeRoots[0]] },
            proof with { RangeProofs = [.. proof.RangeProofs.Skip(1)] },
            proof with { RangeProofs = [] },
            proof with { RangeProofs = [proof.RangeProofs[0] with { Nodes = [] }, .. proof.RangeProofs.Skip(1)] },
            proof with { RangeProofs = [proof.RangeProofs[0] with { Start = proof.RangeProofs[0].Start + 1 }, .. proof.RangeProofs.Skip(1)] },
            proof with { RangeProofs = [.. proof.RangeProofs.SkipLast(1), proof.RangeProofs[^1] with { End = proof.RangeProofs[^1].End - 1 }] },
            proof with { Rows = rows with { RowRoots = [.. rows.RowRoots.Skip(1)] } },
            proof with { Rows = rows with { Paths = [.. rows.Paths.Skip(1)] } },
            proof with { Rows = rows with { StartRow = rows.StartRow + 1 } },
            proof with { Rows = rows with { StartRow = rows.StartRow + 1, EndRow = rows.EndRow + 1 } },
            proof with { Rows = rows with { StartRow = -1 } },
            proof with { Rows = rows with { EndRow = int.MaxValue } },
            proof with { Rows = rows with { StartRow = int.MinValue, EndRow = int.MaxValue } },
            proof with { Rows = rows with { StartRow = 0, EndRow = int.MaxValue } },
            proof with { RangeProofs = [proof.RangeProofs[0] with { Start = int.MinValue, End = int.MaxValue }, .. proof.RangeProofs.Skip(1)] },
            proof with { Rows = rows with { RowRoots = [], Paths = [], StartRow = 1, EndRow = 0 } },
            proof with { Rows = rows with { Paths = [rows.Paths[0] with { Total = rows.Paths[0].Total * 2 }, .. rows.Paths.Skip(1)] } },
            proof with { Rows = rows with { Paths = [rows.Paths[0] with { Index = 0 }, .. rows.Paths.Skip(1)] } },
            proof with { Rows = rows with { Paths = [rows.Paths[0] with { Aunts = rows.Paths[0].Aunts[1..] }, .. rows.Paths.Skip(1)] } },
            proof with { Rows = rows with { Paths = [rows.Paths[0] with { LeafHash = default }, .. rows.Paths.Skip(1)] } },
        ];
        Assert.All(lies, lie => Assert.False(lie.Verify(DataRoot, Blobs[Blob].Namespace, ShareCommitment.Of(Blobs[Blob])).IsValid));
    }

    [Fact]
    public void SubtreesOfAnotherNamespaceAreNamed()
    {
        CommitmentProof proof = Prove(2);
        NmtNode root = proof.SubtreeRoots[0] with { Max = Sample.User(9, 9) };
        Assert.Equal(DaFault.ProofShape, (proof with { SubtreeRoots = [root, .. proof.SubtreeRoots.Skip(1)] }).Verify(DataRoot, Blobs[2].Namespace, ShareCommitment.Of(Blobs[2])).Fault);
    }

    [Fact]
    public void RootsThatNoRowHoldsAreNamed()
    {
        // The commitment of a longer blob cannot be proved by the rows of a shorter one.
        CommitmentProof proof = Prove(2);
        NmtNode[] longer = [.. proof.SubtreeRoots, proof.SubtreeRoots[0]];
        Hash256 commitment = ShareCommitment.OfRoots([.. longer.SelectMany(root => root.ToArray())]);
        Assert.Equal(DaFault.ProofShape, (proof with { SubtreeRoots = longer }).Verify(DataRoot, Blobs[2].Namespace, commitment).Fault);
    }

    [Fact]
    public void RangesThatLeaveAGapBetweenRowsAreNamed()
    {
        // Honest subtrees of one blob's rows, but of pieces that do not follow one another.
        CommitmentProof whole = Prove(6);
        int k = Whole.Prover.Dah.Width, row = whole.Rows.StartRow + 1;
        Assert.True(Whole.Prover.Square.TryRowTree(row, out NmtTree? first).IsValid & Whole.Prover.Square.TryRowTree(row + 1, out NmtTree? second).IsValid);
        NmtNode[] roots = [first!.Leaf(0), second!.Leaf(0)];
        RowProof rows = new([Whole.Prover.Dah.RowRoots[row], Whole.Prover.Dah.RowRoots[row + 1]], [Whole.Prover.Dah.ProveRow(row), Whole.Prover.Dah.ProveRow(row + 1)], row, row + 1);
        Assert.True(k > 2);
        CommitmentProof proof = new(whole.Namespace, roots, [first.Prove(0, 1), second.Prove(0, 1)], rows);
        Assert.Equal(DaFault.ProofShape, proof.Verify(DataRoot, whole.Namespace, ShareCommitment.OfRoots([.. roots.SelectMany(root => root.ToArray())])).Fault);
    }

    [Fact]
    public void ColumnIsNoRow()
    {
        DataAvailabilityHeader dah = Whole.Prover.Dah;
        Hash256[] leaves = [.. dah.RowRoots.Concat(dah.ColumnRoots).Select(root => Sha256Tree.Leaf(root.ToArray()))];
        Sample.AssertValid(RowAt(dah.ExtendedWidth - 1).Verify(DataRoot));
        Assert.Equal(DaFault.ProofShape, RowAt(dah.ExtendedWidth).Verify(DataRoot).Fault);

        RowProof RowAt(int index) => new(
            [index < dah.ExtendedWidth ? dah.RowRoots[index] : dah.ColumnRoots[index - dah.ExtendedWidth]],
            [new AuditPath(leaves.Length, index, leaves[index], Sha256Tree.Proof(leaves, index))], index, index);
    }

    [Fact]
    public void SharesAreProvedAcrossRows()
    {
        int start = (int)Whole.Built.Paying[0].ShareIndexes[6];
        Sample.AssertValid(Whole.Prover.TryProveShares(start + 3, start + 40, out ShareProof? proof));
        Sample.AssertValid(proof!.Verify(DataRoot));
        Assert.Equal(Blobs[6].Namespace, proof.Namespace);
        byte[] changed = proof.Shares.ToArray();
        changed[^1] ^= 1;
        Assert.Equal(DaFault.ProofRoot, (proof with { Shares = changed }).Verify(DataRoot).Fault);
        Assert.Equal(DaFault.ProofShape, (proof with { Shares = proof.Shares[..^ShareFormat.Bytes] }).Verify(DataRoot).Fault);
        Assert.Equal(DaFault.ProofShape, (proof with { Shares = (byte[])[.. proof.Shares.Span, .. new byte[512]] }).Verify(DataRoot).Fault);
        Assert.Equal(DaFault.Share, (proof with { Namespace = Mine }).Verify(DataRoot).Fault);
        Assert.Equal(DaFault.ProofRoot, proof.Verify(Hash256.Zero).Fault);
    }

    [Fact]
    public void RangesThatHoldNoBlobAreNotProved()
    {
        Assert.Equal(DaFault.Square, Whole.Prover.TryProveShares(0, 5, out _).Fault);
        Assert.Equal(DaFault.Square, Whole.Prover.TryProveShares(5, 5, out _).Fault);
        Assert.Equal(DaFault.Square, Whole.Prover.TryProveShares(0, int.MaxValue, out _).Fault);
        Assert.Equal(DaFault.Square, Whole.Prover.TryProveCommitment(int.MaxValue, int.MaxValue, out _).Fault);
        Assert.Equal(DaFault.Square, Whole.Prover.TryProveCommitment(-1, 2, out _).Fault);
        Assert.Equal(DaFault.Square, Whole.Prover.TryProveCommitment((int)Whole.Built.Paying[0].ShareIndexes[6] + 1, 200, out _).Fault);
    }
}
