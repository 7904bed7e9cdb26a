using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.RocksDb;
using Dsdn.Chain.State.Storage;
using Dsdn.Consensus.Signing;
using Dsdn.Node.Configuration;
using Dsdn.Node.Operations;
using Dsdn.Node.Validation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dsdn.Node.Tests.Operations;

public sealed class SnapshotTests : IDisposable
{
    private static readonly NetworkGenesis Devnet = NetworkGenesis.Load("devnet");

    private readonly string _root = Directory.CreateTempSubdirectory("dsdn-snapshot-").FullName;

    private string Data => Path.Combine(_root, "restored");

    private string Snapshot => Path.Combine(_root, "snapshot");

    [Fact]
    public void ACopyOfAStoppedNodeRestoresToTheSameBlockAndGoesOn()
    {
        using var chain = new RecordedChain(blocks: 3);
        CheckpointManifest made = Create(chain.Path, out bool wasRunning);
        Assert.False(wasRunning);
        Assert.Equal((3UL, chain.Head.Hash, chain.Head.Header.StateRoot), (made.Height, made.BlockHash, made.StateRoot));
        Assert.Equal(["chain", "manifest.json"], Directory.EnumerateFileSystemEntries(Snapshot).Select(Path.GetFileName).Order());

        CheckpointManifest restored = Restore(out ulong? lastSigned);
        Assert.Null(lastSigned);
        Assert.Equal(made.Encode(), restored.Encode());
        using var node = StoppedNode.Open(Data);
        StateCheck check = StateCheck.Run(node.Store);
        Assert.True(check.IsSound);
        Assert.Equal(chain.Head.Header.StateRoot, check.State.ComputedRoot);
        chain.Continue(node.Store, blocks: 2);
        Assert.Equal(5UL, chain.Head.Header.Number);
    }

    [Fact]
    public async Task ACopyOfARunningNodeIsConsistentWhileBlocksGoOn()
    {
        string data = Path.Combine(_root, "running");
        var options = new NodeOptions { DataFolder = data, RpcPort = 0, BlockTimeMs = 50, EmptyBlockMs = 50 };
        ulong heightBefore;
        CheckpointManifest made;
        await using (ValidatorNode node = await ValidatorNode.StartAsync(options, NullLoggerFactory.Instance))
        {
            while (node.Height < 3) await Task.Delay(20);
            heightBefore = node.Height;
            made = Create(data, out bool wasRunning);
            Assert.True(wasRunning);
            Assert.Throws<DataFolderInUseException>(() => StoppedNode.Open(data));
        }
        Assert.False(File.Exists(Path.Combine(data, "control.sock")));
        Assert.True(made.Height >= heightBefore);
        Restore(out _);
        using var restored = StoppedNode.Open(Data);
        StateCheck check = StateCheck.Run(restored.Store);
        Assert.True(check.IsSound);
        Assert.Equal((made.Height, made.StateRoot), (check.State.Height, check.State.ComputedRoot));
    }

    [Fact]
    public void ADamagedMissingOrLongerFileIsRefusedAndNothingStays()
    {
        using var chain = new RecordedChain(blocks: 2);
        Create(chain.Path, out _);
        string table = Directory.EnumerateFiles(CheckpointManifest.ChainIn(Snapshot), "*.sst").Order(StringComparer.Ordinal).First();
        byte[] whole = File.ReadAllBytes(table);
        foreach (Action harm in (Action[])[() => File.WriteAllBytes(table, Flipped(whole)), () => File.WriteAllBytes(table, [.. whole, 0]), () => File.Delete(table)])
        {
            File.Delete(table); // the file may be the chain's own, by a hard link
            File.WriteAllBytes(table, whole);
            harm();
            OperationRefusedException refused = Assert.Throws<OperationRefusedException>(() => Restore(out _));
            Assert.Equal(("DSDN-E-SNAPSHOT-DAMAGED", true), (refused.Code, refused.IsIntegrity));
            Assert.EndsWith(Path.GetFileName(table), refused.Subject, StringComparison.Ordinal);
            Assert.False(Directory.Exists(Path.Combine(Data, "chain")));
            Assert.False(Directory.Exists(Path.Combine(Data, "chain.tmp")));
        }
    }

