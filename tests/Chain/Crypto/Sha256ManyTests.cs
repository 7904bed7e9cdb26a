using System.Security.Cryptography;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Crypto;

public sealed class Sha256ManyTests
{
    public static TheoryData<Sha256Path> Paths => [.. Enum.GetValues<Sha256Path>()];

    [Theory]
    [MemberData(nameof(Paths))]
    public void MessagesOfAllLengthsAgreeWithTheFramework(Sha256Path path)
    {
        foreach (int prefix in (int[])[0, 1, 31, 55, 56, 64])
        {
            // Every length up to four blocks, some beyond the lanes, and runs of equal ones.
            int[] lengths = [.. Enumerable.Range(0, 260), .. Enumerable.Repeat(100, 40), 4_000, 4_096, 4_200, 9_000];
            Check(path, prefix, [.. lengths.OrderBy(length => (length * 37) % 101)]);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void EveryCountOfMessagesAgreesWithTheFramework(Sha256Path path)
    {
        for (int count = 0; count <= 36; count++) Check(path, 1, [.. Enumerable.Range(0, count).Select(i => 60 + (i % 5))]);
    }

    [Fact]
    public void LeavesOfATreeMayHaveAnyLength()
    {
        byte[] packed = new byte[100];
        Hash256[] leaves = new Hash256[3];
        Sha256Tree.Leaves(packed, [0, 10, 10, 100], leaves);
        Assert.Equal([Sha256Tree.Leaf(packed.AsSpan(0, 10)), Sha256Tree.Leaf([]), Sha256Tree.Leaf(packed.AsSpan(0, 90))], leaves);
    }

    [Fact]
    public void OffsetsThatAreNoneAreACallersMistake()
    {
        Assert.Throws<ArgumentException>(() => Sha256Many.Hash(default, new byte[10], [0, 11], new Hash256[1]));
        Assert.Throws<ArgumentException>(() => Sha256Many.Hash(default, new byte[10], [5, 3], new Hash256[1]));
        Assert.Throws<ArgumentException>(() => Sha256Many.Hash(default, new byte[10], [-1, 3], new Hash256[1]));
        Assert.Throws<ArgumentException>(() => Sha256Many.Hash(default, new byte[10], [0, 3], new Hash256[2]));
    }

    private static void Check(Sha256Path path, int prefixBytes, int[] lengths)
    {
        byte[] prefix = new byte[prefixBytes], packed = new byte[lengths.Sum() + 3];
        new Random(prefixBytes).NextBytes(packed);
        int[] offsets = new int[lengths.Length + 1];
        offsets[0] = 3;
        for (int i = 0; i < lengths.Length; i++) offsets[i + 1] = offsets[i] + lengths[i];
        Hash256[] digests = new Hash256[lengths.Length];
        Sha256Many.Hash(prefix, packed, offsets, digests, path);
        for (int i = 0; i < lengths.Length; i++) Assert.Equal(new Hash256(SHA256.HashData([.. prefix, .. packed.AsSpan(offsets[i]..offsets[i + 1])])), digests[i]);
    }
}
