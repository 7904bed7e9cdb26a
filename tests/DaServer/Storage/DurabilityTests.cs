using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Dsdn.DaServer.Tests.Blocks;

namespace Dsdn.DaServer.Tests.Storage;

/// <summary>What is left of the chain after the server has gone, in order or not.</summary>
public sealed class DurabilityTests : IDisposable
{
    private readonly string _folder = RunningServer.NewFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task RestartGoesOnAtTheSameHeightsWithTheSameHashesBlobsAndBalance()
    {
        Blob blob = RunningServer.Blob("kept", 12_345);
        ExtendedHeader[] before;
        UInt128 balance;
        string token;
        await using (RunningServer first = await RunningServer.StartAsync(folder: _folder))
        {
            await first.PublishAsync(blob, RunningServer.Blob("other", 10));
            await first.Server.ProduceBlockAsync();
            before = [await first.HeaderAsync(1), await first.HeaderAsync(2), await first.HeaderAsync(3)];
            (balance, token) = (first.Server.BalanceUtia, first.Server.ReadToken);
        }
        await using RunningServer second = await RunningServer.StartAsync(folder: _folder);
        Assert.Equal(3ul, second.Server.Height);
        Assert.Equal(balance, second.Server.BalanceUtia);
        Assert.Equal(token, second.Server.ReadToken);
        foreach (ExtendedHeader header in before) Assert.Equal(header.Hash, (await second.HeaderAsync(header.Height)).Hash);
        Assert.True(Assert.Single((await ProofTests.ReadAsync(second, before[1], blob.Namespace)).Blobs).Blob.Data.Span.SequenceEqual(blob.Data.Span));
        await second.Server.ProduceBlockAsync();
        ExtendedHeader next = await second.HeaderAsync(4);
        Assert.True(HeaderVerifier.Verify(before[2], next, new TrustOptions("dsdn-da"), ulong.MaxValue / 2).Code is "DSDN-E-DA-EXPIRED", "an old clock is noticed");
        Assert.True(HeaderVerifier.Verify(before[2], next, new TrustOptions("dsdn-da"), next.Header.Time.UnixMs).IsValid);
        Assert.Equal(5ul, await second.PublishAsync(RunningServer.Blob("kept", 5)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(35)]
    [InlineData(36)]
    [InlineData(200)]
    public async Task RecordThatACrashCutOffIsCutAwayAndItsHeightMadeAnew(int bytesLeft)
    {
        await MakeAsync(4);
        string file = Directory.GetFiles(Path.Combine(_folder, "blocks")).Single();
        byte[] whole = await File.ReadAllBytesAsync(file);
        int last = LastRecordAt(whole);
        await File.WriteAllBytesAsync(file, whole[..(last + bytesLeft)]);
        await using RunningServer running = await RunningServer.StartAsync(folder: _folder);
        Assert.Equal(3ul, running.Server.Height);
        Assert.Equal(last, new FileInfo(file).Length);
        await running.Server.ProduceBlockAsync();
        ExtendedHeader third = await running.HeaderAsync(3), fourth = await running.HeaderAsync(4);
        Assert.True(HeaderVerifier.Verify(third, fourth, new TrustOptions("dsdn-da"), fourth.Header.Time.UnixMs).IsValid);
    }

    [Fact]
    public async Task ZerosBehindTheEndAreCutAway()
    {
        await MakeAsync(3);
        string file = Directory.GetFiles(Path.Combine(_folder, "blocks")).Single();
        long length = new FileInfo(file).Length;
        await using (FileStream stream = File.OpenWrite(file)) stream.SetLength(length + 5_000);
        await using RunningServer running = await RunningServer.StartAsync(folder: _folder);
        Assert.Equal(3ul, running.Server.Height);
        Assert.Equal(length, new FileInfo(file).Length);
    }

    [Fact]
    public async Task DamageInTheMiddleIsRefusedAndNothingIsCut()
    {
        await MakeAsync(4);
        string file = Directory.GetFiles(Path.Combine(_folder, "blocks")).Single();
        byte[] bytes = await File.ReadAllBytesAsync(file);
        bytes[100] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        DaServerException refused = await Assert.ThrowsAsync<DaServerException>(() => RunningServer.StartAsync(folder: _folder));
        Assert.True(refused.IsIntegrity);
        Assert.Equal(bytes.Length, new FileInfo(file).Length);
    }

    [Fact]
    public async Task AnotherValidatorKeyIsNoticedAtTheStart()
    {
        await MakeAsync(2);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "validator.key"), new byte[32]);
        Assert.True((await Assert.ThrowsAsync<DaServerException>(() => RunningServer.StartAsync(folder: _folder))).IsIntegrity);
    }

