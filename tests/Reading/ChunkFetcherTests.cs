using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Reading.Locating;
using Dsdn.Reading.Tests.Kit;

namespace Dsdn.Reading.Tests;

public sealed class ChunkFetcherTests
{
    private const int Block = ChunkTree.BlockBytes, Window = ReadOptions.WindowBytes;

    private static readonly CancellationToken Never = CancellationToken.None;

    [Theory]
    [InlineData(1)]
    [InlineData(Block - 1)]
    [InlineData(Block)]
    [InlineData(Block + 1)]
    [InlineData(Window)]
    [InlineData(Window + 1)]
    [InlineData((3 * Window) + 77)]
    public async Task AChunkIsReadWholeAndInRangesWithACacheAndWithout(int bytes)
    {
        foreach (long cacheBytes in (long[])[0, 8L * Window]) await ReadAsync(bytes, new ReadOptions { CacheBytes = cacheBytes });
    }

    private static async Task ReadAsync(int bytes, ReadOptions options)
    {
        await using ReadRig rig = await ReadRig.StartAsync(3, options);
        byte[] content = ReadRig.Content(bytes);
        ChunkLocation chunk = rig.Copies(content);
        Assert.Equal(content, await rig.Fetcher.ReadAllAsync(chunk, Never));
        var random = new Random(bytes);
        for (int i = 0; i < 20; i++)
        {
            int offset = random.Next(bytes), length = random.Next(bytes - offset + 1);
            byte[] range = new byte[length];
            await rig.Fetcher.ReadAsync(chunk, offset, range, Never);
            Assert.True(content.AsSpan(offset, length).SequenceEqual(range), $"{offset} + {length}");
        }
    }

    [Fact]
    public async Task ASmallRangeCostsItsBlocksAndWhoReadsOnGetsWindows()
    {
        await using ReadRig rig = await ReadRig.StartAsync(3);
        byte[] content = ReadRig.Content(3 * Window);
        ChunkLocation chunk = rig.Copies(content);
        long Fetched() => rig.Fetcher.Metrics.Snapshot().FetchedBytes;
        async Task CheckAsync(int offset, int length)
        {
            byte[] range = new byte[length];
            await rig.Fetcher.ReadAsync(chunk, offset, range, Never);
            Assert.True(content.AsSpan(offset, length).SequenceEqual(range), $"{offset} + {length}");
        }
        await CheckAsync((5 * Block) + 100, 200);
        Assert.Equal(Block, Fetched());
        await CheckAsync((5 * Block) - 1, 2);
        Assert.Equal(2 * Block, Fetched());
        await CheckAsync((5 * Block) + 300, Block - 300);
        Assert.Equal(2 * Block, Fetched());
        await CheckAsync(6 * Block, Block);
        Assert.Equal((2 * Block) + Window, Fetched());
        await CheckAsync(9 * Block, 2 * Block);
        Assert.Equal((2 * Block) + Window, Fetched());
    }

    [Theory]
    [InlineData(Conduct.Lies)]
    [InlineData(Conduct.OtherChunk)]
    [InlineData(Conduct.NoProof)]
    [InlineData(Conduct.OutOfTurn)]
    [InlineData(Conduct.TooMuch)]
    [InlineData(Conduct.EndsEarly)]
    public async Task WhoeverSendsWrongBytesIsLeftForTheNextAndAskedLastFromThenOn(Conduct conduct)
    {
        await using ReadRig rig = await ReadRig.StartAsync(3);
        byte[] content = ReadRig.Content(2 * Window);
        ChunkLocation chunk = rig.Copies(content);
        foreach (ChunkNode node in rig.Nodes.Take(2)) node.Conduct = conduct;
        Assert.Equal(content, await rig.Fetcher.ReadAllAsync(chunk, Never));
        ChunkLocation next = rig.Copies(Window, seed: 2);
        int[] before = [.. rig.Nodes.Select(static node => node.Gets)];
        await rig.Fetcher.ReadAllAsync(next, Never);
        int[] asked = [.. rig.Nodes.Select((node, i) => node.Gets - before[i])];
        Assert.Equal(1, asked[2]);
        Assert.True(rig.Fetcher.Metrics.Snapshot().WrongBytes >= 1);
        Assert.True(asked[0] + asked[1] <= 1); // one of the two may not have been caught yet
    }

