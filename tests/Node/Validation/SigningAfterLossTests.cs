using Dsdn.Consensus.Signing;
using Dsdn.Node.Configuration;
using Dsdn.Node.Validation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dsdn.Node.Tests.Validation;

/// <summary>What a validator may sign after it lost its record of what it signed (chain-decisions 1.11).</summary>
public sealed class SigningAfterLossTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-lost-").FullName;

    [Fact]
    public async Task ARecordThatIsMissingBesideAChainIsRefusedUntilTheOperatorSaysItIsLost()
    {
        var options = new NodeOptions { DataFolder = _folder, RpcPort = 0, BlockTimeMs = 20, EmptyBlockMs = 20 };
        ulong height = await RunUntilAsync(options, 3);
        File.Delete(Path.Combine(_folder, "signer", "last-sign"));
        for (int start = 0; start < 2; start++) // the refused start must not leave a record that makes the next one bold
            await Assert.ThrowsAsync<KeyFileException>(() => ValidatorNode.StartAsync(options, NullLoggerFactory.Instance));
        Assert.True(await RunUntilAsync(options with { LostSignerState = true }, height + 2) >= height + 2);
        Assert.True(await RunUntilAsync(options, height + 3) >= height + 3);
    }

    [Fact]
    public void ARebuiltSignerListensFirstAndThenSignsOnlyAboveEverythingItMayHaveSigned()
    {
        var clock = new ManualClock();
        using LastSignFile file = LastSignFile.Open(Path.Combine(_folder, "last-sign"));
        using var inner = new FileVoteSigner(new ConsensusKey(new byte[32]), file);
        var signer = new RebuiltSigner(inner, marginHeights: 120, clock);
        Assert.Throws<DoubleSignException>(() => signer.Sign(500, 0, SignStep.Prevote, "a"u8)); // nobody was heard
        signer.Heard(900);
        signer.Heard(700);
        Assert.Throws<DoubleSignException>(() => signer.Sign(901, 0, SignStep.Prevote, "a"u8));
        clock.Advance(TimeSpan.FromSeconds(21));
        Assert.Throws<DoubleSignException>(() => signer.Sign(901, 0, SignStep.Prevote, "a"u8));
        Assert.Throws<DoubleSignException>(() => signer.Sign(1_021, 5, SignStep.Precommit, "a"u8));
        Assert.Equal(64, signer.Sign(1_022, 0, SignStep.Proposal, "a"u8).Length);
    }

    /// <summary>It is at height 0 like a network that begins; but the others are far ahead and may hold its votes.</summary>
    [Fact]
    public void AGenesisValidatorThatLostItsWholeDiskDoesNotSignWhereTheOthersAre()
    {
        string path = Path.Combine(_folder, "last-sign");
        for (int start = 0; start < 2; start++)
        {
            using LastSignFile file = LastSignFile.Open(path);
            using var inner = new FileVoteSigner(new ConsensusKey(new byte[32]), file);
            var signer = new FirstHeightSigner(inner);
            Assert.Throws<DoubleSignException>(() => signer.Sign(700, 0, SignStep.Prevote, "a"u8));
        }
    }

    [Fact]
    public void AGenesisValidatorSignsFromTheFirstHeightOn()
    {
        using LastSignFile file = LastSignFile.Open(Path.Combine(_folder, "last-sign"));
        using var inner = new FileVoteSigner(new ConsensusKey(new byte[32]), file);
        var signer = new FirstHeightSigner(inner);
        Assert.Equal(64, signer.Sign(1, 0, SignStep.Prevote, "a"u8).Length);
        Assert.Equal(64, signer.Sign(40, 0, SignStep.Prevote, "a"u8).Length);
    }

    [Fact]
    public void ARecordThatWasMadeWithItsKeyMayBeginAtAnyHeight()
    {
        string path = Path.Combine(_folder, "last-sign");
        LastSignFile.CreateWithKey(path);
        using LastSignFile file = LastSignFile.Open(path);
        using var signer = new FileVoteSigner(new ConsensusKey(new byte[32]), file);
        Assert.False(signer.IsEmpty);
        Assert.Equal(64, signer.Sign(1, 0, SignStep.Proposal, "a"u8).Length);
    }

    [Fact]
    public void TheHeightItWaitsForOutlastsARestart()
    {
        var clock = new ManualClock();
        string path = Path.Combine(_folder, "last-sign");
        using (LastSignFile file = LastSignFile.Open(path))
        {
            using var inner = new FileVoteSigner(new ConsensusKey(new byte[32]), file);
            var signer = new RebuiltSigner(inner, 120, clock);
            signer.Heard(900);
            clock.Advance(TimeSpan.FromSeconds(21));
            Assert.Throws<DoubleSignException>(() => signer.Sign(901, 0, SignStep.Prevote, "a"u8));
        }
        using LastSignFile again = LastSignFile.Open(path);
        using var after = new FileVoteSigner(new ConsensusKey(new byte[32]), again);
        Assert.False(after.IsEmpty);
        Assert.Throws<DoubleSignException>(() => after.Sign(1_020, 0, SignStep.Prevote, "a"u8));
        Assert.Equal(64, after.Sign(1_022, 0, SignStep.Prevote, "a"u8).Length);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<ulong> RunUntilAsync(NodeOptions options, ulong height)
    {
        await using ValidatorNode node = await ValidatorNode.StartAsync(options, NullLoggerFactory.Instance);
        while (node.Height < height) await Task.Delay(5);
        return node.Height;
    }

    private sealed class ManualClock : TimeProvider
    {
        private TimeSpan _now = TimeSpan.FromHours(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;

        public void Advance(TimeSpan by) => _now += by;
    }
}
