using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;
using Dsdn.Consensus.Gossip;
using Dsdn.Chain.Storage;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Sync;

namespace Dsdn.Consensus.Tests.Sync;

public sealed class BlockSyncTests
{
    private static SyncNetwork Grown(int blocks, Func<ulong, Transaction[]>? traffic = null)
    {
        var network = new SyncNetwork();
        network.Grow(blocks, traffic);
        return network;
    }

    /// <summary>Chains that no test lets grow.</summary>
    private static readonly Lazy<SyncNetwork> Sixty = new(() => Grown(60));
    private static readonly Lazy<SyncNetwork> Busy = new(() => Grown(40, height => [SyncNetwork.Send(9, height - 1, SyncNetwork.Account(3), 5)]));

    private static ScriptedPeer Honest(SyncNetwork network, int number = 1) => new(number, network.Leader.Open.Services.Blocks);

    private static bool HasAll(SyncRig rig, SyncNetwork network) => rig.Node.Height == network.Leader.Height && rig.Core.IsCaughtUp;

    private static void AssertSame(SyncRig rig, SyncNetwork network) => Assert.Equal(network.Leader.Execution.Decided.Hash, rig.Node.Execution.Decided.Hash);

    [Fact]
    public void ANewNodeDownloadsFromSeveralPeersInParallelAndEndsAtTheirHead()
    {
        SyncNetwork network = Grown(200, height => height % 7 == 0 ? [SyncNetwork.Send(9, (height / 7) - 1, SyncNetwork.Account(3), 5)] : []);
        var rig = new SyncRig(network, options: new SyncOptions { BytesPerRequest = 16_384 });
        for (int i = 1; i <= 3; i++) rig.Connect(Honest(network, i));
        Assert.True(rig.RunUntil(() => HasAll(rig, network)));
        AssertSame(rig, network);
        Assert.Equal(3, rig.Requests.Select(request => request.Peer).Distinct().Count());
        Assert.Empty(rig.Penalties);
        Assert.Equal(200, rig.Applies.Count);
        Assert.True(rig.Applies[^1].Durable);
        Assert.InRange(rig.Applies.Count(apply => apply.Durable), 1, 100);
    }

    [Fact]
    public void ANodeAloneVotesAfterTheGraceTime()
    {
        var rig = new SyncRig(Grown(0));
        Assert.False(rig.Core.IsCaughtUp);
        Assert.True(rig.RunUntil(() => rig.Core.IsCaughtUp, 1_500));
        Assert.Equal(new SyncEffect.CaughtUp(0), Assert.Single(rig.Switches));
    }

    [Fact]
    public void OneBlockBehindTheBestIsCaughtUp()
    {
        SyncNetwork network = Grown(1);
        var rig = new SyncRig(network);
        rig.Connect(Honest(network));
        Assert.True(rig.Core.IsCaughtUp);
    }

    [Fact]
    public void Cve202524371APeerThatClaimsAHeightAndThenALowerOneDoesNotKeepTheNodeSyncing()
    {
        SyncNetwork network = Sixty.Value;
        var rig = new SyncRig(network);
        ScriptedPeer liar = Honest(network, 2);
        liar.DecidedHeight = 1_000_000;
        liar.Twist = (_, _) => null;
        rig.Connect(Honest(network));
        rig.Connect(liar);
        liar.DecidedHeight = 3;
        rig.Say(liar);
        Assert.Contains(rig.Penalties, penalty => penalty.Peer == liar.Id && penalty.Offence == Offence.LyingStatus);
        Assert.True(rig.RunUntil(() => HasAll(rig, network), 10_000));
        Assert.True(rig.Core.BestHeight(rig.NowMs) == 60);
    }

    [Fact]
    public void APeerThatClaimsFarTooMuchAndNeverDeliversIsSetAside()
    {
        SyncNetwork network = Sixty.Value;
        var rig = new SyncRig(network);
        ScriptedPeer liar = Honest(network, 2);
        liar.DecidedHeight = ulong.MaxValue;
        liar.Twist = (_, _) => null;
        rig.Connect(liar);
        rig.Connect(Honest(network));
        Assert.True(rig.RunUntil(() => HasAll(rig, network), 20_000));
        Assert.Contains(rig.Penalties, penalty => penalty.Peer == liar.Id && penalty.Offence == Offence.Unresponsive);
        Assert.True(rig.RunUntil(() => rig.NowMs > 60_000));
        Assert.DoesNotContain(rig.Switches, change => change is SyncEffect.FellBehind);
    }

