using System.Security.Cryptography;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Log;

public sealed class ChunkHasherTests
{
    /// <summary>Around leaves, blocks and powers of two.</summary>
    public static TheoryData<int> Lengths =>
        [1, 1_023, 1_024, 1_025, 2_048, 3_000, 65_535, 65_536, 65_537, 66_560, 131_072, 196_608, 200_001, 327_680 + 1_024, 1_048_576 + 5];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void PiecesOfAnySizeGiveTheHashesOfTheWhole(int length)
    {
        byte[] content = Content(length);
        ChunkIdentity whole = new(new Hash256(SHA256.HashData(content)), ChunkRoot.Of(content), (ulong)length);
        Assert.Equal(whole, ChunkHasher.Of(content));
        using ChunkHasher hasher = new();
        Random sizes = new(length);
        for (int round = 0; round < 3; round++) // also after it started anew
        {
            for (int at = 0; at < length;)
            {
                int take = Math.Min(length - at, sizes.Next(0, round == 0 ? 2_000 : 100_000));
                hasher.Append(content.AsSpan(at, take));
                at += take;
            }
            Assert.Equal(whole, hasher.Finish());
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void LeavesAreProvedFromTheirBlockAlone(int length)
    {
        byte[] content = Content(length);
        using ChunkHasher hasher = new();
        hasher.Append(content);
        ChunkIdentity identity = hasher.Finish(out ChunkTree tree);
        Assert.Equal(identity.Root, tree.Root);
        uint leaves = (uint)ChunkRoot.LeafCount((ulong)length);
        foreach (uint leaf in (uint[])[0, leaves / 2, leaves - 1])
        {
            int block = (int)(leaf / 64);
            ReadOnlyMemory<byte> bytes = content.AsMemory(block * ChunkTree.BlockBytes, tree.BlockLength(block));
            Assert.True(tree.Holds(block, bytes.Span));
            ChunkLeaf proof = tree.Prove(leaf, bytes), expected = ChunkRoot.Prove(content, [leaf])[0];
            Assert.True(proof.IsIn(identity.Root, (ulong)length));
            Assert.Equal(expected.Siblings, proof.Siblings);
            Assert.True(expected.Content.Span.SequenceEqual(proof.Content.Span));
        }
    }

    [Fact]
    public void ChangedBlockIsNotHeld()
    {
        byte[] content = Content(200_000);
        using ChunkHasher hasher = new();
        hasher.Append(content);
        hasher.Finish(out ChunkTree tree);
        for (int block = 0; block < (int)ChunkTree.BlockCount(200_000); block++)
        {
            Span<byte> bytes = content.AsSpan(block * ChunkTree.BlockBytes, tree.BlockLength(block));
            bytes[^1] ^= 1;
            Assert.False(tree.Holds(block, bytes));
            bytes[^1] ^= 1;
            Assert.False(tree.Holds(block, bytes[..^1]));
            Assert.False(tree.Holds(block == 0 ? 1 : 0, bytes));
        }
        Assert.False(tree.Holds(-1, content.AsSpan(0, 1)));
        Assert.False(tree.Holds(4, content.AsSpan(0, 1)));
    }

    [Fact]
    public void NothingHasNoIdentity()
    {
        using ChunkHasher hasher = new();
        Assert.Throws<InvalidOperationException>(() => hasher.Finish());
        hasher.Append([1]);
        hasher.Reset();
        Assert.Throws<InvalidOperationException>(() => hasher.Finish());
    }

    private static byte[] Content(int length)
    {
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }
}
