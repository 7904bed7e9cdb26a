using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Storage;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Sync;
using Dsdn.Consensus.Tendermint;
using Dsdn.Consensus.Tests.Sync;
using Dsdn.Consensus.Tests.Tendermint;

namespace Dsdn.Consensus.Tests.Replica;

/// <summary>Known failures of BFT engines around a restart and their log, one test each, on the replica as a node drives it.</summary>
public sealed class RestartIncidentTests
{
    private static readonly Hash256 Genesis = Keccak.Hash("genesis"u8);
    private static readonly PeerId Peer = new(Keccak.Hash("peer"u8));
    private static readonly TestNet Net = new(1, 1, 1, 1);

    private readonly List<WalRecord> _log = [];

    /// <summary>malachite#1201 (informalsystems#11): the log stands at the height already, and the engine waited for ever for its start.</summary>
    [Fact]
    public void AHeightThatTheLogHasBegunGoesOn()
    {
        Assert.Single(Start(Proposer(), []).Effects.OfType<ReplicaEffect.Build>());
        Assert.IsType<WalRecord.HeightStarted>(_log[0]);
        List<ReplicaEffect> again = Start(Proposer(), [.. _log]).Effects;
        Assert.Single(again.OfType<ReplicaEffect.Build>());
        Assert.Contains(again, effect => effect is ReplicaEffect.SetTimer { Timer: { Kind: CoreTimerKind.Propose, Height: 1 } });
    }

    /// <summary>malachite PR#864: the value was asked for a second time on replay, and another proposal was signed for the same round.</summary>
    [Fact]
    public void AValueThatTheLogHoldsIsNotBuiltAgainButProposed()
    {
        (ReplicaCore first, _) = Start(Proposer(), []);
        Block block = EmptyBlock(10_001);
        Proposal asked = Assert.Single(Step(first, new ReplicaInput.Built(1, 0, block, 10_001)).OfType<ReplicaEffect.SignProposal>()).Unsigned;

        (ReplicaCore second, List<ReplicaEffect> effects) = Start(Proposer(), [.. _log]); // it died before it was signed
        Assert.Empty(effects.OfType<ReplicaEffect.Build>());
        Proposal again = Assert.Single(effects.OfType<ReplicaEffect.SignProposal>()).Unsigned;
        Assert.Equal((asked.ValueId, asked.TimeMs, asked.PartsRoot), (again.ValueId, again.TimeMs, again.PartsRoot));
        Assert.Empty(Step(second, new ReplicaInput.Built(1, 0, EmptyBlock(10_002), 10_002)).OfType<ReplicaEffect.SignProposal>());

        Step(second, new ReplicaInput.ProposalSigned(again, Net.Scheme.Sign(again, Net.Validators.Validators.Single(validator => validator.Operator == Proposer()).ConsensusKey).Signature, 10_003));
        effects = Start(Proposer(), [.. _log]).Effects; // it died after
        Assert.DoesNotContain(effects, effect => effect is ReplicaEffect.Build or ReplicaEffect.SignProposal);
    }

    /// <summary>malachite#1232, PR#1233: what waited for a height was logged under the height before, and lost.</summary>
    [Fact]
    public void WhatWaitedForAHeightIsLoggedUnderIt()
    {
        Vote early = Net.Prevote(3, 0, Hash256.Zero, height: 2);
        (ReplicaCore replica, _) = Start(TestNet.Name(0), [], () => new RedeliveringCore(early));
        Step(replica, new ReplicaInput.PeerUp(Peer, 10_001));
        List<ReplicaEffect> effects = Step(replica, new ReplicaInput.Committed(Head(1, TestNet.Name(0)), true, 10_002));
        WalRecord[] records = [.. effects.SkipWhile(effect => effect is not ReplicaEffect.TruncateWal).OfType<ReplicaEffect.AppendWal>().Select(append => append.Record)];
        Assert.All(records, record => Assert.Equal(2UL, record.Height));
        Assert.IsType<WalRecord.HeightStarted>(records[0]);
        Assert.Contains(records, record => record is WalRecord.Input { Item: CoreInput.VoteArrived vote } && vote.Vote == early);

        var after = new RedeliveringCore(early);
        var restarted = new ReplicaCore(Options, Net.Scheme, new PeerId(Keccak.Hash("self"u8)), () => after);
        Step(restarted, new ReplicaInput.Started(Head(1, TestNet.Name(0)), records, 0, false, 10_003));
        Assert.Equal(early, Assert.Single(after.Votes));
    }

