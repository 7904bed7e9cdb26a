using System.Numerics;
using System.Security.Cryptography;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Crypto;

public sealed class Sha256TreeTests
{
    private static Hash256[] LeavesOf(int count) => [.. Enumerable.Range(0, count).Select(i => Sha256Tree.Leaf([(byte)i, (byte)(i >> 8)]))];

    /// <summary>RFC 6962, 2.1, as it is written: a recursion over halves.</summary>
    private static Hash256 ByDefinition(ReadOnlySpan<Hash256> leaves)
    {
        if (leaves.IsEmpty) return new Hash256(SHA256.HashData([]));
        if (leaves.Length == 1) return leaves[0];
        int left = 1 << BitOperations.Log2((uint)leaves.Length - 1);
        return new Hash256(SHA256.HashData([1, .. ByDefinition(leaves[..left]).Span, .. ByDefinition(leaves[left..]).Span]));
    }

    [Fact]
    public void RootIsThatOfTheDefinitionForEveryCount()
    {
        for (int count = 0; count <= 70; count++) Assert.Equal(ByDefinition(LeavesOf(count)), Sha256Tree.Root(LeavesOf(count)));
    }

    [Fact]
    public void RootsOfTheStandardsTestTree()
    {
        // The eight leaves that implementations of RFC 6962 publish with their roots.
        byte[][] contents = [[], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43], [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57], [0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f]];
        Hash256[] leaves = [.. contents.Select(content => Sha256Tree.Leaf(content))];
        Assert.Equal("0x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", Sha256Tree.Root(leaves.AsSpan(0, 1)).ToString());
        Assert.Equal("0xfac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125", Sha256Tree.Root(leaves.AsSpan(0, 2)).ToString());
        Assert.Equal("0x5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328", Sha256Tree.Root(leaves).ToString());
    }

    [Fact]
    public void EveryProofLeadsToTheRootAndNoChangedOneDoes()
    {
        for (int count = 1; count <= 33; count++)
        {
            Hash256[] leaves = LeavesOf(count);
            Hash256 root = Sha256Tree.Root(leaves);
            for (int index = 0; index < count; index++)
            {
                Hash256[] proof = Sha256Tree.Proof(leaves, index);
                Assert.True(Sha256Tree.TryRoot(leaves[index], index, count, proof, out Hash256 led));
                Assert.Equal(root, led);
                Assert.False(Sha256Tree.TryRoot(leaves[index], index, count, [.. proof, root], out _));
                if (proof.Length == 0) continue;
                Assert.False(Sha256Tree.TryRoot(leaves[index], index, count, proof.AsSpan(1), out _));
                Assert.True(!Sha256Tree.TryRoot(leaves[index], (index + 1) % count, count, proof, out led) || led != root);
                proof[0] = root;
                Assert.True(Sha256Tree.TryRoot(leaves[index], index, count, proof, out led));
                Assert.NotEqual(root, led);
            }
            Assert.False(Sha256Tree.TryRoot(leaves[0], count, count, [], out _));
            Assert.False(Sha256Tree.TryRoot(leaves[0], -1, count, [], out _));
        }
    }

    [Fact]
    public void LeavesOfOneLengthAreHashedTogether()
    {
        byte[] contents = new byte[9 * 1024];
        new Random(5).NextBytes(contents);
        Hash256[] leaves = new Hash256[9];
        Sha256Tree.Leaves(contents, 1024, leaves);
        for (int i = 0; i < 9; i++) Assert.Equal(Sha256Tree.Leaf(contents.AsSpan(i * 1024, 1024)), leaves[i]);
    }
}
