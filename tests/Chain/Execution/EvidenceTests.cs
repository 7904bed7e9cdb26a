using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Execution;

/// <summary>Evidence in blocks, with modules that only say who may be accused.</summary>
public sealed class EvidenceTests
{
    private static readonly Hash256 A = Hash256.Parse("0x" + new string('a', 64));
    private static readonly Hash256 B = Hash256.Parse("0x" + new string('b', 64));

    [Fact]
    public void EvidenceInABlockReachesTheModulesOnceOnEveryNode()
    {
        (TestChain chain, TestChain validator) = (Chain(), Chain());
        EvidenceItem item = Item(chain, height: 1);
        Assert.True(chain.Execution.Evidence.Add(item).IsAdded);
        Block block = Build(chain);
        Assert.True(BlockCodec.TryDecode(BlockCodec.Encode(block), 1 << 20, out Block? received));
        Assert.Equal(BlockVerdict.Valid, validator.Execution.Execute(received));
        Assert.Equal(item.Id, Assert.Single(validator.Kernel.Punished).Id);
        Assert.NotEqual(Hash256.Zero, received.Consensus?.EvidenceHash);
    }

    [Theory]
    [InlineData("FUTURE", 3UL, null)] // the block's own height
    [InlineData("FUTURE", 9UL, null)]
    [InlineData("UNKNOWN", 0UL, null)]
    [InlineData("UNKNOWN", 2UL, "UNKNOWN")]
    [InlineData("EXPIRED", 2UL, "EXPIRED")]
    [InlineData("PUNISHED", 2UL, "PUNISHED")]
    public void ABlockWithEvidenceThatMustNotBeTakenIsInvalidAndABuilderLeavesItOut(string code, ulong height, string? refusal)
    {
        TestChain chain = Chain();
        chain.Kernel.Accuse = (_, _, _, _) => new Accused(TestChain.Set.Validators[0].ConsensusKey, refusal);
        byte[] evidence = EvidenceCodec.EncodeList([Item(chain, height)]);
        Assert.Equal("DSDN-E-BLOCK-EVIDENCE-" + code, chain.Execution.Execute(With(Build(chain), evidence)).Code);
        Assert.Equal(0, Build(chain, evidence).Evidence.Length);
        if (code != "FUTURE" || height != 3) Assert.Equal("DSDN-E-BLOCK-EVIDENCE-" + code, chain.Execution.Evidence.Add(Item(chain, height)).Code);
    }

    [Fact]
    public void ASignatureOfAnotherKeyOrChainIsNoEvidence()
    {
        TestChain chain = Chain();
        foreach (EvidenceItem forged in new[]
        {
            Item(TestChain.ChainId, chain.Genesis.Block.Hash, 1, seed: new byte[32]),
            Item(1, chain.Genesis.Block.Hash, 1),
            Item(TestChain.ChainId, A, 1),
        })
        {
            byte[] evidence = EvidenceCodec.EncodeList([forged]);
            Assert.Equal("DSDN-E-BLOCK-EVIDENCE-SIGNATURE", chain.Execution.Execute(With(Build(chain), evidence)).Code);
            Assert.Equal("DSDN-E-BLOCK-EVIDENCE-SIGNATURE", chain.Execution.Evidence.Add(forged).Code);
        }
        Assert.Equal(0, chain.Execution.Evidence.Count);
    }

    [Fact]
    public void TheSameValidatorTwiceInOneBlockIsRefusedByForm()
    {
        TestChain chain = Chain();
        EvidenceItem item = Item(chain, 1);
        byte[] twice = EvidenceCodec.EncodeList([item, item]);
        Assert.Equal("DSDN-E-BLOCK-EVIDENCE", chain.Execution.Execute(With(Build(chain), twice)).Code);
        Assert.Equal("DSDN-E-BLOCK-EVIDENCE", chain.Execution.Execute(With(Build(chain), EvidenceCodec.EncodeList([item, Item(chain, 2)]))).Code);
        Assert.Equal(0, Build(chain, twice).Evidence.Length);
    }

    [Fact]
    public void OfTheHeightBeingDecidedItWaitsForTheBlockAfter()
    {
        TestChain chain = Chain();
        EvidenceItem item = Item(chain, 3); // block 3 is next
        Assert.True(chain.Execution.Evidence.Add(item).IsAdded);
        Assert.True(chain.Execution.Evidence.Pending().IsEmpty);
        Assert.Equal("DSDN-E-BLOCK-EVIDENCE-FUTURE", chain.Execution.Evidence.Add(Item(TestChain.ChainId, chain.Genesis.Block.Hash, 4, accused: Address.FromNumber(9))).Code);
        chain.Step();
        Assert.False(chain.Execution.Evidence.Pending().IsEmpty);
        Assert.Equal(item.Id, Assert.Single(Decoded(Build(chain).Evidence)).Id);
    }

