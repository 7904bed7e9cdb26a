using Dsdn.Chain.Erasure;
using Dsdn.Reading.Locating;
using Dsdn.Reading.Tests.Kit;

namespace Dsdn.Reading.Tests;

public sealed class ShardReadTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Theory]
    [InlineData(1)]
    [InlineData(383)]
    [InlineData(384)]
    [InlineData(385)]
    [InlineData(1_000_000)]
    [InlineData(7 * ReadOptions.WindowBytes)]
    public async Task AChunkOfShardsIsReadFromItsDataShardsAlone(int bytes)
    {
        await using ReadRig rig = await ReadRig.StartAsync(ReedSolomon.Shards);
        byte[] content = ReadRig.Content(bytes);
        ChunkLocation chunk = rig.Shards(content);
        Assert.Equal(content, await rig.Fetcher.ReadAllAsync(chunk, Never));
        Assert.All(rig.Nodes.Skip(ReedSolomon.DataShards), static node => Assert.Equal(0, node.Gets));
        var random = new Random(bytes);
        for (int i = 0; i < 20; i++)
        {
            int offset = random.Next(bytes), length = random.Next(bytes - offset + 1);
            byte[] range = new byte[length];
            await rig.Fetcher.ReadAsync(chunk, offset, range, Never);
            Assert.True(content.AsSpan(offset, length).SequenceEqual(range));
        }
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(3, 4, 5)]
    [InlineData(0, 5, 8)]
    [InlineData(1, 6, 7)]
    public async Task ThreeShardsMayBeGone(int one, int two, int three)
    {
        await using ReadRig rig = await ReadRig.StartAsync(ReedSolomon.Shards);
        byte[] content = ReadRig.Content(one == 3 ? (7 * ReadOptions.WindowBytes) + 123 : 200_000);
        ChunkLocation chunk = rig.Shards(content);
        (rig.Nodes[one].Conduct, rig.Nodes[two].Conduct) = (Conduct.Refuses, Conduct.Lies);
        await rig.Nodes[three].DieAsync();
        Assert.Equal(content, await rig.Fetcher.ReadAllAsync(chunk, Never));
    }

    [Fact]
    public async Task ARangeOfAShardThatIsGoneIsProvedAsWell()
    {
        await using ReadRig rig = await ReadRig.StartAsync(ReedSolomon.Shards);
        byte[] content = ReadRig.Content(3_000_000);
        ChunkLocation chunk = rig.Shards(content);
        rig.Nodes[0].Conduct = Conduct.Refuses;
        byte[] range = new byte[1_000];
        await rig.Fetcher.ReadAsync(chunk, 12_345, range, Never);
        Assert.True(content.AsSpan(12_345, range.Length).SequenceEqual(range));
        Assert.Equal(1, rig.Fetcher.Metrics.Snapshot().Rebuilds);
        await rig.Fetcher.ReadAsync(chunk, 12_346, range, Never);
        Assert.Equal(1, rig.Fetcher.Metrics.Snapshot().Rebuilds);
    }

    [Fact]
    public async Task FourShardsGoneIsToldWithAllNodes()
    {
        await using ReadRig rig = await ReadRig.StartAsync(ReedSolomon.Shards);
        ChunkLocation chunk = rig.Shards(ReadRig.Content(100_000));
        foreach (ChunkNode node in rig.Nodes.Take(4)) node.Conduct = Conduct.Refuses;
        ReadFailedException failed = await Assert.ThrowsAsync<ReadFailedException>(() => rig.Fetcher.ReadAllAsync(chunk, Never));
        Assert.Equal(ReadCodes.Unavailable, failed.Code);
        Assert.Equal(4, failed.Nodes.Select(static node => node.Node).Distinct().Count());
    }

    /// <summary>seaweedfs 6445: shards that do not belong together give bytes that nobody wrote (dataplane 1.18).</summary>
    [Fact]
    public async Task ShardsOfAWrongEncoderAreNeverMadeIntoBytes()
    {
        await using ReadRig rig = await ReadRig.StartAsync(ReedSolomon.Shards);
        ChunkLocation chunk = rig.Shards(ReadRig.Content(100_000), static shards => shards[7][3] ^= 1);
        rig.Nodes[0].Conduct = rig.Nodes[6].Conduct = Conduct.Refuses;
        ReadFailedException failed = await Assert.ThrowsAsync<ReadFailedException>(() => rig.Fetcher.ReadAllAsync(chunk, Never));
        Assert.Equal(ReadCodes.Encoding, failed.Code);
    }
}