    [Fact]
    public void AManifestThatLiesAboutTheHeadIsRefused()
    {
        using var chain = new RecordedChain(blocks: 2);
        Create(chain.Path, out _);
        EditManifest(manifest => manifest["height"] = 7);
        Assert.Equal("DSDN-E-SNAPSHOT-DAMAGED", Assert.Throws<OperationRefusedException>(() => Restore(out _)).Code);
        Assert.False(Directory.Exists(Path.Combine(Data, "chain")));
    }

    [Theory]
    [InlineData("../../escaped")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("")]
    public void AFileNameThatLeavesTheFolderIsRefused(string name)
    {
        using var chain = new RecordedChain(blocks: 1);
        Create(chain.Path, out _);
        EditManifest(manifest => manifest["files"]![0]!["name"] = name);
        Assert.Equal("DSDN-E-SNAPSHOT-DAMAGED", Assert.Throws<OperationRefusedException>(() => Restore(out _)).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"format\":1}")]
    [InlineData("{\"format\":2,\"files\":[]}")]
    [InlineData("{\"format\":\"1\"}")]
    public void BytesThatAreNoManifestAreNamedNotThrown(string text)
    {
        Assert.Null(CheckpointManifest.TryDecode(Encoding.UTF8.GetBytes(text), out string error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void AnotherNetworkAFullFolderAndATakenNameAreRefused()
    {
        using var chain = new RecordedChain(blocks: 1);
        NetworkGenesis other = NetworkGenesis.Load("conformance");
        Assert.Equal("DSDN-E-SNAPSHOT-NETWORK", Assert.Throws<OperationRefusedException>(() => SnapshotCreation.Run(chain.Path, other, Snapshot, out _, default)).Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root));
        Assert.Equal("DSDN-E-SNAPSHOT-MISSING", Assert.Throws<OperationRefusedException>(() => Restore(out _)).Code);
        Create(chain.Path, out _);
        Assert.Equal("DSDN-E-SNAPSHOT-EXISTS", Assert.Throws<OperationRefusedException>(() => Create(chain.Path, out _)).Code);
        Assert.Equal("DSDN-E-SNAPSHOT-NETWORK", Assert.Throws<OperationRefusedException>(() => SnapshotRestore.Run(Data, other, Snapshot, replaces: false, out _, default)).Code);
        Assert.Equal("DSDN-E-DATA-NOT-EMPTY", Assert.Throws<OperationRefusedException>(() => SnapshotRestore.Run(chain.Path, Devnet, Snapshot, replaces: false, out _, default)).Code);
    }

    [Fact]
    public void ReplacingAChainLeavesKeyAndLastSignRecordAsTheyAre()
    {
        using var chain = new RecordedChain(blocks: 1);
        Create(chain.Path, out _);
        using (RocksDbStore store = RocksDbStore.Open(chain.Chain)) chain.Continue(store, blocks: 3);
        string key = Path.Combine(chain.Path, "validator.key.json"), record = Path.Combine(chain.Path, "signer", "last-sign");
        File.WriteAllText(key, "sealed");
        using (LastSignFile file = LastSignFile.Open(record)) file.Store(new LastSign(4, 0, SignStep.Precommit, Hash256.Zero, new byte[64]));
        byte[] before = File.ReadAllBytes(record);

        CheckpointManifest restored = SnapshotRestore.Run(chain.Path, Devnet, Snapshot, replaces: true, out ulong? lastSigned, default);
        Assert.Equal((1UL, 4UL), (restored.Height, lastSigned));
        Assert.Equal("sealed", File.ReadAllText(key));
        Assert.Equal(before, File.ReadAllBytes(record));
        Assert.False(Directory.Exists(Path.Combine(chain.Path, "chain.old")));
        using RocksDbStore now = RocksDbStore.Open(chain.Chain);
        Assert.Equal(1UL, RecordedChain.Open(now).Head.Number);
    }

    [Fact]
    public void ARestoreThatWasKilledBetweenTheRenamesLosesNoChain()
    {
        using var chain = new RecordedChain(blocks: 2);
        Create(chain.Path, out _);
        Directory.Move(chain.Chain, chain.Chain + ".old"); // what a kill leaves: the old chain aside, the new one not yet in place
        Directory.CreateDirectory(chain.Chain + ".tmp");
        using (var node = StoppedNode.Open(chain.Path)) Assert.Equal(2UL, RecordedChain.Open(node.Store).Head.Number);
        Assert.False(Directory.Exists(chain.Chain + ".old"));
        SnapshotRestore.Run(chain.Path, Devnet, Snapshot, replaces: true, out _, default);
        Assert.Equal(["chain", "lock", "signer"], Directory.EnumerateFileSystemEntries(chain.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task TheControlSocketAnswersNonsenseWithAnErrorAndServesTheNext()
    {
        string path = Path.Combine(_root, "control.sock");
        await using ControlSocket? socket = ControlSocket.TryOpen(
            path, [ControlOrder.Snapshot(static directory => directory.EndsWith("bad", StringComparison.Ordinal) ? throw new StorageException("disk\nfull") : "7 0x00")], NullLogger.Instance);
        Assert.NotNull(socket);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.StartsWith("error DSDN-E-CONTROL-REQUEST ", await AskAsync(path, "stop everything\n"));
        Assert.StartsWith("error DSDN-E-CONTROL-REQUEST ", await AskAsync(path, "snapshot relative/path\n"));
        Assert.StartsWith("error DSDN-E-CONTROL-REQUEST ", await AskAsync(path, new string('x', 10_000)));
        Assert.Equal("error DSDN-E-SNAPSHOT-FAILED disk full\n", await AskAsync(path, "snapshot /tmp/bad\n"));
        Assert.Equal("ok 7 0x00\n", await AskAsync(path, "snapshot /tmp/with space\n"));
        Assert.True(ControlClient.TrySnapshot(_root, "/tmp/good"));
        Assert.Equal("DSDN-E-SNAPSHOT-REFUSED", Assert.Throws<OperationRefusedException>(() => ControlClient.TrySnapshot(_root, "/tmp/bad")).Code);
    }

    [Fact]
    public void ASocketThatAKilledNodeLeftIsNoNode()
    {
        string path = Path.Combine(_root, "control.sock");
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)) left.Bind(new UnixDomainSocketEndPoint(path));
        if (!File.Exists(path)) File.WriteAllBytes(path, []); // the runtime may have removed it
        Assert.False(ControlClient.TrySnapshot(_root, "/tmp/none"));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private CheckpointManifest Create(string data, out bool wasRunning) => SnapshotCreation.Run(data, Devnet, Snapshot, out wasRunning, default);

    private CheckpointManifest Restore(out ulong? lastSigned) => SnapshotRestore.Run(Data, Devnet, Snapshot, replaces: false, out lastSigned, default);

    private void EditManifest(Action<JsonNode> edit)
    {
        JsonNode manifest = JsonNode.Parse(File.ReadAllBytes(CheckpointManifest.PathIn(Snapshot)))!;
        edit(manifest);
        File.WriteAllText(CheckpointManifest.PathIn(Snapshot), manifest.ToJsonString());
    }

    private static byte[] Flipped(byte[] bytes)
    {
        byte[] flipped = [.. bytes];
        flipped[flipped.Length / 2] ^= 1;
        return flipped;
    }

    private static async Task<string> AskAsync(string path, string request)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await socket.SendAsync(Encoding.UTF8.GetBytes(request));
        byte[] answer = new byte[ControlSocket.LineBytesMax];
        int read = await socket.ReceiveAsync(answer);
        return Encoding.UTF8.GetString(answer, 0, read);
    }
}
