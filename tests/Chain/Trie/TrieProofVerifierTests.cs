using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.Tests.Trie;

/// <summary>Small tries written by hand; proofs of real states are verified by the end-to-end tests.</summary>
public sealed class TrieProofVerifierTests
{
    private static readonly byte[] Key = [1, 2, 3];
    private static readonly byte[] Value = Enumerable.Repeat((byte)0xab, 40).ToArray();

    [Fact]
    public void LeafThatIsTheWholeTrieProvesItsKeyAndTheAbsenceOfOthers()
    {
        byte[] leaf = Leaf(Keccak.Hash(Key).Span, Value);
        Assert.True(TrieProofVerifier.TryVerify(Keccak.Hash(leaf), Key, [leaf], out byte[] value));
        Assert.Equal(Value, value);
        Assert.True(TrieProofVerifier.TryVerify(Keccak.Hash(leaf), [9], [leaf], out value));
        Assert.Empty(value);
    }

    [Fact]
    public void EmptyTrieProvesAbsence()
    {
        Assert.True(TrieProofVerifier.TryVerify(TrieProofVerifier.EmptyRoot, Key, [], out byte[] value));
        Assert.Empty(value);
        Assert.False(TrieProofVerifier.TryVerify(TrieProofVerifier.EmptyRoot, Key, [Leaf(Keccak.Hash(Key).Span, Value)], out _));
    }

    [Fact]
    public void ProofOfAnotherRootMissingOrSuperfluousNodesAreRefused()
    {
        byte[] leaf = Leaf(Keccak.Hash(Key).Span, Value);
        Assert.False(TrieProofVerifier.TryVerify(Hash256.Zero, Key, [leaf], out _));
        Assert.False(TrieProofVerifier.TryVerify(Keccak.Hash(leaf), Key, [], out _));
        Assert.False(TrieProofVerifier.TryVerify(Keccak.Hash(leaf), Key, [leaf, leaf], out _));
    }

    [Fact]
    public void NodesOfRandomBytesAreRefusedWithoutAnException()
    {
        var random = new Random(11);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] node = new byte[random.Next(80)];
            random.NextBytes(node);
            if (node.Length > 1) node[0] = (byte)(0xc0 + random.Next(0x40));
            Assert.False(TrieProofVerifier.TryVerify(Keccak.Hash(node), Key, [node], out byte[] value) && value.Length > 0);
        }
    }

    [Fact]
    public void PathThatIsLongerThanAnyKeyIsRefusedBeforeItTakesMemory()
    {
        byte[] node = Leaf(new byte[4 << 20], Value);
        Assert.False(TrieProofVerifier.TryVerify(Keccak.Hash(node), Key, [node], out _));
    }

    private static byte[] Leaf(ReadOnlySpan<byte> path, byte[] value)
    {
        var writer = new RlpWriter(stackalloc byte[256]);
        int list = writer.BeginList();
        writer.Write([0x20, .. path]);
        writer.Write(value);
        writer.EndList(list);
        return writer.ToArray();
    }
}