    [Theory]
    [InlineData(Conduct.Breaks)]
    [InlineData(Conduct.Refuses)]
    public async Task ANodeThatFailsIsNoFailureOfTheRead(Conduct conduct)
    {
        await using ReadRig rig = await ReadRig.StartAsync(3);
        byte[] content = ReadRig.Content((2 * Window) + 5);
        ChunkLocation chunk = rig.Copies(content);
        foreach (ChunkNode node in rig.Nodes.Skip(1)) node.Conduct = conduct;
        Assert.Equal(content, await rig.Fetcher.ReadAllAsync(chunk, Never));
    }

    [Fact]
    public async Task WhereNobodyGivesItEachNodeIsNamedWithWhatItSaid()
    {
        await using ReadRig rig = await ReadRig.StartAsync(3);
        ChunkLocation chunk = rig.Copies(Window);
        (rig.Nodes[0].Conduct, rig.Nodes[1].Conduct) = (Conduct.Refuses, Conduct.Lies);
        await rig.Nodes[2].DieAsync();
        ReadFailedException failed = await Assert.ThrowsAsync<ReadFailedException>(() => rig.Fetcher.ReadAllAsync(chunk, Never));
        Assert.Equal(ReadCodes.Unavailable, failed.Code);
        Dictionary<Hash256, string> codes = failed.Nodes.ToDictionary(static node => node.Node, static node => node.Code);
        Assert.Equal(3, codes.Count);
        Assert.Equal("DSDN-E-STORE-NOT-FOUND", codes[rig.Nodes[0].Id]);
        Assert.Equal(NodeFailure.WrongBytes, codes[rig.Nodes[1].Id]);
    }

    [Fact]
    public async Task ASecondNodeIsAskedWhereTheFirstHangs()
    {
        await using ReadRig rig = await ReadRig.StartAsync(3, ReadRig.Calm with { HedgeMs = 20, Zone = 1 });
        byte[] content = ReadRig.Content(Block);
        ChunkLocation chunk = rig.Copies(content);
        rig.Nodes[0].Conduct = Conduct.Hangs; // of the own zone, so it is the first
        Assert.Equal(content, await rig.Fetcher.ReadAllAsync(chunk, Never));
        Assert.Equal(1, rig.Nodes[0].Gets);
        Assert.Equal(1, rig.Fetcher.Metrics.Snapshot().Hedges);
    }

    [Fact]
    public async Task ManyReadersOfOneWindowFetchItOnce()
    {
        await using ReadRig rig = await ReadRig.StartAsync(1);
        byte[] content = ReadRig.Content(Window);
        ChunkLocation chunk = rig.Copies(content);
        rig.Nodes[0].Conduct = Conduct.Hangs;
        Task<byte[]>[] readers = [.. Enumerable.Range(0, 100).Select(_ => Task.Run(() => rig.Fetcher.ReadAllAsync(chunk, Never)))];
        await rig.Nodes[0].Asked;
        rig.Nodes[0].Conduct = Conduct.Honest;
        rig.Nodes[0].Release();
        foreach (byte[] read in await Task.WhenAll(readers)) Assert.Equal(content, read);
        Assert.Equal(1, rig.Nodes[0].Gets);
        Assert.Equal(1, rig.Fetcher.Metrics.Snapshot().Fetches);
    }

    [Fact]
    public async Task AReaderThatLeavesDoesNotTakeTheWindowFromTheOthers()
    {
        await using ReadRig rig = await ReadRig.StartAsync(1);
        byte[] content = ReadRig.Content(Block);
        ChunkLocation chunk = rig.Copies(content);
        rig.Nodes[0].Conduct = Conduct.Hangs;
        using var leaving = new CancellationTokenSource();
        Task<byte[]> first = rig.Fetcher.ReadAllAsync(chunk, leaving.Token);
        await rig.Nodes[0].Asked;
        Task<byte[]> second = rig.Fetcher.ReadAllAsync(chunk, Never);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        rig.Nodes[0].Release();
        rig.Nodes[0].Conduct = Conduct.Honest;
        Assert.Equal(content, await second);
    }