    /// <summary>
    /// Block sync of a height whose log holds votes: the log is written over once the block is there, so a power failure must not take
    /// the block back. Other blocks of a download may wait for the last of them.
    /// </summary>
    [Fact]
    public void ASyncedBlockWhoseHeightHasALogIsWrittenDurably()
    {
        var network = new SyncNetwork();
        network.Grow(6);
        ChainStore blocks = network.Leader.Open.Services.Blocks;
        LightBlock first = LightBlock.Read(blocks, 1) ?? throw new InvalidOperationException();
        Block genesis = network.Genesis.Block;
        var head = new ReplicaHead(0, genesis.Hash, SyncNetwork.GenesisMs, null, new ValidatorSet([]), first.Validators, Genesis, first.Validators.Validators[0].Operator, 0);
        var options = new ReplicaOptions { ChainId = SyncNetwork.ChainId, GenesisHash = genesis.Hash };
        var replica = new ReplicaCore(options, new ChainMessageScheme(SyncNetwork.ChainId, genesis.Hash), new PeerId(Keccak.Hash("self"u8)));
        ulong nowMs = SyncNetwork.GenesisMs + 10_000;
        Step(replica, new ReplicaInput.Started(head, [new WalRecord.HeightStarted(1, 0, false, nowMs - 5_000)], 0, false, nowMs));
        Step(replica, new ReplicaInput.PeerUp(Peer, nowMs));
        List<ReplicaEffect> asked = Step(replica, new ReplicaInput.Received(Peer, new PeerMessage.Status(6, 1, 0, CoreStep.Propose, Address.Zero), nowMs));
        PeerMessage.BlocksRequest request = asked.OfType<ReplicaEffect.Send>().Select(send => send.Message).OfType<PeerMessage.BlocksRequest>().First();
        ReplicaEffect.ApplyBlock[] applies = [.. Step(replica, new ReplicaInput.Received(Peer, BlockServer.Answer(blocks, request), nowMs)).OfType<ReplicaEffect.ApplyBlock>()];
        Assert.Equal([true, false], applies.Take(2).Select(apply => apply.Durable));
    }

    /// <summary>malachite PR#1198, PR#1211: after all others had restarted, a node that was behind never asked anybody again.</summary>
    [Fact]
    public void ANodeBehindGoesOnSyncingWhenEverybodyElseHasRestarted()
    {
        (ReplicaCore replica, _) = Start(Address.Zero, []);
        PeerId[] peers = [.. Enumerable.Range(1, 3).Select(i => new PeerId(Keccak.Hash([(byte)i])))];
        for (ulong life = 0; life < 3; life++)
        {
            ulong nowMs = 20_000 + (life * 1_000);
            List<ReplicaEffect> effects = [];
            foreach (PeerId peer in peers)
            {
                effects.AddRange(Step(replica, new ReplicaInput.PeerUp(peer, nowMs)));
                effects.AddRange(Step(replica, new ReplicaInput.Received(peer, new PeerMessage.Status(40, 1, 0, CoreStep.Propose, Address.Zero), nowMs)));
            }
            Assert.Contains(effects, effect => effect is ReplicaEffect.Send { Message: PeerMessage.BlocksRequest { From: 1 } }); // nobody answers: they die
            foreach (PeerId peer in peers) Step(replica, new ReplicaInput.PeerGone(peer, nowMs + 500));
        }
    }

