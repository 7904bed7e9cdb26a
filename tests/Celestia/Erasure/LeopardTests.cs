using Dsdn.Celestia.Erasure;

namespace Dsdn.Celestia.Tests.Erasure;

public sealed class LeopardTests
{
    private const int Shard = 128;

    private static byte[] Codeword(int k)
    {
        byte[] shards = new byte[2 * k * Shard];
        Sample.Bytes(k * Shard, k).CopyTo(shards, 0);
        LeopardCode.Encode(shards.AsSpan(0, k * Shard), shards.AsSpan(k * Shard), Shard);
        return shards;
    }

    [Fact]
    public void AnyHalfOfTheShardsRestoresTheOthers()
    {
        Random random = new(11);
        foreach (int k in (int[])[1, 2, 4, 8, 16, 32, 64, 128, 256, 512])
        {
            byte[] whole = Codeword(k);
            for (int trial = 0; trial < 8; trial++)
            {
                int[] missing = [.. Enumerable.Range(0, 2 * k).OrderBy(_ => random.Next()).Take(trial == 0 ? 1 : random.Next(k) + 1)];
                if (trial == 7) missing = [.. Enumerable.Range(0, k)]; // all data
                bool[] isPresent = [.. Enumerable.Repeat(true, 2 * k)];
                byte[] damaged = [.. whole];
                foreach (int i in missing)
                {
                    isPresent[i] = false;
                    damaged.AsSpan(i * Shard, Shard).Fill(0xcc);
                }
                Sample.AssertValid(LeopardCode.TryRestore(damaged, isPresent, Shard));
                Assert.Equal(whole, damaged);
            }
        }
    }

    [Fact]
    public void EqualShardsHaveEqualParity()
    {
        for (int k = 1; k <= LeopardCode.DataShardsMax; k *= 2)
        {
            byte[] shard = Sample.Bytes(Shard, k), data = [.. Enumerable.Repeat(shard, k).SelectMany(one => one)], parity = new byte[data.Length];
            LeopardCode.Encode(data, parity, Shard);
            Assert.Equal(data, parity);
        }
    }

    [Fact]
    public void LessThanHalfIsNotEnough()
    {
        bool[] isPresent = [.. Enumerable.Range(0, 8).Select(i => i < 3)];
        DaVerdict verdict = LeopardCode.TryRestore(Codeword(4), isPresent, Shard);
        Assert.Equal("DSDN-E-DA-ERASURE", verdict.Code);
    }

    [Fact]
    public void SizesThatAreNoCodeAreACallersMistake()
    {
        Assert.Throws<ArgumentException>(() => LeopardCode.Encode(new byte[3 * 64], new byte[3 * 64], 64));
        Assert.Throws<ArgumentException>(() => LeopardCode.Encode(new byte[1024 * 64], new byte[1024 * 64], 64));
        Assert.Throws<ArgumentException>(() => LeopardCode.Encode(new byte[100], new byte[100], 50));
        Assert.Throws<ArgumentException>(() => LeopardCode.Encode(new byte[128], new byte[64], 64));
    }
}