    [Fact]
    public void ThePoolKeepsOneItemAValidatorAndForgetsThePunished()
    {
        TestChain chain = Chain();
        bool punished = false;
        chain.Kernel.Accuse = (_, _, _, _) => punished ? Accused.Punished : new Accused(TestChain.Set.Validators[0].ConsensusKey, null);
        Assert.True(chain.Execution.Evidence.Add(Item(chain, 1)).IsAdded);
        Assert.Equal("DSDN-E-EVIDENCE-KNOWN", chain.Execution.Evidence.Add(Item(chain, 2)).Code);
        Assert.True(chain.Execution.Evidence.Pending(bytesMax: 100).IsEmpty);
        chain.Step(); // by a proposer that left it out
        Assert.Equal(1, chain.Execution.Evidence.Count);
        punished = true;
        chain.Step();
        Assert.Equal(0, chain.Execution.Evidence.Count);
    }

    [Fact]
    public void TheNextBlockTakesNoMoreThanItMay()
    {
        TestChain chain = Chain();
        for (ushort i = 1; i <= EvidencePool.ItemsMax; i++)
            Assert.True(chain.Execution.Evidence.Add(Item(TestChain.ChainId, chain.Genesis.Block.Hash, 1, accused: Address.FromNumber(i))).IsAdded);
        Assert.Equal("DSDN-E-EVIDENCE-FULL", chain.Execution.Evidence.Add(Item(TestChain.ChainId, chain.Genesis.Block.Hash, 1, accused: Address.FromNumber(999))).Code);
        Assert.Equal(EvidenceCodec.ItemsMax, Decoded(chain.Execution.Evidence.Pending()).Count);
        Assert.Equal(2, Decoded(chain.Execution.Evidence.Pending(bytesMax: 600)).Count);
        Block block = Build(chain);
        Assert.Equal(EvidenceCodec.ItemsMax, Decoded(block.Evidence).Count);
        chain.Commit(block);
    }

    [Fact]
    public void WhatWaitsOutlivesTheProcessAndWhatWasTakenDoesNot()
    {
        TestChain chain = Chain();
        Address second = Address.FromNumber(9);
        Assert.True(chain.Execution.Evidence.Add(Item(chain, 1)).IsAdded);
        Assert.True(chain.Execution.Evidence.Add(Item(TestChain.ChainId, chain.Genesis.Block.Hash, 2, accused: second)).IsAdded);
        Assert.Equal(2, Decoded(Again(null).Execution.Evidence.Pending()).Count);
        // Taken by a block while the process ended before it could forget: punished meanwhile, so not kept.
        Assert.Equal(second, Assert.Single(Again(TestChain.Operator).Execution.Evidence.Items).Accused);
        Assert.Equal(second, Assert.Single(Again(null).Execution.Evidence.Items).Accused); // gone from the disk too

        TestChain Again(Address? punished) => new(chain.Store, kernel => kernel.Accuse = (accused, _, _, _) =>
            new Accused(TestChain.Set.Validators[0].ConsensusKey, accused == punished ? "PUNISHED" : null));
    }

    [Fact]
    public void ReplayGivesTheModulesTheSameEvidence()
    {
        TestChain chain = Chain();
        Assert.True(chain.Execution.Evidence.Add(Item(chain, 1)).IsAdded);
        chain.Commit(Build(chain));
        chain.Kernel.Punished.Clear();
        Assert.Null(ChainReplay.FromHeight(chain.Open.Services, 1));
        Assert.Single(chain.Kernel.Punished);
        using var scratch = new Dsdn.Chain.State.Storage.MemoryStore();
        Assert.Null(ChainReplay.FromGenesis(chain.Open.Services, chain.Genesis, scratch));
        Assert.Equal(2, chain.Kernel.Punished.Count);
    }

    private static TestChain Chain()
    {
        var chain = new TestChain();
        chain.Kernel.Accuse = (_, _, _, _) => new Accused(TestChain.Set.Validators[0].ConsensusKey, null);
        chain.Step();
        chain.Step();
        return chain;
    }

    private static EvidenceItem Item(TestChain chain, ulong height) => Item(TestChain.ChainId, chain.Genesis.Block.Hash, height);

    private static EvidenceItem Item(ulong chainId, Hash256 genesisHash, ulong height, byte[]? seed = null, Address? accused = null)
    {
        EvidenceItem? item = EvidenceItem.Of(Vote(A), Vote(B));
        return item ?? throw new InvalidOperationException("no contradiction");
        SignedVote Vote(Hash256 block)
        {
            var vote = new SignedVote(VoteKind.Precommit, height, 0, block, -1, accused ?? TestChain.Operator, default);
            byte[] signature = new byte[64];
            Ed25519.Sign(vote.Message(chainId, genesisHash), seed ?? TestChain.ValidatorSeed, signature);
            return vote with { Signature = signature };
        }
    }

    private static IReadOnlyList<EvidenceItem> Decoded(ReadOnlyMemory<byte> evidence) =>
        EvidenceCodec.TryDecodeList(evidence.Span, out IReadOnlyList<EvidenceItem>? items) ? items : throw new InvalidOperationException("no list");

    private static Block Build(TestChain chain) => Build(chain, chain.Execution.Evidence.Pending());

    private static Block Build(TestChain chain, ReadOnlyMemory<byte> evidence) =>
        chain.Execution.Build(new BuildRequest(0, TestChain.Operator, chain.Execution.DecidedBy) { Evidence = evidence });

    private static Block With(Block block, byte[] evidence) =>
        Reseal.With(block with { Evidence = evidence }, block.Header, block.Consensus! with { EvidenceHash = BlockHashes.Evidence(evidence) });
}
