using Dsdn.Chain.Blocks;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Tests.LightClient;
using Dsdn.Chain.Tests.State;

namespace Dsdn.Chain.Tests.Log;

/// <summary>The chain inside the log: blocks by their votes, feeds by proofs of a real state.</summary>
public sealed class ChainAnchorTests
{
    private static readonly ValidatorSet Genesis = LightChain.Set(1, 2, 3, 4);

    private static readonly ChainAnchorVerifier Verifier = new(LightChain.ChainId, LightChain.GenesisHash, Genesis);

    private static readonly byte[][] Records = [[1], [2, 2], [3, 3, 3]];

    [Fact]
    public void BlocksFollowFromGenesisAndFromOneAnother()
    {
        LightChain chain = new(120, height => height <= 57 ? [1, 2, 3, 4] : [5, 6, 7, 8]);
        Assert.True(Verifier.Verify(null, Anchor(chain[1])).IsValid);
        Assert.True(Verifier.Verify(null, Anchor(chain[40])).IsValid);
        Assert.True(Verifier.Verify(chain[1], Anchor(chain[40])).IsValid);
        Assert.True(Verifier.Verify(chain[40], Anchor(chain[57], chain[58], chain[120])).IsValid);
        Assert.Equal(LogFault.ChainBlock, Verifier.Verify(chain[40], Anchor(chain[120])).Fault); // another set altogether
        Assert.Equal(LogFault.ChainBlock, Verifier.Verify(null, Anchor(chain[120])).Fault);
        Assert.Equal(LogFault.ChainBlock, Verifier.Verify(chain[40], Anchor(chain[40])).Fault);
        Assert.Equal(LogFault.ChainBlock, Verifier.Verify(chain[40], Anchor(chain[39])).Fault);
    }

    [Fact]
    public void BlocksOfAnotherGenesisAreRefused()
    {
        LightChain other = new(2, _ => [5, 6, 7, 8]);
        Assert.Equal(LogFault.ChainBlock, Verifier.Verify(null, Anchor(other[1])).Fault);
        Assert.Equal(LogFault.ChainBlock, (Verifier with { GenesisHash = LogSamples.Word("other") }).Verify(null, Anchor(new LightChain(2, _ => [1, 2, 3, 4])[1])).Fault);
        LightBlock few = LightChain.Make(1, LightChain.GenesisHash, Genesis, Genesis, 0, signers: 2);
        Assert.Equal(LogFault.ChainBlock, Verifier.Verify(null, Anchor(few)).Fault);
    }

    [Fact]
    public void FeedIsProvenAgainstTheState()
    {
        (LightBlock block, FeedProof nodes, FeedProof none) = BlockWithFeed(3);
        Assert.True(Verifier.Verify(null, new ChainAnchor([block], [nodes, none])).IsValid);

        foreach (FeedProof wrong in (FeedProof[])[
            nodes with { Sequence = 2 }, nodes with { Feed = LogSamples.Word("other") }, nodes with { Module = 2 }, none with { Sequence = 1 }, none with { Module = 1 },
            nodes with { AccountNodes = [] }, nodes with { FeedNodes = [] }, nodes with { FeedNodes = nodes.SequenceNodes }, nodes with { Feed = Hash256.Zero },
            nodes with { AccountNodes = [.. nodes.AccountNodes, new byte[] { 0xc0 }] }])
        {
            Assert.Equal(LogFault.Feed, Verifier.Verify(null, new ChainAnchor([block], [wrong])).Fault);
        }
        (LightBlock earlier, _, _) = BlockWithFeed(2);
        Assert.Equal(LogFault.Feed, Verifier.Verify(null, new ChainAnchor([earlier], [nodes])).Fault);
    }

    [Fact]
    public void AnchorFitsItsEvent()
    {
        (LightBlock block, FeedProof nodes, FeedProof none) = BlockWithFeed(3);
        byte[] body = new ChainAnchor([block], [nodes, none]).Encode();
        LogEvent entry = new()
        {
            ChainId = LightChain.ChainId, Kind = EventKind.ChainAnchor, AuthorType = AuthorType.Committee, Author = LogSamples.Word("committee"),
            Nonce = EventReader.NonceOf(1, 0), ValidUntilMs = 0, Body = body, Signature = default,
        };
        EventContext context = new(LightChain.ChainId, 1, 5_000, LogSamples.Word("committee"), true);
        Assert.Equal(LogFault.None, EventReader.TryRead(EventCodec.Encode(entry), context, 0, out CheckedEvent? read));
        Assert.True(Verifier.Verify(null, Assert.IsType<ChainAnchor>(read!.Body)).IsValid);
    }

