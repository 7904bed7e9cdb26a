using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Storage;
using Dsdn.Genesis;
using Dsdn.Modules.Tests.Support;

namespace Dsdn.Modules.Tests.Slashing;

/// <summary>From two contradicting signatures to the next block's validator set, through the whole of execution.</summary>
public sealed class EvidenceChainTests
{
    [Fact]
    public void ADoubleSignerLeavesTheSetWithTheBlockThatCarriesTheEvidence()
    {
        EvidenceChain chain = new(validators: 4);
        chain.Step();
        Assert.True(chain.Execution.Evidence.Add(chain.Offender(2).TwoVotes(1)).IsAdded);
        Block block = chain.Step();
        Assert.NotEqual(0, block.Evidence.Length);
        Assert.False(chain.Votes(2));
        Assert.Equal(3, chain.Execution.Validators.Validators.Count);
        Assert.NotEqual(block.Consensus?.ValidatorsHash, block.Consensus?.NextValidatorsHash);
        Assert.Equal(0, chain.Execution.Evidence.Count);
        for (int i = 0; i < 12; i++) chain.Step();
        Assert.False(chain.Votes(2));
        using var scratch = new MemoryStore();
        Assert.Null(ChainReplay.FromGenesis(chain.Services, chain.Genesis, scratch));
        Assert.Null(ChainReplay.FromHeight(chain.Services, 1));
    }

    [Fact]
    public void TheSameEvidenceInASecondBlockIsRefusedAndOtherEvidenceOfThatTimeToo()
    {
        EvidenceChain chain = new(validators: 4, epochBlocks: 1_000);
        chain.Step();
        EvidenceItem item = chain.Offender(2).TwoVotes(1);
        byte[] evidence = EvidenceCodec.EncodeList([item]);
        chain.Step(evidence: evidence);
        Amount treasury = chain.Balance(TestChain.EconomicsAddress);
        foreach (EvidenceItem again in new[] { item, chain.Offender(2).TwoProposals(1), chain.Offender(2).Forgetting(2) })
        {
            Assert.Equal("DSDN-E-BLOCK-EVIDENCE-PUNISHED", chain.Execution.Evidence.Add(again).Code);
            Assert.Equal(0, chain.Step(evidence: EvidenceCodec.EncodeList([again])).Evidence.Length); // left out by the builder
        }
        Assert.Equal(treasury, chain.Balance(TestChain.EconomicsAddress));
    }

    [Fact]
    public void TwoValidatorsAreConvictedInOneBlock()
    {
        EvidenceChain chain = new(validators: 7);
        chain.Step();
        Assert.True(chain.Execution.Evidence.Add(chain.Offender(5).Forgetting(1)).IsAdded);
        Assert.True(chain.Execution.Evidence.Add(chain.Offender(1).TwoProposals(1)).IsAdded);
        chain.Step();
        Assert.False(chain.Votes(1) || chain.Votes(5));
        Assert.Equal(5, chain.Execution.Validators.Validators.Count);
        chain.Step();
    }

    [Fact]
    public void ARotatedKeyStaysSlashable()
    {
        EvidenceChain chain = new(validators: 4);
        Offence old = chain.Offender(1);
        for (int i = 0; i < 5; i++) chain.Step(); // an epoch: a key may rotate
        byte[] seed = Keccak.Hash([1]).ToArray(), key = new byte[32], proof = new byte[64];
        Ed25519.PublicKey(seed, key);
        Ed25519.Sign(ProofOfPossession.ConsensusMessage(chain.Genesis.ChainId, old.Operator, new Hash256(key)), seed, proof);
        chain.Send(1, 0, "rotateKey", Amount.Zero, new Hash256(key), proof);
        Assert.Contains(chain.Step().Transactions, transaction => transaction.Sender == old.Operator);
        while (chain.Height < 10) chain.Step();
        chain.Keys[old.Operator] = seed;
        chain.Step();
        Assert.Equal("DSDN-E-BLOCK-EVIDENCE-SIGNATURE", chain.Execution.Evidence.Add(old.TwoVotes(11)).Code); // it votes with the new one there
        Assert.Equal("DSDN-E-BLOCK-EVIDENCE-SIGNATURE", chain.Execution.Evidence.Add(chain.Offender(1).TwoVotes(10)).Code);
        Assert.True(chain.Execution.Evidence.Add(old.TwoVotes(10)).IsAdded);
        chain.Step();
        Assert.False(chain.Votes(1));
    }

