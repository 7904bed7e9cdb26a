using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Signing;
using Dsdn.Consensus.Sync;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Replica;

/// <summary>What a replica makes of messages in its own name that peers send it.</summary>
public sealed class OwnKeyTests
{
    private const ulong ChainId = 1;

    private static readonly Hash256 Genesis = Keccak.Hash("genesis"u8), Block = Keccak.Hash("block"u8), Other = Keccak.Hash("other"u8);
    private static readonly PeerId Peer = new(Keccak.Hash("peer"u8));
    private static readonly ChainMessageScheme Scheme = new(ChainId, Genesis);
    private static readonly Address Self = Address.FromNumber(1);
    private static readonly ValidatorSet Four = new([.. Enumerable.Range(1, 4).Select(i => new Validator(Address.FromNumber((ushort)i), PublicOf(Seed(i)), 10, Address.FromNumber((ushort)i)))]);

    [Fact]
    public void AVoteOfTheOwnKeyThatThisProcessDidNotMakeIsToldOnce()
    {
        ReplicaCore replica = Start();
        Vote vote = Signed(VoteKind.Prevote, 1, 0, Block, Seed(1));
        SeenSignature seen = Assert.Single(Seen(replica, vote));
        Assert.Equal((1UL, 0U, SignStep.Prevote, false), (seen.Height, seen.Round, seen.Step, seen.IsContradiction));
        Assert.Equal(Scheme.SignBytes(vote), seen.SignBytes.ToArray());
        Assert.Empty(Seen(replica, vote));
    }

    [Fact]
    public void TheEchoOfAnOwnVoteIsNothingAndAnotherVoteInItsPlaceAContradiction()
    {
        ReplicaCore replica = Start();
        Vote own = Signed(VoteKind.Prevote, 1, 0, Block, Seed(1));
        replica.Step(new ReplicaInput.VoteSigned(own with { Signature = default }, own.Signature, 2_001));
        Assert.Empty(Seen(replica, own));
        Assert.True(Assert.Single(Seen(replica, Signed(VoteKind.Prevote, 1, 0, Other, Seed(1)))).IsContradiction);
    }

    [Fact]
    public void AVoteThatOnlyBearsTheNameIsThePeersOffence()
    {
        ReplicaCore replica = Start();
        List<ReplicaEffect> effects = [];
        for (uint round = 0; round < 20; round++) // each of them costs a check of a signature
            effects.AddRange(replica.Step(new ReplicaInput.Received(Peer, new PeerMessage.Votes([Signed(VoteKind.Prevote, 1, round % 4, Block, Seed(9))]), 2_002 + round)));
        Assert.DoesNotContain(effects, effect => effect is ReplicaEffect.OwnKeySeen);
        Assert.Equal(Offence.BadSignature, effects.OfType<ReplicaEffect.Ban>().First().Offence);
    }

    [Fact]
    public void AProposalOfTheOwnKeyIsToldToo()
    {
        ReplicaCore replica = Start();
        var unsigned = new Proposal(1, 0, Block, -1, 2_000, Other, Self, default);
        Proposal proposal = unsigned with { Signature = Sign(Scheme.SignBytes(unsigned), Seed(1)) };
        SeenSignature seen = Assert.Single(replica.Step(new ReplicaInput.Received(Peer, new PeerMessage.ProposalMessage(proposal), 2_002)).OfType<ReplicaEffect.OwnKeySeen>()).Seen;
        Assert.Equal(SignStep.Proposal, seen.Step);
    }

    /// <summary>The chain that is there already tells a validator that its key was used while it was away.</summary>
    [Theory]
    [InlineData(0b0001, true)]
    [InlineData(0b1110, false)]
    public void TheLastCertificateTellsOfTheOwnPrecommit(byte signers, bool isTold)
    {
        var certificate = new Certificate(5, 2, Block, new byte[] { signers }, [new byte[64]]);
        var head = new ReplicaHead(5, Block, 1_000, certificate, Four, Four, Genesis, Self, 0);
        SeenSignature[] told = [.. Replica().Step(new ReplicaInput.Started(head, [], 0, false, 2_000)).OfType<ReplicaEffect.OwnKeySeen>().Select(effect => effect.Seen)];
        Assert.Equal(isTold ? 1 : 0, told.Length);
        if (isTold) Assert.Equal((5UL, 2U, SignStep.Precommit), (told[0].Height, told[0].Round, told[0].Step));
    }

    /// <summary>The operator has another key now: what the old one signed is not in this key's record and need not be.</summary>
    [Fact]
    public void TheCertificateOfAKeyThatWasChangedTellsNothing()
    {
        var certificate = new Certificate(5, 2, Block, new byte[] { 1 }, [new byte[64]]);
        var changed = new ValidatorSet([.. Four.Validators.Select(validator => validator.Operator == Self ? validator with { ConsensusKey = PublicOf(Seed(7)) } : validator)]);
        var head = new ReplicaHead(5, Block, 1_000, certificate, Four, changed, Genesis, Self, 0);
        Assert.DoesNotContain(Replica().Step(new ReplicaInput.Started(head, [], 0, false, 2_000)), effect => effect is ReplicaEffect.OwnKeySeen);
    }

    private static ReplicaCore Replica()
    {
        var options = new ReplicaOptions { ChainId = ChainId, GenesisHash = Genesis, Sync = SyncOptions.Default with { StartGraceMs = 0 } };
        return new ReplicaCore(options, Scheme, new PeerId(Keccak.Hash("self"u8)));
    }

    private static ReplicaCore Start()
    {
        ReplicaCore replica = Replica();
        replica.Step(new ReplicaInput.Started(new ReplicaHead(0, Genesis, 1_000, null, new ValidatorSet([]), Four, Genesis, Self, 0), [], 0, false, 2_000));
        replica.Step(new ReplicaInput.PeerUp(Peer, 2_000));
        return replica;
    }

    private static IEnumerable<SeenSignature> Seen(ReplicaCore replica, Vote vote) =>
        [.. replica.Step(new ReplicaInput.Received(Peer, new PeerMessage.Votes([vote]), 2_002)).OfType<ReplicaEffect.OwnKeySeen>().Select(effect => effect.Seen)];

    private static Vote Signed(VoteKind kind, ulong height, uint round, Hash256 block, byte[] seed)
    {
        var unsigned = new Vote(kind, height, round, block, -1, Self, default);
        return unsigned with { Signature = Sign(Scheme.SignBytes(unsigned), seed) };
    }

    private static byte[] Sign(byte[] message, byte[] seed)
    {
        byte[] signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(message, seed, signature);
        return signature;
    }

    private static byte[] Seed(int number) => [.. Enumerable.Repeat((byte)number, 32)];

    private static byte[] PublicOf(byte[] seed)
    {
        byte[] key = new byte[Ed25519.PublicKeySize];
        Ed25519.PublicKey(seed, key);
        return key;
    }
}
