using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Squares;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Tests.Proofs;

/// <summary>Answers changed at random: each is refused, or is the honest one.</summary>
public sealed class TamperingTests
{
    [Fact]
    public void NoChangedAnswerIsTakenForWhatTheSquareHolds()
    {
        Blob[] blobs = [.. Enumerable.Range(0, 12).Select(i => Sample.Blob(Sample.User(5, (byte)(i / 3)), Sample.Bytes(400 + (900 * i), i)))];
        SquareProver prover = Sample.Square(blobs).Prover;
        Namespace[] names = [Sample.User(5, 0), Sample.User(5, 1), Sample.User(5, 2), Sample.User(5, 3), Sample.User(4, 4), Sample.User(9, 9), Sample.User(5, 1, 0)];
        Random random = new(21);
        int accepted = 0;
        for (int i = 0; i < 3_000; i++)
        {
            Namespace name = names[random.Next(names.Length)];
            List<NamespaceRow> rows = [.. prover.ProveNamespace(random.Next(8) == 0 ? names[random.Next(names.Length)] : name)];
            for (int n = random.Next(2); n >= 0; n--) Change(rows, prover, random);
            if (!NamespaceVerifier.Verify(prover.Dah, name, rows, out VerifiedNamespace? found).IsValid) continue;
            accepted++;
            Assert.Equal(blobs.Where(blob => blob.Namespace == name).Select(ShareCommitment.Of).Order(), found!.Blobs.Select(blob => blob.Commitment).Order());
        }
        Assert.InRange(accepted, 1, 2_000); // some changes change nothing
    }

    [Fact]
    public void BlobOfAnySizeAnywhereHasACommitmentProof()
    {
        const int Width = 16;
        Namespace mine = Sample.User(5, 5);
        Sample.AssertValid(ShareSquare.TryCreate(BlobWriter.Write(Sample.Blob(mine, Sample.Bytes((Width * Width * 482) - 4))), out ShareSquare? square));
        Sample.AssertValid(SquareProver.TryCreate(ExtendedSquare.Extend(square!), out SquareProver? prover));
        Hash256 root = prover!.Dah.DataRoot();
        Random random = new(22);
        for (int i = 0; i < 150; i++)
        {
            int count = random.Next(1, Width * Width), width = SubtreeWidth.Of(count), start = random.Next(((Width * Width) - count) / width + 1) * width;
            byte[] leaves = new byte[count * NmtNode.Size];
            NmtHash.Leaves(mine, square!.Shares.Span.Slice(start * ShareFormat.Bytes, count * ShareFormat.Bytes), leaves);
            Hash256 commitment = ShareCommitment.OfLeaves(leaves);
            Sample.AssertValid(prover.TryProveCommitment(start, count, out CommitmentProof? proof));
            Assert.Equal(SubtreeWidth.MountainCount(count, width), proof!.SubtreeRoots.Count);
            Sample.AssertValid(proof.Verify(root, mine, commitment));
            Sample.AssertValid(prover.TryProveShares(start, start + count, out ShareProof? shares));
            Sample.AssertValid(shares!.Verify(root));
        }
    }

    private static void Change(List<NamespaceRow> rows, SquareProver prover, Random random)
    {
        if (rows.Count == 0 || random.Next(12) == 0)
        {
            rows.Insert(random.Next(rows.Count + 1), new NamespaceRow(default, prover.ProveNamespace(Sample.User(5, 1))[0].Proof));
            return;
        }
        int at = random.Next(rows.Count);
        NamespaceRow row = rows[at];
        NmtProof proof = row.Proof;
        NmtNode[] nodes = [.. proof.Nodes];
        Assert.True(prover.Square.TryRowTree(random.Next(prover.Dah.Width), out NmtTree? tree).IsValid);
        int start = random.Next(tree!.LeafCount), end = random.Next(start, tree.LeafCount) + 1;
        switch (random.Next(10))
        {
            case 0: rows.RemoveAt(at); return;
            case 1: row = row with { Shares = row.Shares[..(row.Shares.Length / 512 / 2 * 512)] }; break;
            case 2: row = row with { Proof = proof with { Start = proof.Start + random.Next(-1, 2), End = proof.End + random.Next(-1, 2) } }; break;
            case 3: row = row with { Proof = proof with { Nodes = [.. nodes.Where((_, i) => i != random.Next(nodes.Length))] } }; break;
            case 4: row = row with { Proof = proof with { AbsentLeaf = random.Next(2) == 0 ? null : tree.Leaf(start) } }; break;
            case 5: row = row with { Proof = tree.Prove(start, end) with { AbsentLeaf = proof.AbsentLeaf } }; break;
            case 6: row = new NamespaceRow(default, tree.ProveAbsence(start)); break;
            case 7:
                byte[] shares = row.Shares.ToArray();
                if (shares.Length > 0) shares[random.Next(shares.Length)] ^= (byte)(1 << random.Next(8));
                row = row with { Shares = shares };
                break;
            case 8:
                if (nodes.Length == 0) return;
                int turned = random.Next(nodes.Length);
                nodes[turned] = nodes[turned] with { Max = Sample.User(4, 4), Min = Sample.User(4, 4) };
                row = row with { Proof = proof with { Nodes = nodes } };
                break;
            default: (rows[at], rows[0]) = (rows[0], rows[at]); return;
        }
        rows[at] = row;
    }
}