    [Fact]
    public async Task WhatWasReadIsReadFromMemoryAlsoWhenAllNodesAreGone()
    {
        await using ReadRig rig = await ReadRig.StartAsync(3);
        byte[] content = ReadRig.Content(2 * Window);
        ChunkLocation chunk = rig.Copies(content);
        await rig.Fetcher.ReadAllAsync(chunk, Never);
        foreach (ChunkNode node in rig.Nodes) await node.DieAsync();
        Assert.Equal(content, await rig.Fetcher.ReadAllAsync(chunk, Never));
        Assert.Equal(2, rig.Fetcher.Metrics.Snapshot().Hits);
    }

    /// <summary>An owner and the nodes he runs may declare a root that is not of the id.</summary>
    [Fact]
    public async Task AChunkDeclaredWithTheRootOfAnotherOneNeverComesToItsEnd()
    {
        await using ReadRig rig = await ReadRig.StartAsync(3);
        byte[] other = ReadRig.Content((2 * Window) + 9);
        ChunkLocation honest = rig.Copies(other);
        var id = new Hash256(System.Security.Cryptography.SHA256.HashData("what it should be"u8));
        foreach (ChunkNode node in rig.Nodes) node.Put(id, 0, other);
        long got = 0;
        ReadFailedException failed = await Assert.ThrowsAsync<ReadFailedException>(async () =>
        {
            await foreach (ReadOnlyMemory<byte> piece in rig.Fetcher.StreamAsync(honest with { Id = id }, 0, other.Length, Never)) got += piece.Length;
        });
        Assert.Equal(ReadCodes.NotTheChunk, failed.Code);
        Assert.True(got < other.Length);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 101)]
    [InlineData(101, 0)]
    [InlineData(1, long.MaxValue)]
    [InlineData(0, -1)]
    public async Task ARangeBeyondTheChunkIsRefused(long offset, long length)
    {
        await using ReadRig rig = await ReadRig.StartAsync(1);
        ChunkLocation chunk = rig.Copies(100);
        ReadFailedException failed = await Assert.ThrowsAsync<ReadFailedException>(async () =>
        {
            await foreach (ReadOnlyMemory<byte> _ in rig.Fetcher.StreamAsync(chunk, offset, length, Never)) Assert.Fail("nothing lies there");
        });
        Assert.Equal(ReadCodes.Range, failed.Code);
        Assert.Equal(0, rig.Nodes[0].Gets);
    }

    [Fact]
    public async Task AnotherKeyAtTheNodesAddressIsNotTalkedTo()
    {
        await using ReadRig rig = await ReadRig.StartAsync(2);
        ChunkLocation chunk = rig.Copies(Block);
        ReplicaLocation first = chunk.Replicas[0];
        ChunkLocation moved = chunk with { Replicas = [first with { Address = first.Address! with { TlsFingerprint = Hash256.Zero } }] };
        ReadFailedException failed = await Assert.ThrowsAsync<ReadFailedException>(() => rig.Fetcher.ReadAllAsync(moved, Never));
        Assert.Single(failed.Nodes);
        Assert.Equal(0, rig.Nodes[0].Gets);
    }

    [Fact]
    public async Task ANodeWithoutAnAddressIsNamed()
    {
        await using ReadRig rig = await ReadRig.StartAsync(1);
        ChunkLocation chunk = rig.Copies(Block);
        ReadFailedException failed = await Assert.ThrowsAsync<ReadFailedException>(() => rig.Fetcher.ReadAllAsync(chunk with { Replicas = [chunk.Replicas[0] with { Address = null }] }, Never));
        Assert.Equal(NodeFailure.NoAddress, Assert.Single(failed.Nodes).Code);
    }
}
