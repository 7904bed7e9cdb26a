using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Log;

public sealed class ChunkLeafTests
{
    public static TheoryData<int> Lengths => [1, 1_023, 1_024, 1_025, 2_048, 3_000, 7 * 1_024, (16 * 1_024) + 5, 1_052_000];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void EveryLeafLeadsToTheRootOfTheContent(int length)
    {
        byte[] content = Content(length);
        Hash256 root = ChunkRoot.Of(content);
        uint count = (uint)ChunkRoot.LeafCount((ulong)length);
        uint[] indexes = [.. Enumerable.Range(0, (int)count).Select(i => (uint)i).Where(i => i < 20 || i > count - 4)];
        foreach (ChunkLeaf leaf in ChunkRoot.Prove(content, indexes))
        {
            Assert.True(leaf.IsIn(root, (ulong)length), $"leaf {leaf.Index}");
            Assert.True(leaf.Content.Span.SequenceEqual(content.AsSpan((int)leaf.Index * 1_024, leaf.Content.Length)));
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void ALeafIsInNoOtherPlaceLengthOrRoot(int length)
    {
        byte[] content = Content(length);
        Hash256 root = ChunkRoot.Of(content);
        uint last = (uint)ChunkRoot.LeafCount((ulong)length) - 1;
        foreach (ChunkLeaf leaf in ChunkRoot.Prove(content, [0, last, last / 2]))
        {
            Assert.False((leaf with { Index = leaf.Index + 1 }).IsIn(root, (ulong)length));
            Assert.False((leaf with { Index = leaf.Index - 1 }).IsIn(root, (ulong)length)); // wraps below 0
            Assert.False(leaf.IsIn(root, (ulong)length + 1));
            Assert.False(leaf.IsIn(root, (ulong)length - 1));
            Assert.False(leaf.IsIn(root, 0));
            Assert.False(leaf.IsIn(root, ulong.MaxValue));
            Assert.False(leaf.IsIn(Hash256.Zero, (ulong)length));
            Assert.False((leaf with { Content = leaf.Content[1..] }).IsIn(root, (ulong)length));
            Assert.False((leaf with { Content = (byte[])[.. leaf.Content.Span, 0] }).IsIn(root, (ulong)length));
            Assert.False((leaf with { Siblings = [.. leaf.Siblings, Hash256.Zero] }).IsIn(root, (ulong)length));
            if (leaf.Siblings.Count == 0) continue;
            Assert.False((leaf with { Siblings = [.. leaf.Siblings.Skip(1)] }).IsIn(root, (ulong)length));
            Assert.False((leaf with { Siblings = [Hash256.Zero, .. leaf.Siblings.Skip(1)] }).IsIn(root, (ulong)length));
        }
    }

    /// <summary>An inner node is no leaf: the prefixes differ.</summary>
    [Fact]
    public void TwoHashesArePassedForALeafInVain()
    {
        byte[] content = Content(4 * 1_024);
        Hash256 root = ChunkRoot.Of(content);
        ChunkLeaf leaf = ChunkRoot.Prove(content, [0])[0];
        byte[] node = [.. Dsdn.Chain.Crypto.Sha256Tree.Leaf(leaf.Content.Span).Span, .. leaf.Siblings[0].Span];
        Assert.False(new ChunkLeaf(0, node, [leaf.Siblings[1]]).IsIn(root, 4 * 1_024));
        Assert.False(new ChunkLeaf(0, node, [leaf.Siblings[1]]).IsIn(root, 64 + 1_024));
    }

    [Fact]
    public void ALeafReadsBackAndItsLimitsHold()
    {
        ChunkLeaf leaf = ChunkRoot.Prove(Content(5_000), [4])[0];
        LogWriter writer = new();
        leaf.Write(writer);
        LogReader reader = new(writer.ToArray());
        ChunkLeaf read = ChunkLeaf.Read(ref reader);
        Assert.Equal(LogFault.None, reader.End());
        Assert.True(read.IsIn(ChunkRoot.Of(Content(5_000)), 5_000));
        LogWriter longer = new(2_048);
        (leaf with { Content = new byte[1_025] }).Write(longer);
        LogReader refused = new(longer.ToArray());
        ChunkLeaf.Read(ref refused);
        Assert.Equal(LogFault.TooLong, refused.End());
        LogWriter deep = new(2_048);
        (leaf with { Siblings = new Hash256[33] }).Write(deep);
        LogReader tooDeep = new(deep.ToArray());
        ChunkLeaf.Read(ref tooDeep);
        Assert.Equal(LogFault.Value, tooDeep.End());
    }

    [Fact]
    public void ALeafThatIsNotThereIsNotProven() => Assert.Throws<ArgumentOutOfRangeException>(() => ChunkRoot.Prove(Content(1_024), [1]));

    private static byte[] Content(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7 % 251))];
}
