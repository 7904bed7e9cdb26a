using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Squares;

namespace Dsdn.Celestia.Proofs;

/// <summary>Makes the proofs of one square: what a server of data does. Holds the trees of the original rows.</summary>
public sealed class SquareProver
{
    private readonly ExtendedSquare _square;
    private readonly NmtTree[] _rows;

    private SquareProver(ExtendedSquare square, DataAvailabilityHeader dah, NmtTree[] rows) => (_square, Dah, _rows) = (square, dah, rows);

    public DataAvailabilityHeader Dah { get; }

    public ExtendedSquare Square => _square;

    /// <param name="prover">Null where the square's namespaces are not in order.</param>
    public static DaVerdict TryCreate(ExtendedSquare square, out SquareProver? prover)
    {
        prover = null;
        byte[] leaves = square.Leaves();
        DaVerdict verdict = square.TryHeader(leaves, out DataAvailabilityHeader? dah);
        if (dah is null) return verdict;
        NmtTree[] rows = new NmtTree[square.Width];
        int rowBytes = square.ExtendedWidth * NmtNode.Size;
        for (int row = 0; row < rows.Length; row++)
        {
            verdict = NmtTree.TryCreate(leaves.AsSpan(row * rowBytes, rowBytes).ToArray(), out NmtTree? tree);
            if (tree is null) return verdict;
            rows[row] = tree;
        }
        prover = new SquareProver(square, dah, rows);
        return DaVerdict.Valid;
    }

    /// <summary>All rows of a namespace, as share.GetNamespaceData gives them.</summary>
    public IReadOnlyList<NamespaceRow> ProveNamespace(Namespace name) =>
        [.. NamespaceVerifier.RowsSpanning(Dah, name).Select(row => ProveRow(row, name))];

    /// <summary>That the shares [start, end) of the original square, all of one namespace, are in the data root.</summary>
    /// <param name="start">Index in the original square.</param>
    /// <param name="proof">Null where the range is none of the square or holds several namespaces.</param>
    public DaVerdict TryProveShares(int start, int end, out ShareProof? proof)
    {
        proof = null;
        if (!TryRange(start, end, out Namespace name)) return new DaVerdict(DaFault.Square, $"shares {start} to {end} are not a range of one namespace");
        int k = _square.Width;
        byte[] shares = new byte[(end - start) * ShareFormat.Bytes];
        for (int i = start; i < end; i++) _square.Share(i / k, i % k).CopyTo(shares.AsMemory((i - start) * ShareFormat.Bytes));
        proof = new ShareProof(name, shares, RangeProofs(start, end), RowProofOf(start / k, (end - 1) / k));
        return DaVerdict.Valid;
    }

    /// <summary>That the blob whose shares are [start, start + count) has its commitment in the data root.</summary>
    /// <param name="start">Index in the original square: a multiple of the blob's subtree width.</param>
    /// <param name="proof">Null where no blob can lie there.</param>
    public DaVerdict TryProveCommitment(int start, int count, out CommitmentProof? proof)
    {
        proof = null;
        if (count < 1 || start < 0 || start > (_square.Width * _square.Width) - count || !TryRange(start, start + count, out Namespace name) || start % SubtreeWidth.Of(count) != 0)
            return new DaVerdict(DaFault.Square, $"no blob of {count} shares can lie at {start}");
        int k = _square.Width, width = SubtreeWidth.Of(count), end = start + count;
        List<NmtNode> subtrees = [];
        for (int at = start; at < end;)
        {
            int size = Math.Min(width, k);
            while (at % size != 0 || at + size > Math.Min(end, ((at / k) + 1) * k)) size /= 2;
            subtrees.Add(_rows[at / k].Node(int.Log2(size), at % k / size));
            at += size;
        }
        proof = new CommitmentProof(name, subtrees, RangeProofs(start, end), RowProofOf(start / k, (end - 1) / k));
        return DaVerdict.Valid;
    }

    private NamespaceRow ProveRow(int row, Namespace name)
    {
        NmtTree tree = _rows[row];
        int start = 0;
        while (tree.Leaf(start).Min < name) start++;
        int end = start;
        while (end < _square.Width && tree.Leaf(end).Min == name) end++;
        if (start == end) return new NamespaceRow(default, tree.ProveAbsence(start));
        int from = ((row * _square.ExtendedWidth) + start) * ShareFormat.Bytes;
        return new NamespaceRow(_square.Shares.Slice(from, (end - start) * ShareFormat.Bytes), tree.Prove(start, end));
    }

    private List<NmtProof> RangeProofs(int start, int end)
    {
        List<NmtProof> proofs = [];
        for (int at = start, k = _square.Width; at < end;)
        {
            int stop = Math.Min(end, ((at / k) + 1) * k);
            proofs.Add(_rows[at / k].Prove(at % k, at % k + stop - at));
            at = stop;
        }
        return proofs;
    }

    private RowProof RowProofOf(int first, int last)
    {
        IEnumerable<int> rows = Enumerable.Range(first, last - first + 1);
        return new RowProof([.. rows.Select(row => Dah.RowRoots[row])], [.. rows.Select(Dah.ProveRow)], first, last);
    }

    private bool TryRange(int start, int end, out Namespace name)
    {
        int k = _square.Width;
        name = default;
        if (start < 0 || end <= start || end > k * k) return false;
        name = _rows[start / k].Leaf(start % k).Min;
        for (int i = start + 1; i < end; i++)
            if (_rows[i / k].Leaf(i % k).Min != name) return false;
        return true;
    }
}