    [Fact]
    public async Task FolderHasOneServerAtATimeAndBelongsToOneChain()
    {
        await using (RunningServer first = await RunningServer.StartAsync(folder: _folder))
        {
            Assert.Contains("in use", (await Assert.ThrowsAsync<DaServerException>(() => RunningServer.StartAsync(folder: _folder))).Message, StringComparison.Ordinal);
        }
        DaServerException other = await Assert.ThrowsAsync<DaServerException>(() => RunningServer.StartAsync(static options => options with { ChainId = "other" }, _folder));
        Assert.Contains("is of chain dsdn-da", other.Message, StringComparison.Ordinal);
        await using RunningServer again = await RunningServer.StartAsync(static options => options with { ApiVersion = NodeVersion.V0_16 }, _folder);
        Assert.Equal(1ul, again.Server.Height);
    }

    [Fact]
    public async Task SecretsAreForTheOwnerOnly()
    {
        await MakeAsync(1);
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        foreach (string file in (string[])["jwt-secret", "validator.key", "keyring", "tokens/read.jwt", "tokens/write.jwt", "tokens/admin.jwt"])
            Assert.Equal(Owner, File.GetUnixFileMode(Path.Combine(_folder, file)));
    }

    [Fact]
    public async Task AnsweredSubmitIsOnDisk()
    {
        Blob blob = RunningServer.Blob("durable", 999);
        await using RunningServer running = await RunningServer.StartAsync(folder: _folder);
        ulong height = await running.PublishAsync(blob);
        // As after a kill: the files as they are now, in another folder.
        string copy = RunningServer.NewFolder();
        Directory.CreateDirectory(Path.Combine(copy, "blocks"));
        foreach (string name in (string[])["chain.json", "jwt-secret", "validator.key", "keyring"]) File.Copy(Path.Combine(_folder, name), Path.Combine(copy, name));
        foreach (string file in Directory.GetFiles(Path.Combine(_folder, "blocks"))) File.Copy(file, Path.Combine(copy, "blocks", Path.GetFileName(file)));
        await using (RunningServer killed = await RunningServer.StartAsync(folder: copy))
        {
            Assert.Single((await ProofTests.ReadAsync(killed, await killed.HeaderAsync(height), blob.Namespace)).Blobs);
        }
        Directory.Delete(copy, recursive: true);
    }

    [Fact]
    public async Task OldDataIsNoLongerServedAndThenPruned()
    {
        await using RunningServer running = await RunningServer.StartAsync(static options => options with { RetentionMs = 1 }, _folder);
        ulong height = await running.PublishAsync(RunningServer.Blob("old", 10));
        await Task.Delay(20);
        Assert.Contains(ErrorText.OutsideWindow, (await running.ErrorAsync(CelestiaCalls.GetAll(RpcId.Of(1), height, [RunningServer.Name("old")]))).Message, StringComparison.Ordinal);
        Assert.Equal(height, (await running.HeaderAsync(height)).Height);
    }

    private async Task MakeAsync(int blocks)
    {
        await using RunningServer running = await RunningServer.StartAsync(folder: _folder);
        while (running.Server.Height < (ulong)blocks) await running.Server.ProduceBlockAsync();
    }

    private static int LastRecordAt(byte[] file)
    {
        int at = 0;
        while (true)
        {
            int next = at + 36 + BitConverter.ToInt32(file, at);
            if (next == file.Length) return at;
            at = next;
        }
    }
}
