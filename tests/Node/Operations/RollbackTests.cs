using Dsdn.Chain.Execution;
using Dsdn.Chain.RocksDb;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Storage;
using Dsdn.Node.Configuration;
using Dsdn.Node.Operations;
using Dsdn.Node.Validation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dsdn.Node.Tests.Operations;

public sealed class RollbackTests
{
    /// <summary>Pages of the tree are written every 64 blocks: 3 and 70 lie below and above.</summary>
    [Theory]
    [InlineData(3, 1)]
    [InlineData(5, 5)]
    [InlineData(70, 4)]
    [InlineData(70, 12)]
    public void TheStoreIsThatOfAChainThatNeverHadTheBlocks(int blocks, int removed)
    {
        using var never = new RecordedChain(blocks - removed);
        using var chain = new RecordedChain(blocks);
        Assert.Equal((ulong)(blocks - removed), Rollback.Run(chain.Path, (ulong)removed, acceptsSigningAgain: false));
        using RocksDbStore expected = RocksDbStore.Open(never.Chain), store = RocksDbStore.Open(chain.Chain);
        foreach (ColumnFamily family in Enum.GetValues<ColumnFamily>().Except([ColumnFamily.Trie])) Assert.Equal((family, Dump(expected, family)), (family, Dump(store, family)));
        StateCheck check = StateCheck.Run(store);
        Assert.Empty(check.Faults);
        Assert.Equal(never.Head.Header.StateRoot, check.State.ComputedRoot);
        StateStore state = StateStore.Open(store, new StateOptions());
        for (ulong height = 0; height <= state.Height; height++) Assert.NotNull(state.Prove(height, Dsdn.Genesis.DevnetKeys.Account(1), []));

        chain.Continue(store, removed);
        Assert.Equal((ulong)blocks, chain.Head.Header.Number);
        Assert.Empty(StateCheck.Run(store).Faults);
        Assert.Null(StateCheck.Replay(store, new ChainStore(store), RecordedChain.Genesis, chain.Path, static _ => { }));
    }

    [Fact]
    public void WhatWasPrunedOrNeverWasCannotBeGoneBackTo()
    {
        using var chain = new RecordedChain(blocks: 70);
        Pruning.Run(chain.Path, new StateOptions { HistoryBlocks = 4, ProofBlocks = 4 }, retainedBlocks: null, default);
        foreach (ulong blocks in (ulong[])[0, 10, 71, ChainRollback.BlocksMax + 1, ulong.MaxValue])
            Assert.Equal((blocks, "DSDN-E-ROLLBACK-BLOCKS"), (blocks, Assert.Throws<OperationRefusedException>(() => Rollback.Run(chain.Path, blocks, acceptsSigningAgain: true)).Code));
        using RocksDbStore store = RocksDbStore.Open(chain.Chain);
        Assert.Equal(70UL, RecordedChain.Open(store).Head.Number);
    }

    [Fact]
    public void ARowThatIsNotWhatWasWrittenStopsTheRollbackBeforeAnythingChanges()
    {
        using var chain = new RecordedChain(blocks: 3);
        chain.Harm((store, batch) =>
        {
            using KeyValueCursor history = store.Scan(ColumnFamily.History, [(byte)'A'], [(byte)'B']);
            while (history.MoveNext())
            {
                if (history.Key[^1] != 3 || history.Value.Length == 0) continue;
                byte[] row = history.Value.ToArray();
                row[^1] ^= 1;
                batch.Put(ColumnFamily.History, history.Key, row);
            }
            Assert.True(batch.Count > 0);
        });
        Assert.ThrowsAny<StorageException>(() => Rollback.Run(chain.Path, 1, acceptsSigningAgain: true));
        using RocksDbStore store = RocksDbStore.Open(chain.Chain);
        Assert.Equal(3UL, RecordedChain.Open(store).Head.Number);
    }

    [Fact]
    public async Task AValidatorSignsItsLastHeightAgainOnlyWhenToldAndALowerOneNever()
    {
        string data = Directory.CreateTempSubdirectory("dsdn-rollback-").FullName;
        try
        {
            var options = new NodeOptions { DataFolder = data, RpcPort = 0, BlockTimeMs = 100, EmptyBlockMs = 100 };
            ulong height = await RunUntilAsync(options, 3);
            byte[] record = File.ReadAllBytes(Path.Combine(data, "signer", "last-sign"));
            Assert.Equal("DSDN-E-ROLLBACK-RISK", Assert.Throws<OperationRefusedException>(() => Rollback.Run(data, 1, acceptsSigningAgain: false)).Code);
            Assert.Equal("DSDN-E-ROLLBACK-SIGNED", Assert.Throws<OperationRefusedException>(() => Rollback.Run(data, 2, acceptsSigningAgain: true)).Code);
            Assert.Equal(height - 1, Rollback.Run(data, 1, acceptsSigningAgain: true));
            Assert.Equal("DSDN-E-ROLLBACK-SIGNED", Assert.Throws<OperationRefusedException>(() => Rollback.Run(data, 1, acceptsSigningAgain: true)).Code);
            Assert.Equal(record, File.ReadAllBytes(Path.Combine(data, "signer", "last-sign")));

            Assert.True(await RunUntilAsync(options, height + 2) >= height + 2);
            using var node = StoppedNode.Open(data);
            Assert.Equal(1U, new ChainStore(node.Store).ReadCertificate(height)?.Round);
            Assert.True(StateCheck.Run(node.Store).IsSound);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>Runs on where the stop fell into a height: then it was signed and not decided.</summary>
    private static async Task<ulong> RunUntilAsync(NodeOptions options, ulong height)
    {
        while (true)
        {
            ValidatorNode node = await ValidatorNode.StartAsync(options, NullLoggerFactory.Instance);
            while (node.Height < height) await Task.Delay(1);
            await node.DisposeAsync();
            using var stopped = StoppedNode.Open(options.DataFolder);
            ulong head = new ChainStore(stopped.Store).Height ?? 0;
            using LastSignFile record = LastSignFile.Open(stopped.Folder.LastSign);
            if (record.Last.Height == head) return head;
            height = head + 1;
        }
    }

    private static string Dump(IKeyValueReader store, ColumnFamily family)
    {
        var lines = new List<string>();
        using KeyValueCursor cursor = store.Scan(family, [], [.. Enumerable.Repeat((byte)0xff, 256)]);
        while (cursor.MoveNext())
        {
            string key = Convert.ToHexString(cursor.Key);
            // Which height the pages on disk are of may differ: here they were written now, there with block 64.
            if (family == ColumnFamily.Meta && cursor.Key.SequenceEqual("state/tree"u8)) continue;
            lines.Add($"{key} {Convert.ToHexString(cursor.Value)}");
        }
        return string.Join('\n', lines);
    }
}
