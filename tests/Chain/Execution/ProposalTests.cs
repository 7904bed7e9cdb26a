using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Execution;

public sealed class ProposalTests
{
    [Fact]
    public void ProposalsExecutedAndDroppedLeaveNoByte()
    {
        using var store = new MemoryStore();
        var chain = new TestChain(store);
        chain.Step(TestChain.Send(0, 0, TestChain.Account(1), 1));
        string before = StoreDump.Of(store);
        var built = new List<Block>();
        for (ulong i = 0; i < 3; i++)
        {
            var other = new TestChain(); // three proposers with different blocks at the same height
            other.Step(TestChain.Send(0, 0, TestChain.Account(1), 1));
            other.Wait(TestChain.Send(2, 0, TestChain.Account(3), 100 + i));
            Block block = other.Build(TestChain.GenesisSeconds * 1000 + 10_000 + i);
            Assert.Equal(BlockVerdict.Valid, chain.Execution.Execute(block));
            built.Add(block);
        }
        Assert.Equal(3, chain.Execution.LiveProposals);
        Assert.Equal(before, StoreDump.Of(store));

        chain.Commit(built[1]);
        Assert.Equal(0, chain.Execution.LiveProposals);
        Assert.Equal(built[1].Hash, chain.Head.Block.Hash);
        Assert.Equal(new Amount(Amount.Nusa(1_000).BaseUnits + 101), chain.Balance(TestChain.Account(3)));
        Assert.Throws<ArgumentException>(() => chain.Commit(built[0]));
    }

    [Fact]
    public void NoMoreThanFourOverlaysLive()
    {
        var chain = new TestChain();
        var blocks = new List<Block>();
        for (ulong i = 1; i <= 6; i++) blocks.Add(chain.Build(TestChain.GenesisSeconds * 1000 + (i * 1000)));
        Assert.Equal(IExecution.OverlaysMax, chain.Execution.LiveProposals);
        Assert.Throws<ArgumentException>(() => chain.Commit(blocks[1])); // dropped: has to be executed again
        Assert.True(chain.Execution.Execute(blocks[1]).IsValid);
        chain.Commit(blocks[1]);
        Assert.Equal(1UL, chain.Head.Number);
    }

    [Fact]
    public void CertifiedBlockThatIsInvalidHereStopsTheNode()
    {
        var chain = new TestChain();
        Block good = new TestChain().Build(TestChain.GenesisSeconds * 1000 + 1000);
        Block bad = Reseal.With(good, good.Header with { StateRoot = Hash256.Zero }, good.Consensus);
        BlockVerdict verdict = chain.Execution.Execute(bad);
        Assert.Equal("DSDN-E-BLOCK-STATE-ROOT", verdict.Code);
        Assert.Contains("module 15 0x", verdict.Detail, StringComparison.Ordinal); // for two operators to compare
        var diverged = Assert.Throws<DivergedException>(() => chain.Commit(bad));
        Assert.Contains(DivergedException.ErrorCode, diverged.Message, StringComparison.Ordinal);
        Assert.Equal(0UL, chain.Head.Number);
    }

    [Fact]
    public void CertificateOfAnotherBlockOrTooFewIsRefused()
    {
        var chain = new TestChain();
        Block block = chain.Build();
        Certificate good = chain.Certify(block);
        foreach (Certificate bad in new[]
        {
            good with { Height = 2 }, good with { BlockHash = Hash256.Zero }, good with { Signers = new byte[] { 0 }, Signatures = [] },
            good with { Signers = new byte[] { 3 } }, good with { Signers = new byte[] { 1, 0 } }, good with { Signatures = [] },
        })
        {
            Assert.Throws<ArgumentException>(() => chain.Execution.Commit(block.Hash, bad));
        }
        chain.Execution.Commit(block.Hash, good);
        Assert.Equal(1UL, chain.Head.Number);
    }

    [Fact]
    public void AnotherNodeExecutesTheBlockFromItsBytesToTheSameStore()
    {
        using MemoryStore oneStore = new(), twoStore = new();
        var one = new TestChain(oneStore);
        var two = new TestChain(twoStore);
        for (int round = 0; round < 3; round++)
        {
            one.Wait(
                TestChain.Send(0, (ulong)round, TestChain.Account(1), 5),
                TestChain.Send(1, (ulong)round, FakeKernel.Module, 3, [FakeKernel.Write, (byte)round], gas: 90_000));
            Block built = one.Build();
            Assert.True(BlockCodec.TryDecode(BlockCodec.Encode(built), 1 << 22, out Block? received));
            Assert.Equal(BlockVerdict.Valid, two.Execution.Execute(received));
            one.Commit(built);
            two.Commit(received);
            Assert.Equal(one.Head.Block.Header.StateRoot, two.Head.Block.Header.StateRoot);
            one.Forget();
        }
        Assert.Equal(StoreDump.Of(oneStore), StoreDump.Of(twoStore));
    }
}
