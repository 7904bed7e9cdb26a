using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.Tests.Execution;

/// <summary>Blocks committed without waiting for the disk, as block sync does.</summary>
public sealed class DurabilityTests
{
    private const int Blocks = 9;
    private const int DurableBlock = 4;

    [Fact]
    public void APowerFailureTakesBackOnlyTheNewestBlocksSinceTheLastDurableOne()
    {
        for (int survivors = 0; survivors <= Blocks - DurableBlock; survivors++)
        {
            using var store = new MemoryStore();
            var chain = new TestChain(store);
            List<Hash256> hashes = [chain.Genesis.Block.Hash];
            for (int height = 1; height <= Blocks; height++) hashes.Add(CommitNext(chain, height, durable: height == DurableBlock));
            Assert.Equal(Blocks - DurableBlock, store.UnsyncedWrites);

            store.Crash(survivors);
            var reopened = new TestChain(store);
            Assert.Equal((ulong)(DurableBlock + survivors), reopened.Head.Number);
            Assert.Equal(hashes[DurableBlock + survivors], reopened.Head.Block.Hash);
            Assert.Equal((ulong)(DurableBlock + survivors), reopened.Nonce(TestChain.Account(0)));
            Assert.Equal(DurableBlock + survivors > 0 ? reopened.Open.HeadCertificate?.Height : null, reopened.Execution.DecidedBy?.Height);
        }
    }

    [Fact]
    public void TheLastDurableCommitSecuresTheWholeRun()
    {
        using var store = new MemoryStore();
        var chain = new TestChain(store);
        Hash256 head = default;
        for (int height = 1; height <= Blocks; height++) head = CommitNext(chain, height, durable: height == Blocks);
        store.Crash();
        Assert.Equal(head, new TestChain(store).Head.Block.Hash);
    }

    [Fact]
    public void WhatWasTakenBackIsExecutedAgainToTheSameBlocks()
    {
        var source = new TestChain();
        List<(Block Block, Certificate Certificate)> blocks = [];
        for (int height = 1; height <= Blocks; height++)
        {
            Block block = source.Step(TestChain.Send(0, (ulong)height - 1, TestChain.Account(1), 1)).Block;
            blocks.Add((block, source.Certify(block)));
        }
        using var store = new MemoryStore();
        var first = new TestChain(store);
        foreach ((Block block, Certificate certificate) in blocks[..6]) Apply(first, block, certificate);
        store.Crash(survivingWrites: 2);
        var second = new TestChain(store);
        Assert.Equal(2UL, second.Head.Number);
        foreach ((Block block, Certificate certificate) in blocks[2..]) Apply(second, block, certificate);
        Assert.Equal(source.Head.Block.Hash, second.Head.Block.Hash);
        Assert.Equal(StoreDump.Of(source.Store), StoreDump.Of(store));
    }

    [Fact]
    public void SendersRecoveredAheadGiveTheSameBlockAndFaultyOnesAreNamedByExecution()
    {
        var source = new TestChain();
        source.Wait(TestChain.Send(0, 0, TestChain.Account(1), 1), TestChain.Send(1, 0, TestChain.Account(2), 1, chainId: TestChain.ChainId));
        Block built = source.Build();
        Assert.True(BlockCodec.TryDecode(BlockCodec.Encode(built), 1 << 20, out Block? received));
        BlockPreparation.RecoverSenders(received, TestChain.ChainId, Sequential.Instance);
        Assert.All(received.Transactions, transaction => Assert.False(transaction.Sender.IsZero));
        Assert.Equal(BlockVerdict.Valid, new TestChain().Execution.Execute(received));

        Assert.True(BlockCodec.TryDecode(BlockCodec.Encode(built), 1 << 20, out Block? foreign));
        BlockPreparation.RecoverSenders(foreign, TestChain.ChainId + 1, Sequential.Instance);
        Assert.All(foreign.Transactions, transaction => Assert.True(transaction.Sender.IsZero));
        Assert.Equal(BlockVerdict.Valid, new TestChain().Execution.Execute(foreign));
    }

    private static void Apply(TestChain chain, Block block, Certificate certificate)
    {
        Assert.Equal(BlockVerdict.Valid, chain.Execution.Execute(block));
        chain.Execution.Commit(block.Hash, certificate, durable: false);
    }

    private static Hash256 CommitNext(TestChain chain, int height, bool durable)
    {
        chain.Forget();
        chain.Wait(TestChain.Send(0, (ulong)height - 1, TestChain.Account(1), 1));
        Block block = chain.Execution.Build(new BuildRequest(0, TestChain.Operator, chain.Execution.DecidedBy));
        chain.Execution.Commit(block.Hash, chain.Certify(block), durable);
        return block.Hash;
    }
}
