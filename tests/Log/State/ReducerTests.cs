using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Log.Tests.State;

/// <summary>Who may do what against the state. One log is written by hand in every test; each event's fate is looked at.</summary>
public sealed class ReducerTests
{
    private static readonly NodeStats Stats = new([], 1_000, 500, 1, 0, 0, 0);

    [Fact]
    public void RegistryFollowsTheChainWhateverTheLabel()
    {
        SampleLog log = new();
        log.WithNodes(3, 3).Commit();
        Assert.Equal(3, log.State.Queries.NodeCount);
        Assert.True(log.State.Node(LogKeys.PublicKey("n1"))?.Record.IsActive);

        log.Chain.Node("n1", 2, status: 2, kind: EventKind.StakeChanged); // the label is wrong, the fact counts
        log.Chain.Node("n2", 7);
        log.Anchor().Commit();
        Assert.Equal((byte?)2, log.State.Node(LogKeys.PublicKey("n1"))?.Record.Status);
        Assert.Equal([1, 7], log.State.Queries.Zones().Select(zone => (int)zone.Zone));
        Assert.Equal(2UL, log.State.Chain.Block?.Height);
        Assert.Equal(5UL, log.State.Chain.Feed(FeedChain.Nodes).Sequence);
    }

    [Fact]
    public void DerivedEventsWithoutAnAnchorAreNothing()
    {
        SampleLog log = new();
        log.Chain.Node("n0", 1);
        (_, LogEvent[] derived) = log.Chain.Next();
        Assert.Equal([LogFault.Feed], Faults(log.Raw(EventCodec.Encode(derived[0])).Commit()));
        Assert.Equal(0, log.State.Queries.NodeCount);
    }

    [Fact]
    public void NodesSpeakWhileTheyAreActive()
    {
        SampleLog log = new();
        Assert.Equal([LogFault.NodeNotActive], Faults(log.Node("n0", Stats).Commit()));
        log.WithNodes(2, 2).Commit();
        Assert.Equal([LogFault.None, LogFault.NodeNotActive], Faults(log.Node("n0", Stats).Node("stranger", Stats).Commit()));
        Assert.Equal(500UL, log.State.Node(LogKeys.PublicKey("n0"))?.Stats?.FreeBytes);

        log.Chain.Node("n0", 1, status: 4);
        log.Chain.Node("n1", 2, status: 3);
        log.Anchor().Commit();
        Assert.Equal([LogFault.None, LogFault.NodeNotActive], Faults(log.Node("n0", Stats).Node("n1", Stats).Commit())); // Leaving, Banned
        Assert.Equal([LogFault.NodeNotActive], Faults(log.Node("n0", new ReplicaAdded(LogKeys.Word("c"), 0, 0, default, 1, 0)).Commit()));
        log.Chain.Node("n0", 1, status: 4, hasLeft: true);
        log.Anchor().Commit();
        Assert.Equal([LogFault.NodeNotActive], Faults(log.Node("n0", Stats).Commit()));
    }

    [Fact]
    public void NoncesRiseInEachLane()
    {
        SampleLog log = new();
        log.WithNodes(1, 1).Commit();
        ulong[] nonces = [5, 5, 4, 6, AuthorNonce.Of(1, 5).Value, AuthorNonce.Of(1, 5).Value, 9];
        foreach (ulong nonce in nonces) log.Raw(LogKeys.NodeEvent("n0", Stats, nonce));
        Assert.Equal(
            [LogFault.None, LogFault.NonceUsed, LogFault.NonceUsed, LogFault.None, LogFault.None, LogFault.NonceUsed, LogFault.None], Faults(log.Commit()));
        Assert.Equal((9UL, 5UL), (log.State.Queries.Counter(AuthorType.Node, LogKeys.PublicKey("n0"), 0), log.State.Queries.Counter(AuthorType.Node, LogKeys.PublicKey("n0"), 1)));
    }