    [Fact]
    public void EvidenceExpiresInBlocksAndTimeTogether()
    {
        EvidenceChain chain = new(validators: 4);
        EvidenceItem item = chain.Offender(0).TwoVotes(3); // its epoch ends with block 5
        for (int i = 0; i < 5; i++) chain.Step();
        chain.Step(milliseconds: 61_000); // older than the unbonding time, but few blocks
        Assert.True(chain.Execution.Evidence.Add(item).IsAdded);
        while (chain.Height < 62) chain.Step(evidence: default(ReadOnlyMemory<byte>)); // nobody takes it
        Assert.Equal(1, chain.Execution.Evidence.Count); // block 63 is the last: 60 blocks after the third
        chain.Step(evidence: default(ReadOnlyMemory<byte>));
        Assert.Equal(0, chain.Execution.Evidence.Count);
        Assert.Equal("DSDN-E-BLOCK-EVIDENCE-EXPIRED", chain.Execution.Evidence.Add(item).Code);
    }

    [Fact]
    public void AValidatorThatHasUnbondedEverythingSinceLosesItsUnbondingStake()
    {
        EvidenceChain chain = new(validators: 4);
        chain.Step();
        chain.Send(3, 0, "unbond", Amount.Zero, DevnetKeys.Operator(3), Amount.Nusa(1_000_000));
        chain.Step();
        while (chain.Votes(3)) chain.Step();
        Amount treasury = chain.Balance(TestChain.EconomicsAddress);
        Assert.True(chain.Execution.Evidence.Add(chain.Offender(3).TwoVotes(1)).IsAdded);
        Amount pool = chain.Balance(TestChain.StakingAddress);
        chain.Step();
        Assert.True(chain.Balance(TestChain.EconomicsAddress) >= treasury + Amount.Nusa(99_000)); // a tenth, less what the pool paid meanwhile
        Assert.True(pool - chain.Balance(TestChain.StakingAddress) >= Amount.Nusa(99_000));
    }

    [Fact]
    public void ALastCommitThatLeavesAValidatorOutAgainAndAgainJailsIt()
    {
        EvidenceChain chain = new(validators: 4, epochBlocks: 1_000);
        for (int i = 0; i < 11; i++) chain.Step(absent: 3);
        Assert.True(chain.Votes(3)); // ten of twenty are counted: half was signed
        chain.Step();
        Assert.False(chain.Votes(3));
        for (int i = 0; i < 40; i++) chain.Step();
        Assert.Equal(3, chain.Execution.Validators.Validators.Count);
    }

    [Fact]
    public void AFifthValidatorIsElectedAndIsGivenAWholeWindowBeforeItIsJailed()
    {
        EvidenceChain chain = new(validators: 4, epochBlocks: 5);
        byte[] account = DevnetKeys.PrivateKey(0), seed = Keccak.Hash([7]).ToArray(), key = new byte[32], proof = new byte[64];
        Address joiner = DevnetKeys.Account(0);
        Ed25519.PublicKey(seed, key);
        Ed25519.Sign(ProofOfPossession.ConsensusMessage(chain.Genesis.ChainId, joiner, new Hash256(key)), seed, proof);
        chain.Keys.Add(joiner, seed);
        for (int i = 0; i < 22; i++) chain.Step(); // a window that it was not there for
        chain.SendFrom(account, 0, "createValidator", Amount.Nusa(100_000), new Hash256(key), proof, 2_000UL, Address.Zero);
        while (chain.Execution.Validators.Validators.Count == 4) chain.Step();
        ulong joined = chain.Height + 1;
        Assert.Equal(26UL, joined);
        while (chain.Execution.Validators.Validators.Count == 5) chain.Step(absentOperator: joiner);
        Assert.Equal(joined + 11, chain.Height); // eleven misses of twenty, counted one block later
    }
}
