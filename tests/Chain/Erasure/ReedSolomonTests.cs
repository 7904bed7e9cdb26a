using System.Text.Json;
using Dsdn.Chain.Erasure;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Erasure;

public sealed class ReedSolomonTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Erasure");

    /// <summary>All of them: where an instruction is missing, the path writes it out.</summary>
    public static TheoryData<ErasurePath> Paths => [.. Enum.GetValues<ErasurePath>()];

    [Theory]
    [MemberData(nameof(Paths))]
    public void ParityIsThatOfTheSecondImplementation(ErasurePath path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "vectors.json")));
        int compared = 0;
        foreach (JsonProperty vector in document.RootElement.EnumerateObject())
        {
            byte[][] data = Read(vector.Value.GetProperty("data")), expected = Read(vector.Value.GetProperty("parity"));
            if (data.Length == 0) continue; // the matrix alone
            Memory<byte>[] parity = [.. expected.Select(shard => new byte[shard.Length])];
            ReedSolomon.Encode([.. data.Select(shard => (ReadOnlyMemory<byte>)shard)], parity, path);
            for (int i = 0; i < parity.Length; i++) Assert.Equal(Hex.Encode(expected[i]), Hex.Encode(parity[i].Span));
            compared++;
        }
        Assert.Equal(5, compared);
    }

    [Fact]
    public void MatrixIsThatOfTheSecondImplementation()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "vectors.json")));
        byte[][] rows = Read(document.RootElement.GetProperty("matrix").GetProperty("parity"));
        Assert.Equal(rows.SelectMany(row => row), ErasureMatrix.Parity);
    }

    [Fact]
    public void CommittedFileIsWhatTheSecondImplementationMakes() =>
        Assert.Equal(File.ReadAllText(Path.Combine(Folder, "vectors.json")), SecondImplementation.Run(Path.Combine(Folder, "second", "make_vectors.py")));

    [Theory]
    [MemberData(nameof(Paths))]
    public void AnyThreeLostShardsComeBack(ErasurePath path)
    {
        foreach (int bytes in (int[])[1, 63, 64, 129, 200])
        {
            byte[][] shards = Encoded(bytes, seed: bytes);
            for (int lost = 0; lost < 1 << ReedSolomon.Shards; lost++)
            {
                int missing = int.PopCount(lost);
                bool[] present = [.. Enumerable.Range(0, ReedSolomon.Shards).Select(i => (lost >> i & 1) == 0)];
                Memory<byte>[] copy = [.. shards.Select((shard, i) => present[i] ? shard.ToArray() : new byte[bytes])];
                Assert.Equal(missing <= ReedSolomon.ParityShards, ReedSolomon.TryReconstruct(copy, present, path));
                if (missing > ReedSolomon.ParityShards) continue;
                for (int i = 0; i < shards.Length; i++) Assert.True(copy[i].Span.SequenceEqual(shards[i]), $"{path}, {bytes} bytes, lost {lost:b9}, shard {i}");
            }
        }
    }

    [Fact]
    public void OneShardIsRebuiltFromAnySixOthers()
    {
        byte[][] shards = Encoded(1_000, seed: 7);
        for (int used = 0; used < 1 << ReedSolomon.Shards; used++)
        {
            if (int.PopCount(used) != ReedSolomon.DataShards) continue;
            int[] indexes = [.. Enumerable.Range(0, ReedSolomon.Shards).Where(i => (used >> i & 1) == 1)];
            for (int index = 0; index < ReedSolomon.Shards; index++)
            {
                byte[] shard = new byte[1_000];
                ReedSolomon.Rebuild([.. indexes.Select(i => (ReadOnlyMemory<byte>)shards[i])], indexes, index, shard);
                Assert.Equal(shards[index], shard);
            }
        }
    }

    [Fact]
    public void ChangedByteAnywhereIsNoCodeword()
    {
        byte[][] shards = Encoded(40_000, seed: 3);
        Assert.True(ReedSolomon.IsCodeword([.. shards.Select(shard => (ReadOnlyMemory<byte>)shard)]));
        foreach (int at in (int[])[0, 16_383, 16_384, 39_999])
        {
            foreach (byte[] shard in shards)
            {
                shard[at] ^= 1;
                Assert.False(ReedSolomon.IsCodeword([.. shards.Select(one => (ReadOnlyMemory<byte>)one)]));
                shard[at] ^= 1;
            }
        }
        Assert.False(ReedSolomon.IsCodeword([.. shards.Select((shard, i) => (ReadOnlyMemory<byte>)(i == 8 ? shard[1..] : shard))]));
    }

    [Fact]
    public void FewerThanSixShardsLeaveTheBuffersAlone()
    {
        Memory<byte>[] shards = [.. Enumerable.Range(0, ReedSolomon.Shards).Select(_ => (Memory<byte>)new byte[] { 9 })];
        Assert.False(ReedSolomon.TryReconstruct(shards, [true, true, true, true, true, false, false, false, false]));
        Assert.All(shards, shard => Assert.Equal(9, shard.Span[0]));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 64)]
    [InlineData(384, 64)]
    [InlineData(385, 128)]
    [InlineData(16_777_216, 2_796_224)]
    [InlineData(67_108_864, 11_184_832)]
    public void ShardIsASixthOfTheChunkInWholeLines(int chunk, int shard) => Assert.Equal(shard, ReedSolomon.ShardBytes(chunk));

    [Fact]
    public void MatrixOfBitsMultipliesAsTheFieldDoes()
    {
        for (int factor = 0; factor < 256; factor++)
        {
            ulong matrix = AffineMatrix.Of((byte)factor);
            for (int value = 0; value < 256; value++) Assert.Equal(GaloisField.Multiply((byte)value, (byte)factor), AffineMatrix.Apply(matrix, (byte)value));
        }
    }

    /// <summary>Products by shifts, without tables.</summary>
    [Fact]
    public void FieldIsThatOf0x11D()
    {
        for (int a = 0; a < 256; a++)
        {
            for (int b = 0; b < 256; b++)
            {
                int product = 0;
                for (int bit = 0; bit < 8; bit++)
                    if ((b >> bit & 1) == 1) product ^= a << bit;
                for (int bit = 15; bit >= 8; bit--)
                    if ((product >> bit & 1) == 1) product ^= 0x11d << (bit - 8);
                Assert.Equal(product, GaloisField.Multiply((byte)a, (byte)b));
            }
        }
    }

    private static byte[][] Encoded(int bytes, int seed)
    {
        Random random = new(seed);
        byte[][] shards = [.. Enumerable.Range(0, ReedSolomon.Shards).Select(_ => new byte[bytes])];
        for (int i = 0; i < ReedSolomon.DataShards; i++) random.NextBytes(shards[i]);
        ReedSolomon.Encode([.. shards[..6].Select(shard => (ReadOnlyMemory<byte>)shard)], [.. shards[6..].Select(shard => (Memory<byte>)shard)], ErasurePath.Scalar);
        return shards;
    }

    private static byte[][] Read(JsonElement list) => [.. list.EnumerateArray().Select(item => Convert.FromHexString(item.GetString() ?? ""))];
}
