using Dsdn.Reading.Caching;
using Dsdn.Reading.Fetching;
using Dsdn.Reading.Locating;
using Dsdn.Reading.Tests.Kit;

namespace Dsdn.Reading.Tests.Caching;

public sealed class DiskCacheTests : IDisposable
{
    private static readonly CancellationToken Never = CancellationToken.None;

    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-cache-").FullName;

    [Fact]
    public async Task WhatWasReadIsThereAfterARestart()
    {
        ReadOptions options = ReadRig.Calm with { CacheFolder = _folder };
        byte[] content = ReadRig.Content(3 * ReadOptions.WindowBytes);
        await using (ReadRig rig = await ReadRig.StartAsync(1, options)) await rig.Fetcher.ReadAllAsync(rig.Copies(content), Never);
        await using ReadRig again = await ReadRig.StartAsync(1, options);
        ChunkLocation chunk = again.Copies(content);
        Assert.Equal(content, await again.Fetcher.ReadAllAsync(chunk, Never));
        Assert.Equal((0, 3L), (again.Nodes[0].Gets, again.Fetcher.Metrics.Snapshot().DiskHits));
    }

    [Fact]
    public async Task AFileThatChangedOnTheDiskIsFetchedAgain()
    {
        ReadOptions options = ReadRig.Calm with { CacheFolder = _folder };
        byte[] content = ReadRig.Content(1_000);
        await using (ReadRig rig = await ReadRig.StartAsync(1, options)) await rig.Fetcher.ReadAllAsync(rig.Copies(content), Never);
        string file = Assert.Single(Directory.GetFiles(_folder));
        byte[] bytes = await File.ReadAllBytesAsync(file);
        bytes[10] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        await using ReadRig again = await ReadRig.StartAsync(1, options);
        Assert.Equal(content, await again.Fetcher.ReadAllAsync(again.Copies(content), Never));
        Assert.Equal(1, again.Nodes[0].Gets);
    }

    [Fact]
    public async Task TheFolderIsNoLargerThanItMayBeAndKeepsItsHandsOffForeignFiles()
    {
        File.WriteAllText(Path.Combine(_folder, "somebody's"), "x");
        File.WriteAllText(Path.Combine(_folder, "left.part"), "x");
        using (var cache = new DiskCache(_folder, 10_000))
        {
            for (int i = 0; i < 40; i++) cache.Offer(Key(i), ReadRig.Content(1_000, i));
        }
        Assert.True(Directory.GetFiles(_folder).Length <= 1 + 9);
        Assert.True(File.Exists(Path.Combine(_folder, "somebody's")));
        Assert.False(File.Exists(Path.Combine(_folder, "left.part")));
        using var again = new DiskCache(_folder, 10_000);
        int found = 0;
        for (int i = 0; i < 40; i++)
        {
            if (await again.FindAsync(Key(i), 1_000, Never) is not { } bytes) continue;
            Assert.Equal(ReadRig.Content(1_000, i), bytes);
            found++;
        }
        Assert.InRange(found, 1, 9);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static WindowKey Key(int i) => new(Dsdn.Chain.Crypto.Keccak.Hash([(byte)i]), 0);
}
