using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;
using Dsdn.Transfers.Tests.Doubles;
using Dsdn.Transfers.Uploading;

namespace Dsdn.Transfers.Tests;

/// <summary>An upload that ends at any moment, and the one that goes on with it.</summary>
public sealed class ResumeTests
{
    private const int Bytes = (3 * (16 << 20)) + 9;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(8)]
    public async Task KilledBeforeAnEventTheNextAttemptSendsOnlyWhatIsMissing(int events)
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 3);
        string path = rig.Write("big.bin", Bytes);
        rig.Write("big.bin", File.ReadAllBytes(path));
        using var kill = new CancellationTokenSource();
        int left = events;
        rig.Log.Judge = _ =>
        {
            if (--left > 0) return null;
            kill.CancelAfter(0); // not here: what is cancelled would go on in this call, which the log waits for
            return "DSDN-E-LOG-POOL-FULL";
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.UploadAsync(path, cancel: kill.Token));
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(rig.Folder, "journals")));
        Hash256[] before = [.. rig.Log.ChunkIds];
        rig.Log.Judge = static _ => null;
        UploadResult result = await rig.UploadAsync(path);
        Assert.True(result.Skipped <= before.Length);
        Assert.All(before, id => Assert.Contains(id, rig.Log.ChunkIds));
        Assert.Equal(5, rig.Log.LiveChunks); // four of the file, one of the manifest: none was made twice
        await rig.GetAsync("big.bin");
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(rig.Target, "big.bin")));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(rig.Folder, "journals")));
    }

    [Fact]
    public async Task ASourceThatChangedTakesANewKey()
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 3);
        string path = rig.Write("big.bin", Bytes);
        using var kill = new CancellationTokenSource();
        rig.Log.Judge = body =>
        {
            if (body is not ChunkDeclared) return null;
            kill.CancelAfter(0); // not here: what is cancelled would go on in this call, which the log waits for
            return "DSDN-E-LOG-POOL-FULL";
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.UploadAsync(path, cancel: kill.Token));
        string before = File.ReadAllText(Directory.EnumerateFiles(Path.Combine(rig.Folder, "journals")).Single());
        rig.Log.Judge = static _ => null;
        rig.Write("big.bin", Bytes);
        await rig.UploadAsync(path);
        Assert.DoesNotContain(rig.Log.ChunkIds, id => before.Contains(id.ToString(), StringComparison.Ordinal));
        await rig.GetAsync("big.bin");
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(rig.Target, "big.bin")));
    }

    [Fact]
    public async Task AJournalHoldsNoKeyAndIsItsOwners()
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 3);
        using var kill = new CancellationTokenSource();
        rig.Log.Judge = _ =>
        {
            kill.CancelAfter(0); // not here: what is cancelled would go on in this call, which the log waits for
            return "DSDN-E-LOG-POOL-FULL";
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.UploadAsync(rig.Write("big.bin", 2 << 20), cancel: kill.Token));
        string journal = Directory.EnumerateFiles(Path.Combine(rig.Folder, "journals")).Single();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(journal));
    }

    [Fact]
    public async Task ATornLineAtTheEndIsDropped()
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 3);
        string path = rig.Write("big.bin", Bytes);
        using var kill = new CancellationTokenSource();
        rig.Log.Judge = body =>
        {
            if (body is not ChunkDeclared) return null;
            kill.CancelAfter(0); // not here: what is cancelled would go on in this call, which the log waits for
            return "DSDN-E-LOG-POOL-FULL";
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.UploadAsync(path, cancel: kill.Token));
        string journal = Directory.EnumerateFiles(Path.Combine(rig.Folder, "journals")).Single();
        File.AppendAllText(journal, "{\"of\":\"big.bin\",\"chu");
        rig.Log.Judge = static _ => null;
        await rig.UploadAsync(path);
        await rig.GetAsync("big.bin");
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(rig.Target, "big.bin")));
    }

    [Fact]
    public async Task AnotherProcessOnTheSameUploadIsRefused()
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 3);
        string path = rig.Write("a.bin", 10), journal = Path.Combine(rig.Folder, "held.upload");
        using FileStream held = new(journal, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        DsdnException refused = await Assert.ThrowsAsync<DsdnException>(() => rig.UploadAsync(path, request => request with { JournalPath = journal }));
        Assert.Equal(TransferCodes.Busy, refused.Error.Code);
    }

    [Fact]
    public async Task StoppedWhileWaitingForTheCertificateNothingIsStoredTwice()
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 3);
        string path = rig.Write("a.bin", 2 << 20);
        rig.Log.CertifiedTo = 0;
        using var kill = new CancellationTokenSource();
        rig.Log.Judge = body =>
        {
            // The last event of the upload is the declaration of its manifest.
            if (body is ChunkDeclared && rig.Log.LiveChunks == 1) kill.CancelAfter(TimeSpan.FromSeconds(1));
            return null;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.UploadAsync(path, cancel: kill.Token));
        rig.Log.CertifiedTo = ulong.MaxValue;
        rig.Log.Judge = static _ => null;
        await rig.UploadAsync(path);
        Assert.Equal(2, rig.Log.LiveChunks);
        Assert.Single(await rig.ListAsync());
    }
}
