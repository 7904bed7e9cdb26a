using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Shares;

namespace Dsdn.Celestia.Tests.Nmt;

public sealed class NmtTreeTests
{
    /// <summary>Leaves in runs of namespaces, then as many of parity.</summary>
    private static byte[] Leaves(int count)
    {
        byte[] nodes = new byte[count * NmtNode.Size];
        for (int i = 0; i < count; i++)
        {
            Namespace name = i < count / 2 ? Sample.User(7, (byte)(i / 3)) : Namespace.Parity;
            NmtHash.Leaves(name, Sample.Bytes(ShareFormat.Bytes, i), nodes.AsSpan(i * NmtNode.Size, NmtNode.Size));
        }
        return nodes;
    }

    private static NmtTree Tree(int count)
    {
        Sample.AssertValid(NmtTree.TryCreate(Leaves(count), out NmtTree? tree));
        return tree!;
    }

    [Fact]
    public void EveryRangeOfEveryTreeIsProvedAndNoOtherRangeByTheSameNodes()
    {
        for (int count = 1; count <= 32; count *= 2)
        {
            NmtTree tree = Tree(count);
            byte[] leaves = Leaves(count);
            for (int start = 0; start < count; start++)
            {
                for (int end = start + 1; end <= count; end++)
                {
                    NmtProof proof = tree.Prove(start, end);
                    byte[] range = leaves[(start * NmtNode.Size)..(end * NmtNode.Size)];
                    Sample.AssertValid(NmtRange.TryRoot(proof, range, count, out NmtNode root));
                    Assert.Equal(tree.Root, root);
                    if (start > 0) Assert.False(LeadsToRoot(proof with { Start = start - 1, End = end - 1 }, range, count, tree.Root));
                    if (end < count) Assert.False(LeadsToRoot(proof with { Start = start + 1, End = end + 1 }, range, count, tree.Root));
                    Assert.False(LeadsToRoot(proof, range, 2 * count, tree.Root));
                }
            }
        }
    }

    [Fact]
    public void ParityDoesNotRaiseTheHighestNamespace()
    {
        NmtTree tree = Tree(16);
        Assert.Equal((Sample.User(7, 0), Sample.User(7, 2)), (tree.Root.Min, tree.Root.Max));
        Assert.Equal((Namespace.Parity, Namespace.Parity), (tree.Node(3, 1).Min, tree.Node(3, 1).Max));
        Assert.Equal(tree.Root, tree.Node(4, 0));
    }

    [Fact]
    public void RangeIsCompleteOnlyIfItHoldsTheWholeNamespace()
    {
        NmtTree tree = Tree(16);
        Namespace second = Sample.User(7, 1); // leaves 3 to 5
        Sample.AssertValid(NmtRange.CheckComplete(tree.Prove(3, 6), second));
        Assert.Equal(DaFault.Incomplete, NmtRange.CheckComplete(tree.Prove(4, 6), second).Fault);
        Assert.Equal(DaFault.Incomplete, NmtRange.CheckComplete(tree.Prove(3, 5), second).Fault);
        Assert.Equal(DaFault.Incomplete, NmtRange.CheckComplete(tree.Prove(6, 8), second).Fault);
    }

    [Fact]
    public void NodesOutOfOrderAreRefused()
    {
        NmtNode low = Tree(2).Leaf(0), high = low with { Min = Sample.User(9, 9), Max = Sample.User(9, 9) };
        Assert.True(NmtHash.TryNode(low, high, out _));
        Assert.False(NmtHash.TryNode(high, low, out _));
        Assert.False(NmtHash.TryNode(low, high with { Min = Sample.User(9, 10) }, out _));
        Assert.Equal(DaFault.Square, NmtTree.TryCreate([.. high.ToArray(), .. low.ToArray()], out _).Fault);
        Assert.Equal(DaFault.Square, NmtTree.TryCreate(new byte[3 * NmtNode.Size], out _).Fault);
        Assert.Equal(DaFault.Square, NmtTree.TryCreate([], out _).Fault);
        Assert.Equal(DaFault.ProofShape, NmtNode.TryDecode(new byte[89], out _).Fault);
        Assert.Equal(DaFault.ProofShape, NmtNode.TryDecode((high with { Max = Sample.User(2, 2) }).ToArray(), out _).Fault);
    }

    private static bool LeadsToRoot(NmtProof proof, byte[] range, int leaves, NmtNode expected) =>
        NmtRange.TryRoot(proof, range, leaves, out NmtNode root).IsValid && root == expected;
}
