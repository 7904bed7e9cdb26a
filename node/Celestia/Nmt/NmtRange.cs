using Dsdn.Celestia.Namespaces;

namespace Dsdn.Celestia.Nmt;

/// <summary>Evaluates proofs over trees whose number of leaves is a power of two, as that of every row is.</summary>
public static class NmtRange
{
    /// <summary>The root that the leaves of the range and the proof lead to. Checks shape and order, nothing about completeness.</summary>
    /// <param name="range">The nodes of the leaves of the range, 90 bytes each.</param>
    /// <param name="leaves">Of the whole tree, a power of two.</param>
    public static DaVerdict TryRoot(NmtProof proof, ReadOnlySpan<byte> range, int leaves, out NmtNode root)
    {
        root = default;
        DaVerdict shape = proof.CheckShape(leaves);
        if (!shape.IsValid) return shape;
        if (range.Length != (proof.End - proof.Start) * NmtNode.Size) return new DaVerdict(DaFault.ProofShape, $"{range.Length} bytes of nodes for leaves {proof.Start} to {proof.End}");
        // Room for a neighbour on each side.
        byte[] nodes = new byte[range.Length + (2 * NmtNode.Size)];
        range.CopyTo(nodes.AsSpan(NmtNode.Size));
        int left = proof.LeftCount - 1, right = proof.LeftCount;
        int low = proof.Start, high = proof.End;
        for (int width = leaves; width > 1; width /= 2, low /= 2, high /= 2)
        {
            int from = NmtNode.Size, to = from + ((high - low) * NmtNode.Size);
            if ((low & 1) == 1)
            {
                from -= NmtNode.Size;
                low--;
                proof.Nodes[left--].CopyTo(nodes.AsSpan(from));
            }
            if ((high & 1) == 1)
            {
                proof.Nodes[right++].CopyTo(nodes.AsSpan(to));
                to += NmtNode.Size;
                high++;
            }
            Span<byte> parents = nodes.AsSpan(NmtNode.Size, (to - from) / 2);
            if (from == NmtNode.Size)
            {
                if (!NmtHash.Layer(nodes.AsSpan(from..to), parents)) return Disordered();
            }
            else
            {
                // The parents move one place to the right of their children, so they go where those begin first.
                if (!NmtHash.Layer(nodes.AsSpan(from..to), nodes.AsSpan(0, parents.Length))) return Disordered();
                nodes.AsSpan(0, parents.Length).CopyTo(parents);
            }
        }
        root = new NmtNode(nodes.AsSpan(NmtNode.Size, NmtNode.Size));
        return DaVerdict.Valid;
    }

    /// <summary>Whether no leaf of the namespace can lie outside the range: all left of it is lower, all right of it is higher.</summary>
    public static DaVerdict CheckComplete(NmtProof proof, Namespace name)
    {
        for (int i = 0; i < proof.Nodes.Count; i++)
        {
            NmtNode node = proof.Nodes[i];
            if (i < proof.LeftCount ? node.Max >= name : node.Min <= name)
                return new DaVerdict(DaFault.Incomplete, $"a subtree from {node.Min} to {node.Max} beside the range can hold {name}");
        }
        return DaVerdict.Valid;
    }

    private static DaVerdict Disordered() => new(DaFault.ProofShape, "namespaces are not in order");
}