    [Fact]
    public void AllPeersLieAndTheNodeStaysCalmAndVotes()
    {
        SyncNetwork network = Grown(5);
        var rig = new SyncRig(network);
        for (int i = 1; i <= 5; i++)
        {
            ScriptedPeer liar = Honest(network, i);
            liar.DecidedHeight = 1_000 * (ulong)i;
            liar.Twist = i % 2 == 0 ? (_, _) => null : (blocks, _) => blocks with { Items = [], LastCertificate = null };
            rig.Connect(liar);
        }
        Assert.True(rig.RunUntil(() => rig.Core.IsCaughtUp, 30_000));
        Assert.Equal(0UL, rig.Node.Height);
        rig.RunUntil(() => false, 120_000);
        Assert.InRange(rig.Requests.Count, 5, 150); // still trying now and then, at a falling rate
        rig.Connect(Honest(network, 6));
        Assert.True(rig.RunUntil(() => rig.Node.Height == 5, 20_000));
    }

    [Fact]
    public void APeerThatDisappearsInTheMiddleStallsNothing()
    {
        SyncNetwork network = Sixty.Value;
        var rig = new SyncRig(network, options: new SyncOptions { BytesPerRequest = 16_384 });
        ScriptedPeer gone = Honest(network, 1);
        gone.DelayMs = 3_000;
        rig.Connect(gone);
        rig.Connect(Honest(network, 2));
        rig.RunUntil(() => rig.Node.Height > 20, 2_000);
        rig.Disconnect(gone);
        ulong before = rig.NowMs;
        Assert.True(rig.RunUntil(() => HasAll(rig, network)));
        Assert.InRange(rig.NowMs - before, 0UL, 5_000UL);
    }

    [Fact]
    public void ASilentPeerHoldsUpWhatIsNextOnlyUntilAnotherIsAskedToo()
    {
        SyncNetwork network = Sixty.Value;
        var rig = new SyncRig(network);
        ScriptedPeer silent = Honest(network, 1);
        silent.Twist = (_, _) => null;
        rig.Connect(silent);
        ScriptedPeer honest = Honest(network, 2);
        rig.Connect(honest);
        ulong before = rig.NowMs;
        Assert.True(rig.RunUntil(() => HasAll(rig, network)));
        Assert.InRange(rig.NowMs - before, 0UL, SyncOptions.Default.RequestTimeoutMs);
    }

    /// <summary>Seed 165 once: a liar held a range that had begun below the head, and an honest peer was asked for decided blocks again and again.</summary>
    [Fact]
    public void WhatWasDecidedMeanwhileIsNotAskedForAgainBecauseALiarIsSilent()
    {
        SyncNetwork network = Grown(3);
        var rig = new SyncRig(network);
        ScriptedPeer liar = Honest(network, 1);
        (liar.DecidedHeight, liar.Twist) = (900, (_, _) => null);
        rig.Connect(liar);
        ScriptedPeer honest = Honest(network, 2);
        honest.DecidedHeight = 1;
        rig.Connect(honest);
        ChainStore blocks = network.Leader.Open.Services.Blocks;
        rig.Decide(blocks.ReadBlock(1)!.Block, blocks.ReadCertificate(1)!);
        Assert.Equal((liar.Id, 1UL), (rig.Requests[0].Peer, rig.Requests[0].Request.From));
        rig.RunUntil(() => false, SyncOptions.Default.RequestTimeoutMs - 1_000);
        Assert.DoesNotContain(rig.Requests, request => request.Peer == honest.Id);
        honest.DecidedHeight = 3;
        Assert.True(rig.RunUntil(() => rig.Node.Height == 3, 5_000));
    }

