using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Sync;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Replica;

public sealed class LateVoteTests
{
    private static readonly Hash256 Genesis = Keccak.Hash("genesis"u8);
    private static readonly PeerId Peer = new(Keccak.Hash("peer"u8));
    private static readonly ValidatorSet Four = new([.. Enumerable.Range(1, 4).Select(i => new Validator(Address.FromNumber((ushort)i), new byte[32], 10, Address.FromNumber((ushort)i)))]);

    /// <summary>Otherwise whoever is always the slowest would count as absent, and be jailed for it.</summary>
    [Fact]
    public void APrecommitThatComesWhileTheBlockIsWrittenStillReachesTheCertificate()
    {
        var core = new DecidingCore();
        var options = new ReplicaOptions { ChainId = 1, GenesisHash = Genesis, Sync = SyncOptions.Default with { StartGraceMs = 0 } };
        var replica = new ReplicaCore(options, new ChainMessageScheme(1, Genesis), new PeerId(Keccak.Hash("self"u8)), () => core);
        var head = new ReplicaHead(0, Genesis, 1_000, null, new ValidatorSet([]), Four, Genesis, Address.FromNumber(1), 0);
        replica.Step(new ReplicaInput.Started(head, [], 0, false, 2_000));
        replica.Step(new ReplicaInput.PeerUp(Peer, 2_000));
        Block block = EmptyBlock();
        replica.Step(new ReplicaInput.Built(1, 0, block, 2_001)); // the core decides on it
        Assert.Equal(1, core.Decisions);

        var late = new Vote(VoteKind.Precommit, 1, 0, block.Hash, -1, Address.FromNumber(4), new byte[64]);
        replica.Step(new ReplicaInput.Received(Peer, new PeerMessage.Votes([late]), 2_002));
        Assert.Equal(late.Voter, Assert.Single(core.Votes).Voter);
    }

    private static Block EmptyBlock()
    {
        var header = new Header
        {
            ParentHash = Genesis, Coinbase = default, StateRoot = default, TransactionsRoot = default, ReceiptsRoot = default, LogsBloom = Bloom.Empty, Number = 1,
            GasLimit = 1, GasUsed = 0, Timestamp = 2, ExtraData = default, MixHash = default, BaseFeePerGas = Amount.Gwei(1),
        };
        var consensus = new ConsensusHeader
        {
            Version = 1, ChainId = 1, Height = 1, TimeMs = 2_001, Proposer = Address.FromNumber(1), LastCommitHash = default, ValidatorsHash = default, NextValidatorsHash = default,
            ParamsHash = default, EvidenceHash = default, VrfProofHash = default, Beacon = default, ModuleRootsHash = default, LogAnchorRoot = default,
        };
        return new Block(HeaderCodec.Hash(header), header, consensus, [], null, default, default);
    }

    private sealed class DecidingCore : IConsensusCore
    {
        public int Decisions { get; private set; }

        public List<Vote> Votes { get; } = [];

        public IReadOnlyList<CoreEffect> Step(CoreInput input)
        {
            if (input is CoreInput.VoteArrived vote) Votes.Add(vote.Vote);
            if (input is not CoreInput.ValueBuilt built) return [];
            Decisions++;
            return [new CoreEffect.Decide(new Certificate(1, 0, built.ValueId, new byte[] { 7 }, [new byte[64], new byte[64], new byte[64]]), built.PartsRoot)];
        }
    }
}
