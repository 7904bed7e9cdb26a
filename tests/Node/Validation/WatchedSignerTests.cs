using System.Net;
using System.Net.Sockets;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Signing;
using Dsdn.Node.Configuration;
using Dsdn.Node.Observability;
using Dsdn.Node.Validation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dsdn.Node.Tests.Validation;

/// <summary>A validator that sees its key in another machine's use signs nothing more until its operator says so.</summary>
public sealed class WatchedSignerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-watched-").FullName;

    private string StopFile => Path.Combine(_folder, "key-in-use");

    [Fact]
    public void AForeignMessageStopsSigningAtOnceAndOverARestart()
    {
        using LastSignFile file = LastSignFile.Open(Path.Combine(_folder, "last-sign"));
        using var inner = new FileVoteSigner(new ConsensusKey(new byte[32]), file);
        var stop = new KeyStop(StopFile);
        var signer = new WatchedSigner(inner, stop, stop.Read(), NullLogger.Instance);
        signer.Sign(7, 0, SignStep.Prevote, "a"u8);
        signer.Seen(new SeenSignature(6, 3, SignStep.Precommit, "x"u8.ToArray(), false));
        signer.Seen(new SeenSignature(7, 0, SignStep.Prevote, "a"u8.ToArray(), false));
        Assert.Equal(64, signer.Sign(7, 0, SignStep.Precommit, "a"u8).Length);
        signer.Seen(new SeenSignature(8, 1, SignStep.Prevote, "b"u8.ToArray(), false));
        Assert.Equal("DSDN-E-KEY-IN-USE", Assert.Throws<KeyInUseException>(() => signer.Sign(9, 0, SignStep.Prevote, "a"u8)).Code);
        Assert.Throws<KeyInUseException>(() => signer.ProveBeacon(1, 9, Hash256.Zero));
        Assert.Equal(new SigningStatus(SigningState.Stopped, "height 8 round 1 prevote"), signer.Status);
        var again = new WatchedSigner(inner, new KeyStop(StopFile), new KeyStop(StopFile).Read(), NullLogger.Instance);
        Assert.Throws<KeyInUseException>(() => again.Sign(9, 0, SignStep.Prevote, "a"u8));
    }

    /// <summary>The record is no longer the whole truth: as after its loss, it signs above everything that may have been signed.</summary>
    [Fact]
    public void OnceTheOperatorSaysSoItSignsAboveWhatTheOtherMayHaveSigned()
    {
        var stop = new KeyStop(StopFile);
        stop.Write(new KeyStopPlace(8, 1, "prevote"));
        var clock = new ManualClock();
        using LastSignFile file = LastSignFile.Open(Path.Combine(_folder, "last-sign"));
        using var inner = new FileVoteSigner(new ConsensusKey(new byte[32]), file);
        inner.Sign(7, 0, SignStep.Prevote, "a"u8);
        var signer = new WatchedSigner(new RebuiltSigner(inner, 120, clock, distrustsRecord: true, stop.Clear), stop, null, NullLogger.Instance);
        signer.Seen(new SeenSignature(900, 0, SignStep.Prevote, "b"u8.ToArray(), false)); // of the other one, which is off by now
        signer.Heard(900);
        clock.Advance(TimeSpan.FromSeconds(21));
        Assert.Throws<DoubleSignException>(() => signer.Sign(901, 0, SignStep.Prevote, "a"u8));
        Assert.Null(stop.Read());
        Assert.Equal(64, signer.Sign(1_022, 0, SignStep.Prevote, "a"u8).Length);
    }

    [Fact]
    public void AStopFileThatCannotBeReadStopsTheStart()
    {
        File.WriteAllText(StopFile, "{");
        Assert.Throws<KeyFileException>(() => new KeyStop(StopFile).Read());
    }

    /// <summary>Two nodes, one key, real links: the one that votes later finds its key in the chain that it fetched as a follower. It follows and does not sign; the first goes on.</summary>
    [Fact]
    public async Task OfTwoNodesWithOneKeyTheSecondStepsBack()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        int p2p = FreePort();
        NodeOptions first = new() { DataFolder = Path.Combine(_folder, "first"), RpcPort = 0, P2p = ("127.0.0.1", p2p), BlockTimeMs = 100, EmptyBlockMs = 100, SnapshotBlocks = 0 };
        await using ValidatorNode leader = await ValidatorNode.StartAsync(first, NullLoggerFactory.Instance);
        while (leader.Height < 5) await Task.Delay(20, cancel);
        using var identity = new NodeIdentity(NodeKeyFile.OpenOrCreate(Path.Combine(first.DataFolder, "node.key")));
        NodeOptions second = first with { DataFolder = Path.Combine(_folder, "second"), P2p = null, Peers = [$"{identity.Id.Key}@127.0.0.1:{p2p}"] };
        string record = Path.Combine(second.DataFolder, "signer", "last-sign");
        Directory.CreateDirectory(Path.GetDirectoryName(record) ?? _folder);
        LastSignFile.CreateWithKey(record); // as if the key had never signed
        foreach (bool follows in (bool[])[true, false])
        {
            await using ValidatorNode twin = await ValidatorNode.StartAsync(second with { Follow = follows }, NullLoggerFactory.Instance);
            ulong goal = leader.Height + 5;
            while (twin.Height < goal) await Task.Delay(20, cancel);
        }
        Assert.NotNull(new KeyStop(Path.Combine(second.DataFolder, "signer", "key-in-use")).Read());
        using LastSignFile unsigned = LastSignFile.Open(record);
        Assert.Equal(LastSign.Above(0) with { Signature = unsigned.Last.Signature }, unsigned.Last);
    }

    /// <summary>What is wanted while it listens is signed afterwards: a lone validator would stand still for ever without its first votes.</summary>
    [Fact]
    public async Task AValidatorThatListensFirstLosesNoRound()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        NodeOptions options = new() { DataFolder = Path.Combine(_folder, "node"), RpcPort = 0, P2p = ("127.0.0.1", FreePort()), BlockTimeMs = 20, EmptyBlockMs = 20, ListenMs = 500 };
        for (int start = 0; start < 3; start++)
        {
            await using ValidatorNode node = await ValidatorNode.StartAsync(options, NullLoggerFactory.Instance);
            ulong goal = node.Height + 3;
            while (node.Height < goal) await Task.Delay(5, cancel);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class ManualClock : TimeProvider
    {
        private TimeSpan _now = TimeSpan.FromHours(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;

        public void Advance(TimeSpan by) => _now += by;
    }
}
