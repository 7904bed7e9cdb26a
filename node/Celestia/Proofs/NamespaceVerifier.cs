using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Squares;

namespace Dsdn.Celestia.Proofs;

/// <summary>
/// Checks that rows of shares are all that a square holds of a namespace: a node can neither hide nor invent a share. The
/// availability header must have been checked against a trusted header.
/// </summary>
public static class NamespaceVerifier
{
    /// <param name="rows">One for each row whose root spans the namespace, from top to bottom.</param>
    /// <param name="found">Null where it is refused.</param>
    public static DaVerdict Verify(DataAvailabilityHeader dah, Namespace name, IReadOnlyList<NamespaceRow> rows, out VerifiedNamespace? found)
    {
        found = null;
        if (name == Namespace.Parity) return new DaVerdict(DaFault.Namespace, "parity is not data");
        IReadOnlyList<int> spanning = RowsSpanning(dah, name);
        if (rows.Count != spanning.Count) return new DaVerdict(DaFault.Rows, $"{rows.Count} rows, the header says {spanning.Count} span {name}");
        if (!HaveWholeShares(dah, rows, out int bytes)) return new DaVerdict(DaFault.Share, "a row is not made of whole shares, or is too long");
        byte[] shares = new byte[bytes], leaves = new byte[bytes / ShareFormat.Bytes * NmtNode.Size];
        int at = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            int count = rows[i].Shares.Length / ShareFormat.Bytes;
            Span<byte> nodes = leaves.AsSpan(at * NmtNode.Size, count * NmtNode.Size);
            DaVerdict verdict = VerifyRow(dah.RowRoots[spanning[i]], name, rows[i], dah.Width, nodes);
            if (!verdict.IsValid) return verdict with { Detail = $"row {spanning[i]}: {verdict.Detail}" };
            rows[i].Shares.CopyTo(shares.AsMemory(at * ShareFormat.Bytes));
            at += count;
        }
        DaVerdict read = ReadBlobs(dah, name, rows, spanning, shares, leaves, out IReadOnlyList<VerifiedBlob> blobs);
        if (read.IsValid) found = new VerifiedNamespace(name, shares, blobs);
        return read;
    }

    /// <summary>The rows of the original square whose roots span the namespace.</summary>
    public static IReadOnlyList<int> RowsSpanning(DataAvailabilityHeader dah, Namespace name)
    {
        List<int> rows = [];
        for (int i = 0; i < dah.Width; i++)
            if (dah.RowRoots[i].Min <= name && name <= dah.RowRoots[i].Max) rows.Add(i);
        return rows;
    }

    /// <param name="leaves">Out: the nodes of the row's shares.</param>
    private static DaVerdict VerifyRow(in NmtNode rowRoot, Namespace name, NamespaceRow row, int width, Span<byte> leaves)
    {
        NmtProof proof = row.Proof;
        DaVerdict verdict = proof.CheckShape(2 * width);
        if (!verdict.IsValid) return verdict;
        ReadOnlySpan<byte> range = leaves;
        if (leaves.IsEmpty)
        {
            if (proof.AbsentLeaf is not { } leaf) return new DaVerdict(DaFault.Incomplete, "neither shares nor a proof of absence");
            if (proof.End - proof.Start != 1) return new DaVerdict(DaFault.ProofShape, "a proof of absence is about one leaf");
            if (leaf.Min != leaf.Max || leaf.Min <= name) return new DaVerdict(DaFault.Incomplete, $"the leaf that should be above {name} is of {leaf.Min} to {leaf.Max}");
            range = leaf.ToArray();
        }
        else
        {
            if (proof.AbsentLeaf is not null) return new DaVerdict(DaFault.ProofShape, "shares beside a proof of absence");
            if (!AreAllOf(name, row.Shares.Span)) return new DaVerdict(DaFault.Share, $"a share is not of {name}");
            NmtHash.Leaves(name, row.Shares.Span, leaves);
        }
        verdict = NmtRange.TryRoot(proof, range, 2 * width, out NmtNode root);
        if (!verdict.IsValid) return verdict;
        if (root != rowRoot) return new DaVerdict(DaFault.ProofRoot, "the proof leads to another root");
        return NmtRange.CheckComplete(proof, name);
    }

    private static DaVerdict ReadBlobs(
        DataAvailabilityHeader dah, Namespace name, IReadOnlyList<NamespaceRow> rows, IReadOnlyList<int> spanning, byte[] shares, byte[] leaves, out IReadOnlyList<VerifiedBlob> blobs)
    {
        blobs = [];
        if (!name.IsForBlobs || shares.Length == 0) return DaVerdict.Valid;
        DaVerdict verdict = BlobReader.Read(name, shares, out IReadOnlyList<SharedBlob> found);
        List<VerifiedBlob> verified = new(found.Count);
        int row = 0, before = 0;
        foreach (SharedBlob blob in found)
        {
            while (blob.FirstShare - before >= rows[row].Shares.Length / ShareFormat.Bytes) before += rows[row++].Shares.Length / ShareFormat.Bytes;
            Span<byte> own = leaves.AsSpan(blob.FirstShare * NmtNode.Size, blob.ShareCount * NmtNode.Size);
            int column = rows[row].Proof.Start + blob.FirstShare - before;
            verified.Add(new VerifiedBlob(blob.Blob, ShareCommitment.OfLeaves(own), spanning[row], column, dah.Width));
        }
        blobs = verified;
        return verdict;
    }

    private static bool HaveWholeShares(DataAvailabilityHeader dah, IReadOnlyList<NamespaceRow> rows, out int bytes)
    {
        bytes = 0;
        foreach (NamespaceRow row in rows)
        {
            if (row.Shares.Length % ShareFormat.Bytes != 0 || row.Shares.Length > dah.Width * ShareFormat.Bytes) return false;
            bytes += row.Shares.Length;
        }
        return true;
    }

    private static bool AreAllOf(Namespace name, ReadOnlySpan<byte> shares)
    {
        Span<byte> expected = stackalloc byte[Namespace.Size];
        name.CopyTo(expected);
        for (; !shares.IsEmpty; shares = shares[ShareFormat.Bytes..])
            if (!shares[..Namespace.Size].SequenceEqual(expected)) return false;
        return true;
    }
}
