using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;
using Dsdn.Transfers.Catalogs;
using Dsdn.Transfers.Downloading;
using Dsdn.Transfers.Network;
using Dsdn.Transfers.Sharing;
using Dsdn.Transfers.Tests.Doubles;
using Dsdn.Transfers.Uploading;

namespace Dsdn.Transfers.Tests;

public sealed class DownloadTests
{
    public static TheoryData<string, Func<byte[], byte[]>> Lies => new()
    {
        { "a flipped bit", static bytes => [.. bytes[..100], (byte)(bytes[100] ^ 1), .. bytes[101..]] },
        { "cut off", static bytes => bytes[..^1] },
        { "other bytes", static bytes => new byte[bytes.Length] },
        { "nothing", static _ => [] },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task OfANodeThatLiesTheNextIsAsked(string name, Func<byte[], byte[]> lie)
    {
        _ = name;
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 3);
        string path = rig.Write("a.bin", 3 << 20);
        await rig.UploadAsync(path);
        foreach (ScriptedNode node in rig.Nodes.Take(2)) node.Gives = lie;
        await rig.GetAsync("a.bin");
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(rig.Target, "a.bin")));
    }

    [Fact]
    public async Task WhereNoCopyIsRightNothingIsWritten()
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 3);
        await rig.UploadAsync(rig.Write("a.bin", 2 << 20));
        CatalogEntry upload = Assert.Single(await rig.ListAsync());
        foreach (ScriptedNode node in rig.Nodes) node.Gives = static bytes => new byte[bytes.Length];
        using StorageNetwork network = rig.Connect();
        DsdnException failure = await Assert.ThrowsAsync<DsdnException>(() => new Downloader(network).GetAsync(upload.Manifest.Entries, rig.Target, false, new TransferProgress(), default));
        Assert.Equal(TransferCodes.ChunkLost, failure.Error.Code);
        Assert.Contains("WRONG-BYTES", failure.Error.Arguments[1], StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(rig.Target, "a.bin")));
    }

    [Fact]
    public async Task WhatIsThereIsNotReplacedUnasked()
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 3);
        await rig.UploadAsync(rig.Write("a.bin", 100));
        Directory.CreateDirectory(rig.Target);
        File.WriteAllText(Path.Combine(rig.Target, "a.bin"), "mine");
        DsdnException refused = await Assert.ThrowsAsync<DsdnException>(() => rig.GetAsync("a.bin"));
        Assert.Equal(TransferCodes.TargetExists, refused.Error.Code);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(rig.Target, "a.bin")));
        await rig.GetAsync("a.bin", overwrite: true);
        Assert.Equal(100, new FileInfo(Path.Combine(rig.Target, "a.bin")).Length);
    }

    [Fact]
    public async Task AFolderBehindALinkIsNotWrittenInto()
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 3);
        rig.Write("folder/inside/a.bin", 100);
        await rig.UploadAsync(Path.Combine(rig.Source, "folder"));
        string outside = Directory.CreateDirectory(Path.Combine(rig.Folder, "outside")).FullName;
        Directory.CreateDirectory(Path.Combine(rig.Target, "folder"));
        Directory.CreateSymbolicLink(Path.Combine(rig.Target, "folder", "inside"), outside);
        DsdnException refused = await Assert.ThrowsAsync<DsdnException>(() => rig.GetAsync("folder"));
        Assert.Equal(TransferCodes.TargetOutside, refused.Error.Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
    }

    [Fact]
    public async Task AFileBehindALinkIsReplacedNotFollowed()
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 3);
        await rig.UploadAsync(rig.Write("a.bin", 100));
        string outside = Path.Combine(rig.Folder, "outside.txt");
        File.WriteAllText(outside, "keep");
        Directory.CreateDirectory(rig.Target);
        File.CreateSymbolicLink(Path.Combine(rig.Target, "a.bin"), outside);
        await rig.GetAsync("a.bin", overwrite: true);
        Assert.Equal("keep", File.ReadAllText(outside));
        Assert.Null(new FileInfo(Path.Combine(rig.Target, "a.bin")).LinkTarget);
    }

    [Theory]
    [InlineData("../a")]
    [InlineData("/a")]
    [InlineData("a/../../b")]
    [InlineData("a//b")]
    [InlineData("")]
    [InlineData("a\\b")]
    public void PathsThatLeadOutAreRefused(string path)
    {
        string root = Directory.CreateTempSubdirectory("dsdn-target-").FullName;
        DsdnException refused = Assert.Throws<DsdnException>(() => new TargetFolder(root).Prepare(path, isFolder: false));
        Assert.Equal("DSDN-E-CONTENT-PATH", refused.Error.Code);
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task AnInterruptedDownloadGoesOn()
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 3);
        string path = rig.Write("big.bin", (2 * (16 << 20)) + 5);
        await rig.UploadAsync(path);
        CatalogEntry upload = Assert.Single(await rig.ListAsync());
        ManifestEntry entry = Assert.Single(upload.Manifest.Entries);
        Hash256 last = ((ContentPlace.Own)entry.Content!.Place).Chunks[^1].ChunkId;
        foreach (ScriptedNode node in rig.Nodes) node.Gives = bytes => node.Chunks.Any(chunk => chunk.Key.Chunk == last && ReferenceEquals(chunk.Value, bytes)) ? [] : bytes;
        using StorageNetwork network = rig.Connect();
        await Assert.ThrowsAsync<DsdnException>(() => new Downloader(network).GetAsync(upload.Manifest.Entries, rig.Target, false, new TransferProgress(), default));
        Assert.False(File.Exists(Path.Combine(rig.Target, "big.bin")));
        foreach (ScriptedNode node in rig.Nodes) node.Gives = static bytes => bytes;
        var progress = new TransferProgress();
        using StorageNetwork again = rig.Connect();
        await new Downloader(again).GetAsync(upload.Manifest.Entries, rig.Target, false, progress, default);
        Assert.Equal(2, progress.ChunksSkipped);
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(rig.Target, "big.bin")));
    }

    [Fact]
    public void AFullDiskIsToldAndLeavesNothing()
    {
        const long MoreThanAnyDisk = 1L << 60;
        string folder = Directory.CreateTempSubdirectory("dsdn-full-").FullName;
        DsdnException refused = Assert.Throws<DsdnException>(() => PartFile.Open(Path.Combine(folder, "a.bin"), "one", MoreThanAnyDisk));
        Assert.Equal(TransferCodes.TargetUnwritable, refused.Error.Code);
        Assert.Empty(Directory.EnumerateFiles(folder));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void ARecordOfAnotherContentIsNotBelieved()
    {
        string folder = Directory.CreateTempSubdirectory("dsdn-part-").FullName, target = Path.Combine(folder, "a.bin");
        using (PartFile part = PartFile.Open(target, "one", 100)) part.Done(0);
        using (PartFile part = PartFile.Open(target, "one", 100)) Assert.True(part.Has(0));
        using (PartFile part = PartFile.Open(target, "two", 100)) Assert.False(part.Has(0));
        using (PartFile part = PartFile.Open(target, "two", 101)) Assert.False(part.Has(0));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData((16 << 20) - 5, 10)]
    [InlineData((16 << 20) + 7, 2)]
    public async Task ARangeIsWrittenAlone(long offset, int bytes)
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 3);
        string path = rig.Write("big.bin", (16 << 20) + 9);
        await rig.UploadAsync(path);
        ManifestEntry entry = Assert.Single(Assert.Single(await rig.ListAsync()).Manifest.Entries);
        using StorageNetwork network = rig.Connect();
        using var output = new MemoryStream();
        await new Downloader(network).WriteAsync(entry, offset, bytes, output, default);
        Assert.Equal(File.ReadAllBytes(path).AsSpan((int)offset, bytes).ToArray(), output.ToArray());
    }

    [Fact]
    public async Task ALinkOpensForWhoeverHasIt()
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 3);
        string path = rig.Write("a.bin", 100);
        UploadResult result = await rig.UploadAsync(path);
        string text;
        using (WalletKeys keys = rig.Account.DeriveFileKeys())
        using (FileKey key = keys.ManifestKey(result.ManifestId))
            text = new ShareLink(result.Agreement, result.ManifestId, key).Reveal();
        Assert.StartsWith("dsdn://get#", text, StringComparison.Ordinal);
        Assert.True(ShareLink.TryParse(text, out ShareLink? link));
        using StorageNetwork network = rig.Connect();
        Manifest manifest = await new ManifestReader(network, new StoredChunks(network)).ReadAsync(link.Agreement, link.ManifestId, link.Key, 0, default);
        await new Downloader(network).GetAsync(manifest.Entries, rig.Target, false, new TransferProgress(), default);
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(rig.Target, "a.bin")));
        for (int i = 0; i < text.Length; i++) Assert.False(ShareLink.TryParse(text[..i], out _));
    }
}
