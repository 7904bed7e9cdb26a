using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Genesis;
using Dsdn.Modules.Committee;
using Dsdn.Modules.Tests.Slashing;
using static Dsdn.Modules.Tests.Committee.Attesters;

namespace Dsdn.Modules.Tests.Committee;

/// <summary>From the validators' signatures to a derived event of the log that proves itself, through the whole of execution.</summary>
public sealed class AnchorChainTests
{
    [Fact]
    public void WhatTheChainTookOfTheLogIsProvenToTheLog()
    {
        EvidenceChain chain = new(validators: 4);
        chain.Step();
        LogAnchor anchor = Send(chain, nonce: 0, seq: 7);
        Block block = chain.Step();
        Assert.Equal(anchor, CommitteeReader.LastAnchor(chain.Head.State));
        while (chain.Height < 7) chain.Step(); // over the end of an epoch
        LogAnchor next = Send(chain, nonce: 1, seq: 9);
        Assert.Equal(1UL, next.Epoch);
        Block later = chain.Step();
        Assert.Equal(next, CommitteeReader.LastAnchor(chain.Head.State));

        FeedRecord[] records = [.. RecordsOf(chain, block), .. RecordsOf(chain, later)];
        Assert.Equal([(2, 1UL), (2, 2UL)], records.Select(record => ((int)record.Module, record.Sequence)));
        LogEvent[] derived = [.. records.Select(record => new LogEvent
        {
            ChainId = chain.Genesis.ChainId, Kind = EventKind.LogAnchored, AuthorType = AuthorType.Derived, Author = EventKinds.AuthorOf(record.Module),
            Nonce = record.Sequence, ValidUntilMs = 0, Body = record.Record, Signature = default,
        })];
        Assert.All(derived, entry => Assert.Equal(LogFault.None, EventBodyCodec.TryDecode(entry, 1, out _)));

        FeedProof proof = Prove(chain, chain.Height);
        ValidatorSet genesis = DsdnModules.Kernel().Validators(chain.Services.State.At(0));
        ChainAnchorVerifier verifier = new(chain.Genesis.ChainId, chain.Genesis.Block.Hash, genesis);
        ChainAnchor anchored = new([LightBlockOf(chain, later)], [proof]);
        Assert.True(verifier.Verify(null, anchored).IsValid);
        Assert.True(new FeedPosition(FeedChain.Committee, 0, Hash256.Zero).Advance(proof, derived, out FeedPosition reached).IsValid);
        Assert.Equal(CommitteeReader.Feed(chain.Head.State), reached);
        Assert.Equal(LogFault.Feed, verifier.Verify(null, new ChainAnchor([LightBlockOf(chain, later)], [proof with { Sequence = 1 }])).Fault);
    }

    /// <summary>Attesters reckon the epoch from the height of the block that the log anchored, the module asks Staking.</summary>
    [Fact]
    public void EpochOfTheModuleIsThatOfTheHeight()
    {
        EvidenceChain chain = new(validators: 2, epochBlocks: 3);
        for (int i = 0; i < 8; i++)
        {
            chain.Step();
            AnchorBasis basis = CommitteeReader.Basis(chain.Head.State);
            Assert.Equal(EpochSeed.EpochOf(chain.Height + 1, 3), basis.Epoch);
            Assert.Equal(chain.Head.Block.Consensus?.NextValidatorsHash, basis.ValidatorSetHash);
        }
    }

    [Fact]
    public void SignaturesByABlockThatTheLogAnchoredTwoEpochsAgoCount()
    {
        EvidenceChain chain = new(validators: 4);
        for (int i = 0; i < 3; i++) chain.Step();
        LogAnchor old = Sign(chain, seq: 4, out AttestedAnchor signed);
        while (chain.Height < 13) chain.Step();
        Assert.Equal((0UL, 2UL), (old.Epoch, CommitteeReader.Basis(chain.Head.State).Epoch));
        chain.SendData(DevnetKeys.PrivateKey(3), 0, CommitteeReader.Address, Amount.Zero, CommitteeReader.AnchorCall(signed));
        chain.Step();
        Assert.Equal(old, CommitteeReader.LastAnchor(chain.Head.State));
    }

    [Fact]
    public void ReplayOfTheStoredChainFindsTheSameAnchorsAndTheSameCommittee()
    {
        EvidenceChain chain = new(validators: 4);
        chain.Step();
        Send(chain, nonce: 0, seq: 7);
        chain.Step();
        for (int i = 0; i < 5; i++) chain.Step();
        using var scratch = new MemoryStore();
        Assert.Null(ChainReplay.FromGenesis(chain.Services, chain.Genesis, scratch));
        Assert.Null(ChainReplay.FromHeight(chain.Services, 1));
    }

    private static LogAnchor Send(EvidenceChain chain, ulong nonce, ulong seq)
    {
        LogAnchor anchor = Sign(chain, seq, out AttestedAnchor attested);
        chain.SendData(DevnetKeys.PrivateKey(3), nonce, CommitteeReader.Address, Amount.Zero, CommitteeReader.AnchorCall(attested));
        return anchor;
    }

    private static LogAnchor Sign(EvidenceChain chain, ulong seq, out AttestedAnchor attested)
    {
        AnchorBasis basis = CommitteeReader.Basis(chain.Head.State);
        LogAnchor anchor = basis.Anchor(chain.Genesis.ChainId, seq, CoreHash, StateRoot);
        ReadOnlyMemory<byte>[] signatures = [.. basis.Validators.Validators.Select(validator =>
        {
            byte[] signature = new byte[64];
            Ed25519.Sign(anchor.Message, chain.Keys[validator.Operator], signature);
            return (ReadOnlyMemory<byte>)signature;
        })];
        attested = new AttestedAnchor(anchor, Bitmap.Of(signatures.Length, Enumerable.Range(0, signatures.Length)), signatures);
        Assert.True(attested.Verify(chain.Genesis.ChainId, basis.Epoch, basis.Validators).IsValid);
        return anchor;
    }

    private static IEnumerable<FeedRecord> RecordsOf(EvidenceChain chain, Block block) =>
        (chain.Services.Blocks.ReadBlock(block.Header.Number)?.Receipts ?? throw new InvalidOperationException("no block"))
            .SelectMany(receipt => receipt.Logs).Select(FeedRecord.Find).OfType<FeedRecord>();

    private static FeedProof Prove(EvidenceChain chain, ulong height)
    {
        FeedPosition feed = CommitteeReader.Feed(chain.Head.State);
        AccountProof proof = chain.Services.State.Prove(
            height, CommitteeReader.Address, [FeedChain.SequenceSlot(FeedChain.Committee), FeedChain.FeedSlot(FeedChain.Committee)]);
        return new FeedProof(FeedChain.Committee, feed.Sequence, feed.Feed, proof.Nodes, proof.Storage[0].Nodes, proof.Storage[1].Nodes);
    }

    /// <summary>All validators stay, so the set is the same throughout.</summary>
    private static LightBlock LightBlockOf(EvidenceChain chain, Block block)
    {
        ConsensusHeader consensus = block.Consensus ?? throw new InvalidOperationException("no header");
        ValidatorSet set = chain.Execution.Validators;
        return new LightBlock(block.Header, consensus, chain.Certify(block, null), set, set);
    }
}