    [Theory]
    [InlineData("header")]
    [InlineData("transactions")]
    [InlineData("commit")]
    [InlineData("link")]
    [InlineData("undecodable")]
    [InlineData("no certificate")]
    [InlineData("forged certificate")]
    [InlineData("too few signers")]
    [InlineData("other height")]
    [InlineData("too many")]
    public void AWrongReplyIsItsSendersFaultAloneAndIsFetchedFromOthers(string what)
    {
        SyncNetwork network = Busy.Value;
        var rig = new SyncRig(network, options: new SyncOptions { BytesPerRequest = 16_384 });
        ScriptedPeer liar = Honest(network, 1);
        liar.Twist = (honest, request) => Spoil(network, honest, request, what);
        rig.Connect(liar);
        rig.Connect(Honest(network, 2));
        rig.Connect(Honest(network, 3));
        Assert.True(rig.RunUntil(() => HasAll(rig, network)));
        AssertSame(rig, network);
        Assert.NotEmpty(rig.Penalties);
        Assert.All(rig.Penalties, penalty => Assert.Equal((liar.Id, Offence.BadContent), (penalty.Peer, penalty.Offence)));
    }

    [Fact]
    public void ABlockThatTwoThirdsSignedAndThisNodeRefusesIsDivergenceAndNobodysFault()
    {
        SyncNetwork network = Sixty.Value;
        var rig = new SyncRig(network) { RefuseApply = block => block.Header.Number == 4 ? "DSDN-E-BLOCK-STATE-ROOT: differs" : null };
        rig.Connect(Honest(network));
        Assert.True(rig.RunUntil(() => rig.Switches.Count > 0));
        SyncEffect.Diverged diverged = Assert.IsType<SyncEffect.Diverged>(rig.Switches[^1]);
        Assert.Equal(4UL, diverged.Height);
        Assert.Empty(rig.Penalties);
    }

    [Fact]
    public void WhatNobodyAskedForIsAnOffence()
    {
        SyncNetwork network = Grown(1);
        var rig = new SyncRig(network);
        ScriptedPeer peer = Honest(network);
        rig.Connect(peer);
        rig.Receive(peer, new PeerMessage.Blocks(1, [], null));
        Assert.Equal(Offence.Unwanted, Assert.Single(rig.Penalties).Offence);
    }

    [Fact]
    public void ALateAnswerIsNoOffenceAndIsUsed()
    {
        SyncNetwork network = Sixty.Value;
        var rig = new SyncRig(network);
        ScriptedPeer slow = Honest(network);
        slow.DelayMs = SyncOptions.Default.RequestTimeoutMs + 1_000;
        rig.Connect(slow);
        Assert.True(rig.RunUntil(() => rig.Node.Height == 60));
        Assert.DoesNotContain(rig.Penalties, penalty => penalty.Offence != Offence.Unresponsive);
    }

    [Fact]
    public void CosmosSdk19242AValidatorFarBehindGoesBackToSyncAndThenVotesAgain()
    {
        SyncNetwork network = Grown(5);
        var rig = new SyncRig(network);
        ScriptedPeer peer = Honest(network);
        rig.Connect(peer);
        Assert.True(rig.RunUntil(() => HasAll(rig, network)));
        network.Grow(60);
        peer.DecidedHeight = 65;
        Assert.True(rig.RunUntil(() => rig.Node.Height == 65));
        Assert.Collection(rig.Switches,
            change => Assert.IsType<SyncEffect.CaughtUp>(change),
            change => Assert.IsType<SyncEffect.FellBehind>(change),
            change => Assert.IsType<SyncEffect.CaughtUp>(change));
    }

    [Fact]
    public void AValidatorThatMissedTheVotesOfOneHeightFetchesThatBlockWithoutLeavingConsensus()
    {
        SyncNetwork network = Grown(5);
        var rig = new SyncRig(network);
        ScriptedPeer peer = Honest(network);
        rig.Connect(peer);
        Assert.True(rig.RunUntil(() => HasAll(rig, network)));
        network.Grow(1);
        peer.DecidedHeight = 6;
        Assert.True(rig.RunUntil(() => rig.Node.Height == 6, 5_000));
        Assert.Single(rig.Switches);
    }

    [Fact]
    public void AValidatorThatFollowsByVotesFetchesNothing()
    {
        SyncNetwork network = Grown(5);
        var rig = new SyncRig(network);
        ScriptedPeer peer = Honest(network);
        rig.Connect(peer);
        Assert.True(rig.RunUntil(() => HasAll(rig, network)));
        rig.Requests.Clear();
        for (int i = 0; i < 10; i++)
        {
            network.Grow(1);
            peer.DecidedHeight = network.Leader.Height;
            rig.Say(peer);
            rig.RunUntil(() => false, 400);
            rig.Decide(network.Leader.Execution.Decided, network.Leader.Open.Services.Blocks.ReadCertificate(network.Leader.Height)!);
        }
        Assert.Empty(rig.Requests);
    }

