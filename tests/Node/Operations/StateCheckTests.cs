using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.RocksDb;
using Dsdn.Chain.State.Verification;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Storage;
using Dsdn.Genesis;
using Dsdn.Node.Configuration;
using Dsdn.Node.Operations;

namespace Dsdn.Node.Tests.Operations;

public sealed class StateCheckTests
{
    [Fact]
    public void AnHonestChainIsSoundAndReplays()
    {
        using var chain = new RecordedChain(blocks: 4);
        using var node = StoppedNode.Open(chain.Path);
        StateCheck check = StateCheck.Run(node.Store);
        Assert.Empty(check.Faults);
        Assert.True(check.IsSound);
        Assert.Equal((4UL, 4UL), (check.State.Height, check.ChainHeight));
        Assert.Equal(chain.Head.Header.StateRoot, check.State.ComputedRoot);
        Assert.Equal(chain.Head.Header.StateRoot, check.HeaderRoot);
        Assert.True(check.State.Accounts > 10);

        var heights = new List<ulong>();
        Assert.Null(StateCheck.Replay(node.Store, new ChainStore(node.Store), RecordedChain.Genesis, node.Folder.Path, heights.Add));
        Assert.Equal([1, 2, 3, 4], heights);
        Assert.False(Directory.Exists(Path.Combine(chain.Path, "replay.tmp")));
    }

    [Fact]
    public void AFlippedByteOfAnAccountThatNoRecentBlockChangedIsNamedByAddress()
    {
        using var chain = new RecordedChain(blocks: 2);
        Address harmed = DevnetKeys.Account(7);
        chain.Harm((store, batch) => batch.Put(ColumnFamily.Accounts, harmed.Span, Flipped(store.Get(ColumnFamily.Accounts, harmed.Span))));
        using var node = StoppedNode.Open(chain.Path);
        StateCheck check = StateCheck.Run(node.Store);
        Assert.False(check.IsSound);
        Assert.Equal($"account {Hex.Encode(harmed.Span)}", check.Faults[0].Where);
        Assert.NotEqual(check.HeaderRoot, check.State.ComputedRoot);
    }

    [Fact]
    public void AFlippedByteOfARecordIsNamedByModuleTableAndKey()
    {
        using var chain = new RecordedChain(blocks: 1);
        byte[] key = [];
        chain.Harm((store, batch) =>
        {
            Assert.True(HistoryAware.TryFindUntouchedRecord(store, out key, out byte[] value));
            batch.Put(ColumnFamily.Records, key, Flipped(value));
        });
        using var node = StoppedNode.Open(chain.Path);
        StateCheck check = StateCheck.Run(node.Store);
        Assert.Equal($"module {key[0]} table {(key[1] << 8) | key[2]} key {Hex.Encode(key.AsSpan(3))}", check.Faults[0].Where);

        ReplayDivergence? divergence = StateCheck.Replay(node.Store, new ChainStore(node.Store), RecordedChain.Genesis, node.Folder.Path, static _ => { });
        Assert.Equal((1UL, "DSDN-E-REPLAY-STATE"), (divergence?.Height, divergence?.Code));
        Assert.StartsWith($"module {key[0]} table {(key[1] << 8) | key[2]} key {Hex.Encode(key.AsSpan(3))}", divergence?.Detail, StringComparison.Ordinal);
    }

    /// <summary>The tree of a young chain is rebuilt from the tables, so only a replay can tell which of the changed keys is wrong.</summary>
    [Fact]
    public void AFlippedByteOfAnAccountThatTheLastBlockChangedIsFoundAndTheReplayNamesIt()
    {
        using var chain = new RecordedChain(blocks: 3);
        Address harmed = DevnetKeys.Account(1);
        chain.Harm((store, batch) => batch.Put(ColumnFamily.Accounts, harmed.Span, Flipped(store.Get(ColumnFamily.Accounts, harmed.Span))));
        using var node = StoppedNode.Open(chain.Path);
        Assert.False(StateCheck.Run(node.Store).IsSound);
        ReplayDivergence? divergence = StateCheck.Replay(node.Store, new ChainStore(node.Store), RecordedChain.Genesis, node.Folder.Path, static _ => { });
        Assert.StartsWith($"account {Hex.Encode(harmed.Span)}", divergence?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherGenesisIsTheFirstDivergence()
    {
        using var chain = new RecordedChain(blocks: 1);
        using var node = StoppedNode.Open(chain.Path);
        GenesisBlock other = NetworkGenesis.Load("conformance").Genesis;
        ReplayDivergence? divergence = StateCheck.Replay(node.Store, new ChainStore(node.Store), other, node.Folder.Path, static _ => { });
        Assert.Equal((0UL, "DSDN-E-REPLAY-GENESIS"), (divergence?.Height, divergence?.Code));
    }

    [Fact]
    public void AFolderInUseOrWithoutAChainIsRefusedAndLeftAsItIs()
    {
        string empty = Directory.CreateTempSubdirectory("dsdn-operations-").FullName;
        try
        {
            Assert.Equal("DSDN-E-DATA-EMPTY", Assert.Throws<OperationRefusedException>(() => StoppedNode.Open(empty)).Code);
            Assert.Empty(Directory.EnumerateFileSystemEntries(empty));
        }
        finally
        {
            Directory.Delete(empty);
        }
        using var chain = new RecordedChain(blocks: 1);
        using DataFolder held = DataFolder.Open(chain.Path);
        Assert.Throws<DataFolderInUseException>(() => StoppedNode.Open(chain.Path));
    }

    private static byte[] Flipped(byte[]? row)
    {
        Assert.NotNull(row);
        row[^1] ^= 1;
        return row;
    }

    private static class HistoryAware
    {
        /// <summary>A record of the genesis that no block changed: the changesets of the chain do not hold its key.</summary>
        public static bool TryFindUntouchedRecord(IKeyValueStore store, out byte[] key, out byte[] value)
        {
            using KeyValueCursor changes = store.Scan(ColumnFamily.Changesets, [0], [0xff]);
            var changed = new List<byte[]>();
            while (changes.MoveNext()) changed.Add(changes.Value.ToArray());
            using KeyValueCursor records = store.Scan(ColumnFamily.Records, [0], [0xff]);
            while (records.MoveNext())
            {
                (key, value) = (records.Key.ToArray(), records.Value.ToArray());
                byte[] sought = key;
                if (changed.All(row => row.AsSpan().IndexOf(sought) < 0)) return true;
            }
            (key, value) = ([], []);
            return false;
        }
    }
}
