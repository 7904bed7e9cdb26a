using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Shares;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Proofs;

/// <summary>That a run of shares of one namespace is in a data root, as <c>share.GetRange</c> gives it. It says nothing about other shares.</summary>
/// <param name="Shares">Whole shares of 512 bytes, in the order of the square.</param>
/// <param name="RangeProofs">One for each row.</param>
public sealed record ShareProof(Namespace Namespace, ReadOnlyMemory<byte> Shares, IReadOnlyList<NmtProof> RangeProofs, RowProof Rows)
{
    public DaVerdict Verify(in Hash256 dataRoot)
    {
        DaVerdict rows = Rows.Verify(dataRoot);
        if (!rows.IsValid) return rows;
        if (RangeProofs.Count != Rows.RowRoots.Count) return new DaVerdict(DaFault.ProofShape, $"{RangeProofs.Count} proofs for {Rows.RowRoots.Count} rows");
        int leaves = (int)(Rows.Paths[0].Total / 2);
        ReadOnlySpan<byte> left = Shares.Span;
        for (int i = 0; i < RangeProofs.Count; i++)
        {
            NmtProof proof = RangeProofs[i];
            DaVerdict shape = proof.CheckShape(leaves);
            if (!shape.IsValid) return shape;
            bool goesOn = (i == 0 || proof.Start == 0) && (i == RangeProofs.Count - 1 || proof.End == leaves / 2) && proof.End <= leaves / 2;
            int bytes = (proof.End - proof.Start) * ShareFormat.Bytes;
            if (!goesOn || bytes > left.Length) return new DaVerdict(DaFault.ProofShape, $"row {Rows.StartRow + i}: leaves {proof.Start} to {proof.End} do not go on with the run");
            byte[] nodes = new byte[(proof.End - proof.Start) * NmtNode.Size];
            NmtHash.Leaves(Namespace, left[..bytes], nodes);
            for (int at = 0; at < bytes; at += ShareFormat.Bytes)
                if (new Namespace(left.Slice(at, Namespace.Size)) != Namespace) return new DaVerdict(DaFault.Share, $"a share is not of {Namespace}");
            DaVerdict verdict = NmtRange.TryRoot(proof, nodes, leaves, out NmtNode root);
            if (!verdict.IsValid) return verdict;
            if (root != Rows.RowRoots[i]) return new DaVerdict(DaFault.ProofRoot, $"row {Rows.StartRow + i}: the shares lead to another root");
            left = left[bytes..];
        }
        return left.IsEmpty ? DaVerdict.Valid : new DaVerdict(DaFault.ProofShape, $"{left.Length} bytes of shares are in no row");
    }
}
