using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Proofs;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Committee;
using Dsdn.Modules.Nodes;
using Dsdn.Modules.Slashing;
using Dsdn.Modules.Tests.Committee;
using Dsdn.Modules.Tests.Support;
using static Dsdn.Modules.Tests.Support.TestChain;

namespace Dsdn.Modules.Tests.Slashing;

/// <summary>Nodes that did not pass audits of the log, on proofs that a stranger brings.</summary>
public sealed class StorageFineTests
{
    private const ulong Hour = 3_600_000, Day = 24 * Hour;

    private static readonly Address Alice = User(5), Stranger = User(9);
    private static readonly (byte[] Seed, Hash256 Key) Storer = Key("node a");
    private ulong _seq;

    private static TestChain Chain(ulong stake = 1_000)
    {
        TestChain chain = new();
        (Hash256 id, byte[] proof) = Node(Alice, "node a");
        Assert.True(chain.Nodes(Alice, "register", Amount.Nusa(stake), id, proof, 0UL, 7UL, Keccak.Hash([1])).Succeeded);
        return chain;
    }

    private static AuditFault Failed(uint inARow) => new(AuditFaultKind.Failed, inARow, 1_000, 2_000, 64, 3, Storer.Key);

    private static AuditFault Silent(ulong sinceMs, ulong judgedMs) => new(AuditFaultKind.Silent, 9, sinceMs, judgedMs, 64, 64, default);

    /// <summary>The leaf among others, and the anchor of a state that has it.</summary>
    private (ulong Anchor, byte[] Leaf, byte[] Proof) Anchored(TestChain chain, ulong audit, AuditFault fault)
    {
        byte[] leaf = AuditFaultLeaf.Encode(Storer.Key, audit, fault);
        Hash256[] leaves = [Sha256Tree.Leaf([1]), Sha256Tree.Leaf(leaf), Sha256Tree.Leaf([3])];
        StateLeafProof proof = new(new ProvenLeaf(leaf, 1, 3, Sha256Tree.Proof(leaves, 1)), Keccak.Hash([4]));
        Hash256 root = Assert.NotNull(proof.StateRoot());
        CallResult taken = Attesters.Send(chain, Attesters.Sign(chain, CommitteeReader.Basis(chain.Pending).Anchor(ChainId, ++_seq, Attesters.CoreHash, root, 0, default)));
        Assert.True(taken.Succeeded, taken.Error?.ToString());
        return (taken.Values[0].UInt64, leaf, proof.EncodePath());
    }

    private CallResult Report(TestChain chain, ulong audit, AuditFault fault)
    {
        (ulong anchor, byte[] leaf, byte[] proof) = Anchored(chain, audit, fault);
        return chain.Slashing(Stranger, "reportStorage", Storer.Key, audit, anchor, leaf, proof);
    }

    /// <summary>A fault that may cost, be free or come too early, under an anchor that everyone signed.</summary>
    internal static CallResult AnyReport(TestChain chain, Random random, Address who, Hash256 node)
    {
        ulong audit = (ulong)random.Next(1, 200);
        AuditFault fault = new((AuditFaultKind)random.Next(1, 3), (uint)random.Next(1, 5), 1_000, 1_000 + ((ulong)random.Next(48) * Hour), 64, 3, Storer.Key);
        StateLeafProof proof = new(new ProvenLeaf(AuditFaultLeaf.Encode(node, audit, fault), 0, 1, []), Keccak.Hash([4]));
        ulong seq = (CommitteeReader.LastAnchor(chain.Pending)?.Seq ?? 0) + 1;
        Hash256 root = Assert.NotNull(proof.StateRoot());
        CallResult taken = Attesters.Send(chain, Attesters.Sign(chain, CommitteeReader.Basis(chain.Pending).Anchor(ChainId, seq, Attesters.CoreHash, root, 0, default)));
        return taken.Succeeded ? chain.Slashing(who, "reportStorage", node, audit, taken.Values[0].UInt64, proof.Leaf.Leaf.ToArray(), proof.EncodePath()) : taken;
    }

    private static Amount Taken(CallResult result)
    {
        Assert.True(result.Succeeded, result.Error?.ToString());
        return new Amount(result.Values[0].Word.ToUInt128());
    }

    private static NodeStatus Status(TestChain chain) => (NodeStatus)chain.Nodes(Stranger, "getNode", default, Storer.Key).Values[0].Items[3].UInt64;

    private static ulong Cooldown(TestChain chain) => chain.Nodes(Stranger, "getSlashingStatus", default, Storer.Key).Values[1].UInt64;

