using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Execution;

public sealed class BeaconTests
{
    [Fact]
    public void AProofMovesTheBeaconAndEveryValidatorAgrees()
    {
        var chain = new TestChain();
        var validator = new TestChain();
        Hash256 before = chain.Genesis.Block.Header.MixHash;
        for (ulong height = 1; height <= 4; height++)
        {
            byte[] proof = Proof(height, before);
            Block block = Build(chain, proof);
            Assert.True(BlockCodec.TryDecode(BlockCodec.Encode(block), 1 << 20, out Block? received));
            Assert.Equal(BlockVerdict.Valid, validator.Execution.Execute(received));
            Assert.True(VrfBeacon.TryNext(before, proof, out Hash256 expected));
            Assert.Equal(expected, received.Header.MixHash);
            Assert.Equal(expected, received.Consensus?.Beacon);
            Assert.NotEqual(before, expected);
            chain.Commit(block);
            validator.Commit(received);
            before = expected;
        }
    }

    [Fact]
    public void ABlockWithoutProofLeavesTheBeacon()
    {
        var chain = new TestChain();
        Block with = Build(chain, Proof(1, chain.Genesis.Block.Header.MixHash));
        chain.Commit(with);
        Block without = Build(chain, default);
        Assert.Equal(with.Header.MixHash, without.Header.MixHash);
        Assert.Equal(Hash256.Zero, without.Consensus?.VrfProofHash);
        Assert.Equal(BlockVerdict.Valid, chain.Execution.Execute(without));
    }

    [Fact]
    public void TheBuilderLeavesOutAProofThatWouldMakeTheBlockInvalid()
    {
        var chain = new TestChain();
        Hash256 beacon = chain.Genesis.Block.Header.MixHash;
        foreach (byte[] wrong in new[] { Proof(2, beacon), Proof(1, Hash256.Zero), VrfBeacon.Prove(new byte[32], TestChain.ChainId, 1, beacon), new byte[80], new byte[79] })
            Assert.Equal(0, Build(chain, wrong).VrfProof.Length);
        Assert.Equal(VrfBeacon.ProofSize, Build(chain, Proof(1, beacon)).VrfProof.Length);
    }

    [Fact]
    public void AProofOfAnotherKeyHeightOrBeaconIsRefused()
    {
        var chain = new TestChain();
        Hash256 beacon = chain.Genesis.Block.Header.MixHash;
        Block block = Build(chain, Proof(1, beacon));
        foreach (byte[] wrong in new[] { Proof(2, beacon), Proof(1, Hash256.Zero), VrfBeacon.Prove(new byte[32], TestChain.ChainId, 1, beacon), VrfBeacon.Prove(TestChain.ValidatorSeed, 1, 1, beacon) })
        {
            Assert.True(VrfBeacon.TryNext(beacon, wrong, out Hash256 moved));
            ConsensusHeader consensus = block.Consensus! with { VrfProofHash = BlockHashes.VrfProof(wrong), Beacon = moved };
            Header header = block.Header with { MixHash = moved, ExtraData = BlockHashes.ExtraData(consensus) };
            var broken = new Block(HeaderCodec.Hash(header), header, consensus, block.Transactions, block.LastCommit, default, wrong);
            Assert.Equal("DSDN-E-BLOCK-VRF-PROOF", chain.Execution.Execute(broken).Code);
        }
        Assert.Equal(BlockVerdict.Valid, chain.Execution.Execute(block));
    }

    [Fact]
    public void AProofVerifiedAheadCountsOnlyForWhatItWasVerifiedFor()
    {
        var chain = new TestChain();
        Hash256 beacon = chain.Genesis.Block.Header.MixHash;
        Block block = Build(chain, Proof(1, beacon));
        var other = new TestChain();
        Assert.Null(BlockPreparation.VerifyVrfProof(block, TestChain.ChainId, TestChain.Set, Hash256.Zero)); // another beacon
        Assert.Null(BlockPreparation.VerifyVrfProof(block, 1, TestChain.Set, beacon));
        Assert.Null(BlockPreparation.VerifyVrfProof(block, TestChain.ChainId, new ValidatorSet([]), beacon));
        Assert.Null(BlockPreparation.VerifyVrfProof(Build(chain, default), TestChain.ChainId, TestChain.Set, beacon));
        VerifiedVrfProof? verified = BlockPreparation.VerifyVrfProof(block, TestChain.ChainId, TestChain.Set, beacon);
        Assert.NotNull(verified);
        byte[] wrong = Proof(2, beacon);
        Assert.True(VrfBeacon.TryNext(beacon, wrong, out Hash256 moved));
        ConsensusHeader consensus = block.Consensus! with { VrfProofHash = BlockHashes.VrfProof(wrong), Beacon = moved };
        Header header = block.Header with { MixHash = moved, ExtraData = BlockHashes.ExtraData(consensus) };
        var broken = new Block(HeaderCodec.Hash(header), header, consensus, block.Transactions, block.LastCommit, default, wrong);
        Assert.Equal("DSDN-E-BLOCK-VRF-PROOF", other.Execution.Execute(broken, verified).Code);
        Assert.Equal(BlockVerdict.Valid, other.Execution.Execute(block, verified));
    }

    [Fact]
    public void TheSeedOfAnEpochIsTheBeaconOfProofs()
    {
        ChainParams epochs = TestChain.Parameters with { EpochBlocks = 2 };
        var chain = new TestChain(parameters: epochs);
        List<Hash256> beacons = [chain.Genesis.Block.Header.MixHash];
        for (ulong height = 1; height <= 8; height++)
        {
            chain.Commit(Build(chain, Proof(height, beacons[^1])));
            beacons.Add(chain.Head.Block.Header.MixHash);
            ulong source = EpochSeed.SourceHeight(height + 1, 2);
            Assert.Equal(source == 0 ? chain.Genesis.Block.Hash : beacons[(int)source], chain.Execution.ProposerSeed);
        }
        Assert.Equal(beacons.Count, beacons.Distinct().Count());
    }

    [Fact]
    public void AlphaIsTheTagAndWhatTheProofIsFor()
    {
        byte[] alpha = VrfBeacon.Alpha(17847, 5, Hash256.Parse("0x" + new string('1', 64)));
        Assert.Equal("4453444e2f636f6e73656e7375732f7672662d616c7068612f31" + new string('0', 12) + "00000000000045b7" + "0000000000000005" + new string('1', 64), Convert.ToHexStringLower(alpha));
    }

    private static byte[] Proof(ulong height, Hash256 previous) => VrfBeacon.Prove(TestChain.ValidatorSeed, TestChain.ChainId, height, previous);

    private static Block Build(TestChain chain, ReadOnlyMemory<byte> proof) =>
        chain.Execution.Build(new BuildRequest(0, TestChain.Operator, chain.Execution.DecidedBy) { VrfProof = proof });
}