    [Fact]
    public void ABlockThatConsensusDecidedMeanwhileIsNotRefusedToAnybody()
    {
        SyncNetwork network = Grown(6);
        var rig = new SyncRig(network);
        rig.Connect(Honest(network));
        Assert.True(rig.RunUntil(() => rig.Applies.Count >= 2, 5_000));
        SyncEffect.Apply first = rig.Applies[0];
        rig.Decide(first.Block, first.Certificate); // the queued apply of the same height will be refused
        Assert.True(rig.RunUntil(() => HasAll(rig, network)));
        Assert.Empty(rig.Penalties);
        Assert.DoesNotContain(rig.Switches, change => change is SyncEffect.Diverged);
    }

    [Fact]
    public void MemoryAheadOfTheHeadIsBoundedWhileOnePeerHoldsBackWhatIsNext()
    {
        SyncNetwork network = Sixty.Value;
        var rig = new SyncRig(network, options: new SyncOptions { WindowBlocks = 32, BytesPerRequest = 8_192 });
        ScriptedPeer only = Honest(network);
        only.Twist = (honest, request) => request.From == 1 ? null : honest;
        rig.Connect(only);
        rig.RunUntil(() => false, 5_000);
        Assert.All(rig.Requests, request => Assert.InRange(request.Request.From + request.Request.Count - 1, 1UL, 32UL));
    }

    [Fact]
    public void ASetThatChangesOnTheWayIsFollowed()
    {
        var network = new SyncNetwork(epochBlocks: 10);
        network.Grow(45, height => height == 2 ? [SyncNetwork.Call(9, 0, 0, "delegate", Amount.Nusa(500_000), SyncNetwork.Account(2))] : []);
        Hash256 first = network.Leader.Open.Services.Blocks.ReadHeader(1)!.Consensus!.ValidatorsHash;
        Assert.NotEqual(first, network.Leader.Execution.Decided.Consensus!.ValidatorsHash);
        var rig = new SyncRig(network);
        rig.Connect(Honest(network, 1));
        rig.Connect(Honest(network, 2));
        Assert.True(rig.RunUntil(() => HasAll(rig, network)));
        Assert.Empty(rig.Penalties);
    }

    private static PeerMessage.Blocks Spoil(SyncNetwork network, PeerMessage.Blocks honest, PeerMessage.BlocksRequest request, string what)
    {
        ReadOnlyMemory<byte>[] items = [.. honest.Items];
        int middle = items.Length / 2;
        Assert.True(BlockCodec.TryDecode(items[middle], PeerLimits.ValueBytesMax, out Block? block));
        Block last = BlockCodec.TryDecode(items[^1], PeerLimits.ValueBytesMax, out Block? decoded) ? decoded : throw new InvalidOperationException();
        ValidatorSet set = network.Leader.Execution.Validators;
        switch (what)
        {
            case "header":
                items[middle] = BlockCodec.Encode(block with { Header = block.Header with { GasUsed = block.Header.GasUsed + 1 } });
                return honest with { Items = items };
            case "transactions":
                items[middle] = BlockCodec.Encode(block with { Transactions = [] });
                return honest with { Items = items };
            case "commit":
                items[middle] = BlockCodec.Encode(block with { LastCommit = null });
                return honest with { Items = items };
            case "link":
                (items[0], items[^1]) = (items[^1], items[0]);
                return honest with { Items = items };
            case "undecodable":
                items[middle] = items[middle][..^1];
                return honest with { Items = items };
            case "no certificate":
                return honest with { LastCertificate = null };
            case "forged certificate":
                return honest with { LastCertificate = network.Certify(last, set, forge: true) };
            case "too few signers":
                return honest with { LastCertificate = network.Certify(last, set, signers: 2) };
            case "other height":
                return honest with { LastCertificate = network.Certify(last, set) with { Height = request.From + 1_000 } };
            default:
                return honest with { Items = [.. items, .. Enumerable.Repeat(items[^1], (int)request.Count + 1)] };
        }
    }
}