    [Fact]
    public void FirstReportInThirtyDaysIsFreeAndTheNextCostsATwentieth()
    {
        TestChain chain = Chain();
        Assert.Equal(Amount.Zero, Taken(Report(chain, 10, Failed(2))));
        Assert.Equal(NodeStatus.Active, Status(chain));
        Amount treasury = chain.Balance(EconomicsAddress);
        Assert.Equal(Amount.Nusa(50), Taken(Report(chain, 12, Failed(4))));
        Assert.Equal(treasury + Amount.Nusa(50), chain.Balance(EconomicsAddress));
        Assert.Equal(NodeStatus.Quarantined, Status(chain)); // it cools down
        Assert.Equal(chain.Context.TimeMs + (14 * Day), Cooldown(chain));
        chain.NextBlock((30 * Day) + 1);
        Assert.Equal(Amount.Zero, Taken(Report(chain, 20, Failed(2)))); // a month later again
        chain.NextBlock();
    }

    [Fact]
    public void AuditsCountOnceAndWrongOnesTwoByTwo()
    {
        TestChain chain = Chain();
        Assert.Equal("DSDN-E-SLASHING-NOT-YET", Report(chain, 9, Failed(1)).Error?.Code); // a disk may be read again
        Taken(Report(chain, 10, Failed(2)));
        Assert.Equal("DSDN-E-SLASHING-REPORTED", Report(chain, 10, Failed(2)).Error?.Code);
        Assert.Equal("DSDN-E-SLASHING-REPORTED", Report(chain, 8, Failed(2)).Error?.Code);
        Assert.Equal("DSDN-E-SLASHING-NOT-YET", Report(chain, 11, Failed(3)).Error?.Code);
        Assert.Equal(Amount.Nusa(50), Taken(Report(chain, 12, Failed(4))));
        chain.NextBlock();
    }

    [Fact]
    public void SilenceCostsAfterTwelveHoursAndForEachTwelveMore()
    {
        TestChain chain = Chain();
        Assert.Equal("DSDN-E-SLASHING-NOT-YET", Report(chain, 10, Silent(1_000, 1_000 + (12 * Hour) - 1)).Error?.Code);
        Assert.Equal(Amount.Zero, Taken(Report(chain, 11, Silent(1_000, 1_000 + (12 * Hour)))));
        Assert.Equal("DSDN-E-SLASHING-NOT-YET", Report(chain, 12, Silent(1_000, 1_000 + (13 * Hour))).Error?.Code);
        Assert.Equal(Amount.Nusa(5), Taken(Report(chain, 13, Silent(1_000, 1_000 + (24 * Hour)))));
        Assert.Equal("DSDN-E-SLASHING-NOT-YET", Report(chain, 14, Silent(5_000, 4_000)).Error?.Code); // judged before it began: no row is like that
        Assert.Equal(chain.Context.TimeMs + Day, Cooldown(chain));
        chain.NextBlock();
    }

    [Fact]
    public void WhoHasTooLittleStakeLeftIsQuarantinedAlsoAfterTheCooldown()
    {
        TestChain chain = Chain(stake: 500);
        Taken(Report(chain, 11, Silent(1_000, 1_000 + (12 * Hour))));
        Assert.Equal(new Amount(Amount.Nusa(5).BaseUnits / 2), Taken(Report(chain, 12, Silent(1_000, 1_000 + (24 * Hour)))));
        Assert.Equal(NodeStatus.Quarantined, Status(chain));
        chain.NextBlock(Day + 1);
        Assert.Equal("DSDN-E-NODES-STAKE", chain.Nodes(Alice, "activate", default, Storer.Key).Error?.Code);
        chain.NextBlock();
    }

    [Fact]
    public void ThirdFineForWrongAnswersInAMonthBans()
    {
        TestChain chain = Chain();
        for (ulong audit = 10; audit <= 14; audit += 2) Taken(Report(chain, audit, Failed(2)));
        Assert.Equal(NodeStatus.Quarantined, Status(chain));
        Taken(Report(chain, 16, Failed(2)));
        Assert.Equal(NodeStatus.Banned, Status(chain));
        Assert.Equal(chain.Context.TimeMs + (30 * Day), Cooldown(chain));
        chain.NextBlock();
    }

