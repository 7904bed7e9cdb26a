using System.Security.Cryptography;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Crypto;

public sealed class Sha256BatchTests
{
    public static TheoryData<Sha256Path> Paths => [.. Enum.GetValues<Sha256Path>()];

    private static byte[] Bytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static Hash256 Expected(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body) => new(SHA256.HashData([.. prefix, .. body]));

    [Theory]
    [MemberData(nameof(Paths))]
    public void EveryLengthAroundTheBlocksAgreesWithTheFramework(Sha256Path path)
    {
        const int Count = 19; // a full register of sixteen and a rest
        for (int length = 0; length <= 200; length++)
        {
            byte[] bodies = Bytes(Count * length, length);
            Hash256[] digests = new Hash256[Count];
            Sha256Batch.Hash(default, 0, 0, bodies, length, digests, path);
            for (int i = 0; i < Count; i++) Assert.Equal(Expected(default, bodies.AsSpan(i * length, length)), digests[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void EveryCountOfMessagesAgreesWithTheFramework(Sha256Path path)
    {
        for (int count = 0; count <= 40; count++)
        {
            foreach (int length in (int[])[65, 542, 1024])
            {
                byte[] bodies = Bytes(count * length, count);
                Hash256[] digests = new Hash256[count];
                Sha256Batch.Hash(default, 0, 0, bodies, length, digests, path);
                for (int i = 0; i < count; i++) Assert.Equal(Expected(default, bodies.AsSpan(i * length, length)), digests[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void PrefixesOfEveryLengthStandInFrontOfTheBodies(Sha256Path path)
    {
        const int Count = 11;
        for (int prefix = 0; prefix <= Sha256Batch.PrefixBytesMax; prefix++)
        {
            foreach (int length in (int[])[0, 1, 33, 64, 119, 128, 180, 512])
            {
                byte[] prefixes = Bytes(Count * prefix, prefix), bodies = Bytes(Count * length, length + 1);
                Hash256[] each = new Hash256[Count], one = new Hash256[Count];
                Sha256Batch.Hash(prefixes, prefix, prefix, bodies, length, each, path);
                Sha256Batch.Hash(prefixes.AsSpan(0, prefix), prefix, 0, bodies, length, one, path);
                for (int i = 0; i < Count; i++)
                {
                    ReadOnlySpan<byte> body = bodies.AsSpan(i * length, length);
                    Assert.Equal(Expected(prefixes.AsSpan(i * prefix, prefix), body), each[i]);
                    Assert.Equal(Expected(prefixes.AsSpan(0, prefix), body), one[i]);
                }
            }
        }
    }

    [Fact]
    public void PublicCallsUseTheBestPath()
    {
        byte[] bodies = Bytes(5 * 100, 3), prefixes = Bytes(5 * 7, 4);
        Hash256[] digests = new Hash256[5];
        Sha256Batch.Hash(bodies, 100, digests);
        Assert.Equal(Expected(default, bodies.AsSpan(400)), digests[4]);
        Sha256Batch.Hash(prefixes.AsSpan(0, 7), bodies, 100, digests);
        Assert.Equal(Expected(prefixes.AsSpan(0, 7), bodies.AsSpan(400)), digests[4]);
        Sha256Batch.HashEach(prefixes, 7, bodies, 100, digests);
        Assert.Equal(Expected(prefixes.AsSpan(28), bodies.AsSpan(400)), digests[4]);
    }

    [Fact]
    public void BodiesThatDoNotFitTheDigestsAreACallersMistake()
    {
        Assert.Throws<ArgumentException>(() => Sha256Batch.Hash(new byte[99], 100, new Hash256[1]));
        Assert.Throws<ArgumentException>(() => Sha256Batch.HashEach(new byte[3], 2, new byte[200], 100, new Hash256[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sha256Batch.Hash(new byte[65], new byte[100], 100, new Hash256[1]));
    }
}
