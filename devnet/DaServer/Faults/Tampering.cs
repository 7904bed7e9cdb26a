using System.Text;
using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Squares;
using Dsdn.Chain.Primitives;
using Dsdn.DaServer.Blocks;

namespace Dsdn.DaServer.Faults;

/// <summary>A blob as a reply names it.</summary>
/// <param name="ExtendedIndex">-1 where it lies in no square.</param>
internal readonly record struct AnsweredBlob(Blob Blob, Hash256 Commitment, int ExtendedIndex);

/// <summary>What is answered from a block: the truth, unless a fault makes the server lie. Every lie is one that a verifier can prove.</summary>
internal sealed class Tampering(FaultBoard faults)
{
    public ExtendedHeader Header(string method, ServedBlock block)
    {
        ExtendedHeader header = block.Header;
        if (faults.Take(FaultKind.WrongRoots, method) is not null) header = new ExtendedHeader(header.Header, header.Commit, header.Validators, Swapped(header.Dah));
        if (faults.Take(FaultKind.ForgedCommit, method) is null) return header;
        CommitSignature[] votes = [.. header.Commit.Signatures.Select(static vote => vote with { Signature = Flipped(vote.Signature.Span) })];
        return new ExtendedHeader(header.Header, header.Commit with { Signatures = votes }, header.Validators, header.Dah);
    }

    /// <summary>The blobs of a namespace in the order of the square.</summary>
    public IReadOnlyList<AnsweredBlob> Blobs(string method, ServedBlock block, Namespace name)
    {
        IEnumerable<PlacedBlob> found = block.Square.Blobs.Where(blob => blob.Blob.Namespace == name);
        if (faults.Take(FaultKind.WithheldRow, method) is { } withheld && WithheldRow(block, name, withheld) is { } row) found = found.Where(blob => row < blob.FirstRow || row > blob.LastRow);
        List<AnsweredBlob> answer = [.. found.Select(static blob => new AnsweredBlob(blob.Blob, blob.Commitment, blob.ExtendedIndex))];
        if (faults.Take(FaultKind.InventedBlob, method) is not null) answer.Add(new AnsweredBlob(Invented(block, name), ShareCommitment.Of(Invented(block, name)), -1));
        if (answer.Count == 0 || faults.Take(FaultKind.WrongCommitment, method) is null) return answer;
        return [.. answer.Select(static blob => blob with { Commitment = new Hash256(Flipped(blob.Commitment.Span)) })];
    }

    public IReadOnlyList<NamespaceRow> Rows(string method, ServedBlock block, Namespace name)
    {
        List<NamespaceRow> rows = [.. block.Square.Prover.ProveNamespace(name)];
        if (rows.Count > 0 && faults.Take(FaultKind.WithheldRow, method) is { } withheld) rows.RemoveAt((int)Math.Clamp(withheld.Rule.Value ?? 0, 0, rows.Count - 1));
        if (faults.Take(FaultKind.InventedBlob, method) is not null)
        {
            byte[] shares = BlobWriter.Write(Invented(block, name));
            if (rows.Count == 0) rows.Add(new NamespaceRow(shares, new NmtProof(0, 1, [block.Header.Dah.RowRoots[0]])));
            else rows[^1] = new NamespaceRow((byte[])[.. rows[^1].Shares.Span, .. shares], rows[^1].Proof with { AbsentLeaf = null });
        }
        if (faults.Take(FaultKind.WrongCommitment, method) is not null && rows.Count > 0 && !rows[0].Shares.IsEmpty) rows[0] = rows[0] with { Shares = Flipped(rows[0].Shares.Span) };
        if (faults.Take(FaultKind.TruncatedProof, method) is not null) rows = [.. rows.Select(static row => row with { Proof = Truncated(row.Proof) })];
        return rows;
    }

    public IReadOnlyList<NmtProof> Proofs(string method, IReadOnlyList<NmtProof> proofs) =>
        faults.Take(FaultKind.TruncatedProof, method) is null ? proofs : [.. proofs.Select(Truncated)];

    public CommitmentProof Proof(string method, CommitmentProof proof)
    {
        if (faults.Take(FaultKind.TruncatedProof, method) is not null) proof = proof with { RangeProofs = [.. proof.RangeProofs.Select(Truncated)] };
        if (faults.Take(FaultKind.WrongCommitment, method) is null) return proof;
        // Another hash under the same namespaces: the commitment over the roots is another then.
        NmtNode first = proof.SubtreeRoots[0];
        byte[] changed = first.ToArray();
        changed[^1] ^= 1;
        return proof with { SubtreeRoots = [new NmtNode(changed), .. proof.SubtreeRoots.Skip(1)] };
    }

    public ShareProof Proof(string method, ShareProof proof) =>
        faults.Take(FaultKind.TruncatedProof, method) is null ? proof : proof with { RangeProofs = [.. proof.RangeProofs.Select(Truncated)] };

    private static int? WithheldRow(ServedBlock block, Namespace name, ActiveFault fault)
    {
        IReadOnlyList<int> spanning = NamespaceVerifier.RowsSpanning(block.Header.Dah, name);
        return spanning.Count == 0 ? null : spanning[(int)Math.Clamp(fault.Rule.Value ?? 0, 0, spanning.Count - 1)];
    }

    private static Blob Invented(ServedBlock block, Namespace name)
    {
        Namespace.TryUser("invented"u8, out Namespace own);
        Blob.TryCreate(name.IsForBlobs ? name : own, Encoding.ASCII.GetBytes($"a blob that is not in block {block.Height}"), out Blob? blob);
        return blob ?? throw new InvalidOperationException("the invented blob is none");
    }

    /// <summary>The roots of another square: rows and columns change places, or, where they are the same, one root changes.</summary>
    private static DataAvailabilityHeader Swapped(DataAvailabilityHeader dah)
    {
        NmtNode[] rows = [.. dah.ColumnRoots], columns = [.. dah.RowRoots];
        if (rows.SequenceEqual(columns))
        {
            byte[] changed = rows[0].ToArray();
            changed[^1] ^= 1;
            rows[0] = new NmtNode(changed);
        }
        DataAvailabilityHeader.TryCreate(rows, columns, out DataAvailabilityHeader? swapped);
        return swapped ?? dah;
    }

    private static NmtProof Truncated(NmtProof proof) => proof with { Nodes = [.. proof.Nodes.SkipLast(1)] };

    /// <summary>The same bytes with one bit of the last one changed.</summary>
    private static byte[] Flipped(ReadOnlySpan<byte> bytes)
    {
        byte[] flipped = bytes.ToArray();
        flipped[^1] ^= 1;
        return flipped;
    }
}