    [Fact]
    public void NothingOfAFeedCanBeLeftOutAddedOrChanged()
    {
        FeedPosition start = new(FeedChain.Nodes, 0, Hash256.Zero);
        FeedProof two = Proof(2), three = Proof(3);
        Assert.True(start.Advance(two, Derived(1, 2), out FeedPosition reached).IsValid);
        Assert.True(reached.Advance(three, Derived(3), out FeedPosition end).IsValid);
        Assert.Equal(new FeedPosition(FeedChain.Nodes, 3, three.Feed), end);
        Assert.True(start.Advance(three, Derived(1, 2, 3), out FeedPosition atOnce).IsValid);
        Assert.Equal(end, atOnce);
        Assert.True(end.Advance(three, [], out _).IsValid);

        Assert.Equal(LogFault.Feed, start.Advance(three, Derived(1, 2), out FeedPosition stays).Fault);
        Assert.Equal(start, stays);
        Assert.Equal(LogFault.Feed, start.Advance(two, Derived(1, 2, 3), out _).Fault);
        Assert.Equal(LogFault.Feed, start.Advance(two, Derived(2, 1), out _).Fault);
        Assert.Equal(LogFault.Feed, start.Advance(two, Derived(1, 1), out _).Fault);
        Assert.Equal(LogFault.Feed, reached.Advance(Proof(1), [], out _).Fault);
        Assert.Equal(LogFault.Feed, start.Advance(two with { Module = 2 }, Derived(1, 2), out _).Fault);
        LogEvent changed = Derived(1)[0] with { Body = new byte[] { 7 } };
        Assert.Equal(LogFault.Feed, start.Advance(two, [changed, Derived(2)[0]], out _).Fault);
    }

    [Fact]
    public void BatchTakesOverTheChainWholeOrNotAtAll()
    {
        (LightBlock block, FeedProof nodes, FeedProof none) = BlockWithFeed(2);
        EventReading anchor = Reading(new ChainAnchor([block], [nodes, none]));
        EventReading[] derived = [.. Derived(1, 2).Select(entry => new EventReading(LogFault.None, new CheckedEvent(entry, default, Stats)))];
        EventReading other = Reading(new FallbackDeactivated(1, 2, 3));

        EventReading[] batch = [anchor, derived[0], other, derived[1]];
        Assert.True(AnchoredChain.None.Apply(Header(block), batch, Verifier, out AnchoredChain after).IsValid);
        Assert.All(batch, reading => Assert.NotNull(reading.Event));
        Assert.Equal((block, 2UL, 0UL), (after.Block, after.Feed(1).Sequence, after.Feed(2).Sequence));

        foreach (EventReading[] broken in (EventReading[][])[
            [anchor, derived[0]], [anchor, derived[1], derived[0]], [anchor, .. derived, derived[1]], [Reading(new ChainAnchor([block], [nodes with { Sequence = 3 }])), .. derived]])
        {
            Assert.True(AnchoredChain.None.Apply(Header(null), broken, Verifier, out after).IsValid);
            Assert.Same(AnchoredChain.None, after);
            Assert.All(broken, reading => Assert.Equal(LogFault.Feed, reading.Fault));
        }

        EventReading[] late = [other, anchor, .. derived];
        Assert.True(AnchoredChain.None.Apply(Header(null), late, Verifier, out after).IsValid);
        Assert.Equal([LogFault.None, LogFault.Anchor, LogFault.Feed, LogFault.Feed], late.Select(reading => reading.Fault));

        // A feed that the anchor does not prove brings nothing, and the block still counts.
        EventReading[] unproven = [Reading(new ChainAnchor([block], [none])), .. derived];
        Assert.True(AnchoredChain.None.Apply(Header(block), unproven, Verifier, out after).IsValid);
        Assert.Equal([LogFault.None, LogFault.Feed, LogFault.Feed], unproven.Select(reading => reading.Fault));
        Assert.Equal((block, 0UL), (after.Block, after.Feed(1).Sequence));
    }

