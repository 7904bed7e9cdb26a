using System.Buffers.Binary;
using System.Text;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Blocks;

public sealed class CommitmentTests
{
    [Fact]
    public void ExtraDataIsTheTaggedHashOfTheConsensusHeader()
    {
        byte[] tag = new byte[32];
        Encoding.ASCII.GetBytes("DSDN/consensus/header/1", tag);
        ConsensusHeader header = Samples.Consensus();
        Assert.Equal(Keccak.Hash([.. tag, .. ConsensusHeaderCodec.Encode(header)]), BlockHashes.ExtraData(header));
        Assert.NotEqual(BlockHashes.ExtraData(header), BlockHashes.ExtraData(header with { TimeMs = header.TimeMs + 1 }));
    }

    [Fact]
    public void ConsensusHeaderOfAnotherVersionIsRefused()
    {
        Assert.True(ConsensusHeaderCodec.TryDecode(ConsensusHeaderCodec.Encode(Samples.Consensus()), out ConsensusHeader? read));
        Assert.Equal(Samples.Consensus(), read);
        Assert.False(ConsensusHeaderCodec.TryDecode(ConsensusHeaderCodec.Encode(Samples.Consensus() with { Version = 2 }), out _));
    }

    [Fact]
    public void CertificateComesBackAndNeedsOneSignatureABit()
    {
        byte[] encoded = CertificateCodec.Encode(Samples.Certificate());
        Assert.True(CertificateCodec.TryDecode(encoded, out Certificate? read));
        Assert.Equal(Hex.Encode(encoded), Hex.Encode(CertificateCodec.Encode(read)));
        Assert.Equal(3, read.Signatures.Count);
        Assert.False(CertificateCodec.TryDecode(CertificateCodec.Encode(Samples.Certificate() with { Signers = new byte[] { 0b11 } }), out _));
        Assert.False(CertificateCodec.TryDecode(CertificateCodec.Encode(Samples.Certificate() with { Signers = new byte[] { 0b1111 } }), out _));
    }

    [Fact]
    public void SignBytesLayoutIsOneHundredAndSixtyBytes()
    {
        Hash256 genesis = Samples.Hash(1), block = Samples.Hash(2), parts = Samples.Hash(3);
        byte[] proposal = SignBytes.Proposal(17847, genesis, 42, 3, 1, 1_700_000_000_123, block, parts);
        Assert.Equal(160, proposal.Length);
        Assert.Equal("DSDN/consensus/proposal/1", Encoding.ASCII.GetString(proposal, 0, 32).TrimEnd('\0'));
        Assert.Equal(17847UL, BinaryPrimitives.ReadUInt64BigEndian(proposal.AsSpan(32)));
        Assert.Equal(genesis.ToArray()[..16], proposal[40..56]);
        Assert.Equal([1, 0, 0, 0], proposal[56..60]);
        Assert.Equal(42UL, BinaryPrimitives.ReadUInt64BigEndian(proposal.AsSpan(60)));
        Assert.Equal(3U, BinaryPrimitives.ReadUInt32BigEndian(proposal.AsSpan(68)));
        Assert.Equal(1, BinaryPrimitives.ReadInt32BigEndian(proposal.AsSpan(72)));
        Assert.Equal(1_700_000_000_123UL, BinaryPrimitives.ReadUInt64BigEndian(proposal.AsSpan(76)));
        Assert.Equal(block.ToArray(), proposal[84..116]);
        Assert.Equal(new byte[12], proposal[116..128]);
        Assert.Equal(parts.ToArray(), proposal[128..]);

        byte[] precommit = SignBytes.Precommit(17847, genesis, 42, 3, block);
        Assert.Equal("DSDN/consensus/vote/1", Encoding.ASCII.GetString(precommit, 0, 32).TrimEnd('\0'));
        Assert.Equal(3, precommit[56]);
        Assert.Equal(new byte[8], precommit[76..84]);
        Assert.Equal(new byte[32], precommit[128..]);
    }

    [Fact]
    public void ValidatorsHashFollowsKeyPowerPayoutAndOrder()
    {
        Validator a = new(Address.FromNumber(1), new byte[32], 60_000, Address.FromNumber(1));
        Validator b = new(Address.FromNumber(2), Enumerable.Repeat((byte)9, 32).ToArray(), 50_000, Address.FromNumber(3));
        ValidatorSet[] sets = [
            new([a, b]), new([b, a]), new([a]), new([a with { Power = 60_001 }, b]), new([a with { Payout = Address.FromNumber(5) }, b]),
            new([a, b with { ConsensusKey = new byte[32] }]), new([]),
        ];
        Assert.Equal(sets.Length, sets.Select(BlockHashes.Validators).Distinct().Count());
    }

    [Fact]
    public void MerkleTreeSplitsAtTheLargestPowerOfTwo()
    {
        Hash256[] leaves = [.. Enumerable.Range(0, 5).Select(i => MerkleTree.Leaf([(byte)i]))];
        Hash256 left = Node(Node(leaves[0], leaves[1]), Node(leaves[2], leaves[3]));
        Assert.Equal(Node(left, leaves[4]), MerkleTree.Root(leaves));
        Assert.Equal(Keccak.Hash([0, 3]), leaves[3]);

        static Hash256 Node(Hash256 l, Hash256 r) => Keccak.Hash([1, .. l.Span, .. r.Span]);
    }

    [Fact]
    public void ParametersComeBackAndTheirHashFollowsEachField()
    {
        ChainParams parameters = Samples.Params();
        Assert.True(ChainParamsCodec.TryDecode(ChainParamsCodec.Encode(parameters), out ChainParams? read));
        Assert.Equal(parameters, read);
        Assert.NotEqual(BlockHashes.Params(parameters), BlockHashes.Params(parameters with { EpochBlocks = 61 }));
        Assert.False(ChainParamsCodec.TryDecode(ChainParamsCodec.Encode(parameters with { Version = 2 }), out _));
        Assert.False(ChainParamsCodec.TryDecode(ChainParamsCodec.Encode(parameters with { BlockGasTarget = 30_000_001 }), out _));
    }
}
