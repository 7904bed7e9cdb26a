using System.Security.Cryptography;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;
using Dsdn.Transfers.Catalogs;
using Dsdn.Transfers.Network;
using Dsdn.Transfers.Tests.Doubles;
using Dsdn.Transfers.Uploading;

namespace Dsdn.Transfers.Tests;

public sealed class UploadTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData((1 << 20) - 1)]
    [InlineData(1 << 20)]
    [InlineData((16 << 20) + 5)]
    public async Task AFileComesBackAsItWas(int bytes)
    {
        await using TransferRig rig = await TransferRig.StartAsync();
        string path = rig.Write("a.bin", bytes);
        UploadResult result = await rig.UploadAsync(path);
        Assert.Equal((UploadState.Certified, 1, (long)bytes), (result.State, result.Files, result.ContentBytes));
        Assert.True(result.Zones >= 2);
        Assert.Equal(1, await rig.GetAsync("a.bin"));
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(rig.Target, "a.bin")));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(rig.Folder, "journals")));
        Assert.Empty(Directory.EnumerateFiles(rig.Target, ".dsdn-*"));
    }

    [Fact]
    public async Task ShardsOfADeadPairOfNodesAreMadeAnew()
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 10, zones: 5);
        string path = rig.Write("coded.bin", (16 << 20) + 77);
        await rig.UploadAsync(path, request => request with { Coding = ChunkCoding.ReedSolomon });
        await rig.Nodes[0].StopAsync();
        await rig.Nodes[5].StopAsync();
        await rig.GetAsync("coded.bin");
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(rig.Target, "coded.bin")));
    }

    [Fact]
    public async Task TwoThousandSmallFilesMakeFewChunks()
    {
        await using TransferRig rig = await TransferRig.StartAsync();
        for (int i = 0; i < 2_000; i++) rig.Write($"many/{i % 10}/{i}.txt", i % 900);
        UploadResult result = await rig.UploadAsync(Path.Combine(rig.Source, "many"));
        Assert.Equal(2_000, result.Files);
        Assert.True(rig.Log.LiveChunks < 5, $"{rig.Log.LiveChunks} chunks");
        Assert.Equal(2_000, await rig.GetAsync("many"));
        foreach (string file in Directory.EnumerateFiles(Path.Combine(rig.Source, "many"), "*", SearchOption.AllDirectories))
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(rig.Target, Path.GetRelativePath(rig.Source, file))));
    }

    [Fact]
    public async Task NamesOfAllKindsAndModesComeBack()
    {
        await using TransferRig rig = await TransferRig.StartAsync();
        string longest = new('x', 255);
        string[] names = ["folder/b\u00e9\u6f22\U0001f600 name.txt", "folder/" + longest, "folder/deep/er/\"quoted\" $file;", "folder/-dash", "folder/.hidden"];
        foreach (string name in names) rig.Write(name, 10);
        Directory.CreateDirectory(Path.Combine(rig.Source, "folder", "empty"));
        File.SetUnixFileMode(Path.Combine(rig.Source, "folder/-dash"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.SetLastWriteTimeUtc(Path.Combine(rig.Source, "folder/.hidden"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        await rig.UploadAsync(Path.Combine(rig.Source, "folder"));
        await rig.GetAsync("folder");
        foreach (string name in names) Assert.Equal(File.ReadAllBytes(Path.Combine(rig.Source, name)), File.ReadAllBytes(Path.Combine(rig.Target, name)));
        Assert.True(Directory.Exists(Path.Combine(rig.Target, "folder", "empty")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(rig.Target, "folder/-dash")));
        Assert.Equal(new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc), File.GetLastWriteTimeUtc(Path.Combine(rig.Target, "folder/.hidden")));
    }

    [Fact]
    public async Task AStreamOfUnknownLengthIsUploaded()
    {
        await using TransferRig rig = await TransferRig.StartAsync();
        byte[] content = RandomNumberGenerator.GetBytes((16 << 20) + 1);
        using var pipe = new MemoryStream(content);
        await rig.UploadAsync(rig.Source, request => request with { Items = [], Stream = pipe, StreamName = "piped" });
        await rig.GetAsync("piped");
        Assert.Equal(content, File.ReadAllBytes(Path.Combine(rig.Target, "piped")));
    }

    [Fact]
    public async Task PublicFilesAreListedByTheirObject()
    {
        await using TransferRig rig = await TransferRig.StartAsync();
        string path = rig.Write("page.html", (16 << 20) + 3);
        UploadResult result = await rig.UploadAsync(path, request => request with { IsPublic = true });
        (string name, Hash256 id) = Assert.Single(result.Objects);
        Assert.Equal("page.html", name);
        byte[] listing = rig.Nodes.Select(node => node.Chunks.FirstOrDefault(chunk => chunk.Key.Chunk == id).Value).First(chunk => chunk is not null);
        Assert.Equal(FileFault.None, PublicObject.TryDecode(listing, out PublicObject? found));
        Assert.Equal(("text/html; charset=utf-8", 2, (ulong)(16 << 20) + 3), (found!.ContentType, found.Parts.Count, found.LengthBytes));
        await rig.GetAsync("page.html");
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(rig.Target, "page.html")));
    }

    [Fact]
    public async Task TwoNodesAreDown()
    {
        await using TransferRig rig = await TransferRig.StartAsync();
        await rig.Nodes[0].StopAsync();
        await rig.Nodes[4].StopAsync();
        string path = rig.Write("a.bin", 3 << 20);
        await rig.UploadAsync(path);
        await rig.GetAsync("a.bin");
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(rig.Target, "a.bin")));
    }

    [Fact]
    public async Task ANodeThatGoesAwayInTheMiddleGoesOnWhereItStopped()
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 2, zones: 2);
        rig.Nodes[0].Breaks = (1 << 20, 1);
        string path = rig.Write("a.bin", 4 << 20);
        await rig.UploadAsync(path);
        // Nothing of the first mebibyte was sent twice.
        Assert.InRange(rig.Nodes[0].PutBytes, 4 << 20, (4 << 20) + (600 << 10));
        await rig.GetAsync("a.bin");
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(rig.Target, "a.bin")));
    }

    [Fact]
    public async Task OneFullZoneOfThreeIsNoFailure()
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 3);
        rig.Nodes[1].Refuses = "DSDN-E-STORAGE-FULL";
        string path = rig.Write("a.bin", 2 << 20);
        UploadResult result = await rig.UploadAsync(path);
        Assert.Equal(2, result.Zones);
        await rig.GetAsync("a.bin");
    }

    [Fact]
    public async Task ACoordinatorThatIsBusyIsAskedAgain()
    {
        await using TransferRig rig = await TransferRig.StartAsync();
        int left = 3;
        rig.Log.Judge = _ => left-- > 0 ? "DSDN-E-LOG-POOL-FULL" : null;
        await rig.UploadAsync(rig.Write("a.bin", 2 << 20));
        Assert.True(left <= 0);
    }

    [Fact]
    public async Task ARefusalOfTheLogIsToldWithItsCode()
    {
        await using TransferRig rig = await TransferRig.StartAsync();
        rig.Log.Judge = static body => body is AgreementUse ? "DSDN-E-LOG-NOT-OWNER" : null;
        DsdnException refused = await Assert.ThrowsAsync<DsdnException>(() => rig.UploadAsync(rig.Write("a.bin", 2 << 20)));
        Assert.Equal("DSDN-E-LOG-NOT-OWNER", refused.Error.Code);
    }

    [Fact]
    public async Task AnotherWalletSeesNothing()
    {
        await using TransferRig rig = await TransferRig.StartAsync();
        await rig.UploadAsync(rig.Write("a.bin", 10));
        using StorageNetwork network = rig.Connect();
        using WalletKeys other = WalletKeys.From(RandomNumberGenerator.GetBytes(32));
        Assert.Empty((await new Catalog(network, other, rig.Account.Address).ListAsync(default)).Uploads);
        Assert.Single(await rig.ListAsync());
    }

    [Fact]
    public async Task WhatWasStoredButCannotBeReadIsNoSuccess()
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 3);
        foreach (ScriptedNode node in rig.Nodes) node.Gives = static bytes => [.. bytes.Select(static one => (byte)(one ^ 1))];
        DsdnException failure = await Assert.ThrowsAsync<DsdnException>(() => rig.UploadAsync(rig.Write("a.bin", 2 << 20)));
        Assert.Equal(TransferCodes.ReadBack, failure.Error.Code);
    }
}