    [Fact]
    public void HeaderNamesTheLastAnchoredBlock()
    {
        (LightBlock block, FeedProof nodes, _) = BlockWithFeed(0);
        EventReading[] batch = [Reading(new ChainAnchor([block], [nodes]))];
        Assert.Equal(LogFault.Anchor, AnchoredChain.None.Apply(Header(null), batch, Verifier, out _).Fault);
        Assert.True(AnchoredChain.None.Apply(Header(block), batch, Verifier, out AnchoredChain after).IsValid);
        Assert.True(after.Apply(Header(block), [], Verifier, out AnchoredChain same).IsValid);
        Assert.Same(after, same);
        Assert.Equal(LogFault.Anchor, after.Apply(Header(null), [], Verifier, out _).Fault);
        Assert.Equal(LogFault.Anchor, AnchoredChain.None.Apply(Header(block), [], Verifier, out _).Fault);
    }

    private static readonly EventBody Stats = new NodeStats([], 0, 0, 0, 0, 0, 0);

    private static BatchHeader Header(LightBlock? block) => LogSamples.Template(LogSamples.Committee(1)) with
    {
        AnchorHeight = block?.Height ?? 0, AnchorHash = block?.Hash ?? LightChain.GenesisHash,
    };

    private static EventReading Reading(EventBody body) => new(LogFault.None, new CheckedEvent(
        new LogEvent
        {
            ChainId = LightChain.ChainId, Kind = body.Kind, AuthorType = AuthorType.Committee, Author = Hash256.Zero, Nonce = 0, ValidUntilMs = 0, Body = default, Signature = default,
        }, default, body));

    private static ChainAnchor Anchor(params LightBlock[] blocks) => new(blocks, []);

    private static Hash256 FeedAfter(int records)
    {
        Hash256 feed = Hash256.Zero;
        for (int i = 0; i < records; i++) feed = FeedChain.Extend(feed, Records[i]);
        return feed;
    }

    private static FeedProof Proof(int records) => new(FeedChain.Nodes, (ulong)records, FeedAfter(records), [], [], []);

    private static LogEvent[] Derived(params int[] numbers) => [.. numbers.Select(number => new LogEvent
    {
        ChainId = LightChain.ChainId, Kind = EventKind.NodeUpdated, AuthorType = AuthorType.Derived, Author = AuthorAddress.Of(Address.FromNumber(0x801)),
        Nonce = (ulong)number, ValidUntilMs = 0, Body = Records[number - 1], Signature = default,
    })];

    /// <summary>Block 1 over a state in which module 1 has a feed of so many records and module 2 none.</summary>
    private static (LightBlock Block, FeedProof Nodes, FeedProof None) BlockWithFeed(int records)
    {
        StateRig rig = new(new MemoryStore(), new StateOptions { CachedAccountsMax = 256, CachedRecordsMax = 256 });
        rig.Genesis();
        StateOverlay overlay = new(rig.State.Head);
        byte[] sequence = new byte[32];
        sequence[31] = (byte)records;
        overlay.SetRecord(RecordKey.Make(1, FeedChain.SequenceTable, default), records == 0 ? default(ReadOnlyMemory<byte>) : sequence);
        overlay.SetRecord(RecordKey.Make(1, FeedChain.FeedTable, default), records == 0 ? default(ReadOnlyMemory<byte>) : FeedAfter(records).ToArray());
        overlay.SetRecord(RecordKey.Make(1, 2, [1]), new byte[] { 1 });
        rig.Commit(overlay);
        LightBlock template = LightChain.Make(1, LightChain.GenesisHash, Genesis, Genesis, 0);
        LightBlock block = LightChain.Sign(template.Header with { StateRoot = rig.Head.Root }, template.Consensus, Genesis, Genesis);
        return (block, Prove(rig, 1, (ulong)records, FeedAfter(records)), Prove(rig, 2, 0, Hash256.Zero));
    }

    private static FeedProof Prove(StateRig rig, byte module, ulong sequence, Hash256 feed)
    {
        AccountProof proof = rig.State.Prove(rig.State.Height, StateRig.Module(module), [FeedChain.SequenceSlot(module), FeedChain.FeedSlot(module)]);
        return new FeedProof(module, sequence, feed, proof.Nodes, proof.Storage[0].Nodes, proof.Storage[1].Nodes);
    }
}