    [Fact]
    public void ProofOfAnythingElseIsRefused()
    {
        TestChain chain = Chain();
        (ulong anchor, byte[] leaf, byte[] proof) = Anchored(chain, 10, Failed(2));
        CallResult Bring(Hash256 node, ulong audit, ulong index, byte[] row, byte[] path) => chain.Slashing(Stranger, "reportStorage", node, audit, index, row, path);
        Assert.Equal("DSDN-E-SLASHING-NODE", Bring(Key("nobody").Key, 10, anchor, leaf, proof).Error?.Code);
        Assert.Equal("DSDN-E-SLASHING-ANCHOR", Bring(Storer.Key, 10, anchor + 1, leaf, proof).Error?.Code);
        Assert.Equal("DSDN-E-SLASHING-PROOF", Bring(Storer.Key, 11, anchor, leaf, proof).Error?.Code);
        Assert.Equal("DSDN-E-SLASHING-PROOF", Bring(Storer.Key, 10, anchor, [], []).Error?.Code);
        for (int at = 0; at < leaf.Length; at++)
        {
            byte[] changed = [.. leaf];
            changed[at] ^= 1;
            Assert.Equal("DSDN-E-SLASHING-PROOF", Bring(Storer.Key, 10, anchor, changed, proof).Error?.Code);
        }
        for (int at = 0; at < proof.Length; at++)
        {
            byte[] changed = [.. proof];
            changed[at] ^= 1;
            CallResult result = Bring(Storer.Key, 10, anchor, leaf, changed);
            if (at is < 40 or >= 48) Assert.Equal("DSDN-E-SLASHING-PROOF", result.Error?.Code); // the count of leaves may say what leads the same way
            if (result.Succeeded) return;
        }
        Assert.True(Bring(Storer.Key, 10, anchor, leaf, proof).Succeeded);
    }

    [Fact]
    public void TwoAnswersThatContradictEachOtherBan()
    {
        TestChain chain = Chain();
        byte[] content = new byte[3_000], other = new byte[3_000];
        other[1_030] = 1;
        AnswerSheet Sheet(byte[] of, ulong audit = 7, ulong chainId = ChainId) => AnswerSheet.Seal(
            chainId, Storer.Key, audit, [.. Enumerable.Range(0, 3).Select(i => new AuditAnswer((uint)i, Storer.Key, 1, ChunkRoot.Prove(of, [(uint)i])[0]))], message => Sign(Storer.Seed, message));
        CallResult Lie(SignedAnswer first, SignedAnswer second) => chain.Slashing(Stranger, "reportLie", Storer.Key, first.Encode(), second.Encode());

        Assert.Equal("DSDN-E-SLASHING-PROOF", Lie(Sheet(content).Extract(0), Sheet(other).Extract(0)).Error?.Code); // the same bytes
        Assert.Equal("DSDN-E-SLASHING-PROOF", Lie(Sheet(content).Extract(1), Sheet(content).Extract(1)).Error?.Code);
        Assert.Equal("DSDN-E-SLASHING-PROOF", Lie(Sheet(content).Extract(1), Sheet(other).Extract(2)).Error?.Code);
        Assert.Equal("DSDN-E-SLASHING-PROOF", Lie(Sheet(content).Extract(1), Sheet(other, audit: 8).Extract(1)).Error?.Code);
        Assert.Equal("DSDN-E-SLASHING-PROOF", Lie(Sheet(content, chainId: 1).Extract(1), Sheet(other, chainId: 1).Extract(1)).Error?.Code);
        Assert.Equal("DSDN-E-SLASHING-PROOF", Lie(Sheet(content).Extract(1) with { Signature = new byte[64] }, Sheet(other).Extract(1)).Error?.Code);
        Assert.Equal("DSDN-E-SLASHING-PROOF", chain.Slashing(Stranger, "reportLie", Storer.Key, new byte[9], new byte[5_000]).Error?.Code);
        Assert.Equal(Amount.Nusa(100), Taken(Lie(Sheet(content).Extract(1), Sheet(other).Extract(1))));
        Assert.Equal(NodeStatus.Banned, Status(chain));
        Assert.Equal("DSDN-E-SLASHING-REPORTED", Lie(Sheet(content).Extract(1), Sheet(other).Extract(1)).Error?.Code);
        Assert.Equal(7UL, chain.Slashing(Stranger, "storageReport", Storer.Key).Values[5].UInt64);
        chain.NextBlock();
    }

    [Fact]
    public void ParametersAreThoseOfTheCodeWhereGenesisGivesNone()
    {
        TestChain chain = Chain();
        Assert.Equal([12 * Hour, 50, Day, 2, 500, 14 * Day, 1_000, 30 * Day, 30 * Day], chain.Slashing(Stranger, "storageParams").Values.Select(value => value.UInt64));
        Assert.Empty(new SlashingGenesis { Storage = new StorageParams() }.Faults());
        Assert.Equal(3, new SlashingGenesis { Storage = new StorageParams { LieBps = 0, FailedInARow = 0, BanMs = ulong.MaxValue } }.Faults().Count());
    }
}