    [Fact]
    public void SkippedEventUsesUpItsNonceOnlyWhereItsAuthorMayPostIt()
    {
        SampleLog log = new();
        log.WithNodes(2, 2).Commit();
        DeleteRequested early = new(LogKeys.Word("a"), DeleteScope.Chunks, [LogKeys.Word("c")]);
        Assert.Equal([LogFault.NotOwner, LogFault.None], Faults(log.Raw(LogKeys.OwnerEvent("alice", early, 1)).Raw(LogKeys.OwnerEvent("alice", Use("a", "f", ("c", 10)), 1)).Commit()));
        byte[] kept = LogKeys.OwnerEvent("alice", early, 2);
        Assert.Equal([LogFault.NothingToDelete, LogFault.NonceUsed], Faults(log.Raw(kept).Raw(kept).Commit()));
    }

    [Fact]
    public void AgreementIsTheAccountsThatUsedItFirst()
    {
        SampleLog log = new();
        log.WithNodes(3, 3).Commit();
        Assert.Equal([LogFault.None, LogFault.NotOwner, LogFault.None], Faults(log.Owner("alice", Use("a", "f", ("c", 10))).Owner("mallory", Use("a", "f", ("d", 10))).Owner("bob", Use("b", "f", ("c", 10))).Commit()));
        Assert.Equal(LogKeys.AddressOf("alice"), log.State.Queries.Agreement(LogKeys.Word("a"))?.Owner);
        Assert.Equal([LogFault.SessionUnknown], Faults(log.Raw(LogKeys.OwnerEvent("alice", Use("a", "f", ("e", 10)), 7, AuthorType.Session)).Commit()));
    }

    [Fact]
    public void ReservationEndsAfterAnHourOrWithItsDeclaration()
    {
        SampleLog log = new();
        log.WithNodes(3, 3).Commit();
        log.Owner("alice", Use("a", "f", ("c", 10), ("d", 20))).Commit();
        Assert.Equal(2, log.State.Queries.ReservationCount);
        ulong end = log.State.LogTimeMs + LogRules.ReservedMs;
        ChunkDeclared declared = log.Declared("a", "f", "d", 20), first = log.Declared("a", "f", "c", 10);
        Assert.Equal((end, log.State.Seq), (log.State.Queries.Reservation(LogKeys.Word("a"), LogKeys.Word("f"), LogKeys.Word("c"))?.ExpiresMs, log.State.Queries.Reservation(LogKeys.Word("a"), LogKeys.Word("f"), LogKeys.Word("c"))?.Seq));
        Assert.Equal([LogFault.None], Faults(log.Owner("alice", first).Commit()));
        Assert.Equal(1, log.State.Queries.ReservationCount);
        Assert.Equal([LogFault.ReservationMissing], Faults(log.Owner("alice", first).Commit()));

        log.Commit(end - log.State.LogTimeMs - 1);
        Assert.Equal(1, log.State.Queries.ReservationCount);
        Assert.Equal(LogFault.None, log.State.Judge(LogKeys.OwnerEvent("alice", declared, 100), end - 1));
        Assert.Equal(LogFault.ReservationMissing, log.State.Judge(LogKeys.OwnerEvent("alice", declared, 100), end));
        log.Commit(1);
        Assert.Equal(0, log.State.Queries.ReservationCount);
        Assert.Equal([LogFault.ReservationMissing], Faults(log.Owner("alice", declared).Commit()));
    }

    [Fact]
    public void RenewedReservationOutlivesItsFirstEnd()
    {
        SampleLog log = new();
        log.WithNodes(3, 3).Commit();
        log.Owner("alice", Use("a", "f", ("c", 10))).Commit();
        log.Owner("alice", Use("a", "f", ("c", 10))).Commit(1_000_000);
        log.Commit(LogRules.ReservedMs - 2);
        Assert.Equal([LogFault.None], Faults(log.Owner("alice", log.Declared("a", "f", "c", 10)).Commit(1)));
    }

    private static AgreementUse Use(string agreement, string file, params (string Chunk, ulong Length)[] chunks) => new(
        LogKeys.Word(agreement), LogKeys.Word(file), ChunkCoding.Replicas, [.. chunks.Select(chunk => new ReservedChunk(LogKeys.Word(chunk.Chunk), chunk.Length))]);

    private static LogFault[] Faults(AppliedBatch batch) => [.. batch.Events.Select(entry => entry.Fault)];
}