    /// <summary>
    /// Seeds 57 and 624 once: the power failed between the making of a signature and the sync of what led to it. The restarted core asked
    /// for another vote, the signer refused, and the round waited for that vote for ever.
    /// </summary>
    [Fact]
    public void WhatLeadsToASignatureIsOnDiskBeforeItIsAskedFor()
    {
        AssertSyncedBefore<ReplicaEffect.SignProposal>(Step(Start(Proposer(), []).Replica, new ReplicaInput.Built(1, 0, EmptyBlock(10_001), 10_001)));
        Address other = Net.Validators.Validators.First(validator => validator.Operator != Proposer()).Operator;
        AssertSyncedBefore<ReplicaEffect.SignVote>(Step(Start(other, []).Replica, new ReplicaInput.TimerFired(new CoreTimer(CoreTimerKind.Propose, 1, 0), 12_000)));
    }

    private static void AssertSyncedBefore<T>(List<ReplicaEffect> effects)
        where T : ReplicaEffect
    {
        int signed = effects.FindIndex(static effect => effect is T);
        Assert.InRange(effects.FindLastIndex(signed, static effect => effect is ReplicaEffect.SyncWal), effects.FindLastIndex(signed, static effect => effect is ReplicaEffect.AppendWal) + 1, signed - 1);
    }

    private static ReplicaOptions Options => new() { ChainId = 1, GenesisHash = Genesis, Sync = SyncOptions.Default with { StartGraceMs = 0 } };

    private static Address Proposer() => ProposerOrder.Draw(Net.Validators, Genesis, 1).OfRound(0);

    private static ReplicaHead Head(ulong height, Address self) =>
        new(height, height == 0 ? Genesis : Keccak.Hash("block"u8), 1_000, null, Net.Validators, Net.Validators, Genesis, self, 0);

    private (ReplicaCore Replica, List<ReplicaEffect> Effects) Start(Address self, WalRecord[] records, Func<IConsensusCore>? newCore = null)
    {
        var replica = new ReplicaCore(Options, Net.Scheme, new PeerId(Keccak.Hash("self"u8)), newCore);
        return (replica, Step(replica, new ReplicaInput.Started(Head(0, self), records, 0, true, 10_000)));
    }

    private List<ReplicaEffect> Step(ReplicaCore replica, ReplicaInput input)
    {
        List<ReplicaEffect> effects = [.. replica.Step(input)];
        _log.AddRange(effects.OfType<ReplicaEffect.AppendWal>().Select(append => append.Record));
        return effects;
    }

    private static Block EmptyBlock(ulong timeMs)
    {
        var header = new Header
        {
            ParentHash = Genesis, Coinbase = default, StateRoot = default, TransactionsRoot = default, ReceiptsRoot = default, LogsBloom = Bloom.Empty, Number = 1,
            GasLimit = 1, GasUsed = 0, Timestamp = timeMs / 1_000, ExtraData = Keccak.Hash(BitConverter.GetBytes(timeMs)), MixHash = default, BaseFeePerGas = Amount.Gwei(1),
        };
        var consensus = new ConsensusHeader
        {
            Version = 1, ChainId = 1, Height = 1, TimeMs = timeMs, Proposer = Proposer(), LastCommitHash = default, ValidatorsHash = default, NextValidatorsHash = default,
            ParamsHash = default, EvidenceHash = default, VrfProofHash = default, Beacon = default, ModuleRootsHash = default, LogAnchorRoot = default,
        };
        return new Block(HeaderCodec.Hash(header), header, consensus, [], null, default, default);
    }

    /// <summary>Keeps a vote of the next height back until that begins, as a core that was there for the height before does.</summary>
    private sealed class RedeliveringCore(Vote early) : IConsensusCore
    {
        private bool _wasThere;

        public List<Vote> Votes { get; } = [];

        public IReadOnlyList<CoreEffect> Step(CoreInput input)
        {
            switch (input)
            {
                case CoreInput.HeightStarted { Height: 1 }:
                    _wasThere = true;
                    return [];
                case CoreInput.HeightStarted when _wasThere:
                    return [new CoreEffect.Redeliver(new CoreInput.VoteArrived(early, 10_002))];
                case CoreInput.VoteArrived vote:
                    Votes.Add(vote.Vote);
                    return [new CoreEffect.VoteAccepted(vote.Vote)];
                default:
                    return [];
            }
        }
    }
}
