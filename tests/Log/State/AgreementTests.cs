using Dsdn.Chain.Execution;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;
using Dsdn.Log.State.Checkpoints;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Log.Tests.State;

/// <summary>What the chain's agreements and sessions allow in the log, to the byte and the millisecond.</summary>
public sealed class AgreementTests
{
    private const ulong End = SampleLog.StartMs + 100_000, Release = End + 50_000;

    [Fact]
    public void AgreementThatTheChainDoesNotHaveIsNothing()
    {
        SampleLog log = Opened(100);
        Assert.Equal(
            [LogFault.AgreementUnknown, LogFault.AgreementUnknown, LogFault.NotOwner, LogFault.NotOwner, LogFault.None],
            Faults(log.Owner("alice", Use("b", "f", ("c", 1))).Owner("alice", Delete("b", "c")).Owner("mallory", Use("a", "f", ("c", 1))).Owner("mallory", Delete("a", "c")).Owner("alice", Use("a", "f", ("c", 1))).Commit()));
        AgreementEntry entry = Expect.There(log.State.Queries.Agreement(LogKeys.Word("a")));
        Assert.Equal(new AgreementTerm(ChunkCoding.Replicas, 100, End, Release, false, 1), entry.Term);
        Assert.Equal(LogKeys.AddressOf("alice"), entry.Owner);
        Assert.Equal(LogFault.None, log.State.Queries.CheckSigner(LogKeys.Word("a"), LogKeys.AddressOf("alice"), SessionScopes.Upload));
        Assert.Equal(LogFault.NotOwner, log.State.Queries.CheckSigner(LogKeys.Word("a"), LogKeys.AddressOf("mallory"), SessionScopes.Upload));
        Assert.Equal(LogFault.AgreementUnknown, log.State.Queries.CheckSigner(LogKeys.Word("b"), LogKeys.AddressOf("alice"), SessionScopes.Upload));
    }

    [Fact]
    public void QuotaCountsWhatIsHeldAndReservedToTheByte()
    {
        SampleLog log = Opened(100);
        Assert.Equal([LogFault.QuotaExceeded, LogFault.None, LogFault.QuotaExceeded], Faults(log.Owner("alice", Use("a", "f", ("c", 101))).Owner("alice", Use("a", "f", ("c", 60), ("d", 40))).Owner("alice", Use("a", "g", ("c", 1))).Commit()));
        Assert.Equal((UInt128)100, Reserved(log));
        // What is reserved anew counts once, with its new length.
        Assert.Equal([LogFault.None, LogFault.QuotaExceeded, LogFault.None], Faults(log.Owner("alice", Use("a", "f", ("c", 50))).Owner("alice", Use("a", "f", ("c", 61))).Owner("alice", Use("a", "g", ("e", 10))).Commit()));
        Assert.Equal((UInt128)100, Reserved(log));
        Assert.Equal([LogFault.None], Faults(log.Owner("alice", log.Declared("a", "f", "c", 50)).Commit()));
        Assert.Equal(((UInt128)50, (UInt128)50), (Reserved(log), log.State.Queries.Agreement(LogKeys.Word("a"))?.HeldBytes));
        Assert.Equal([LogFault.QuotaExceeded], Faults(log.Owner("alice", Use("a", "h", ("c", 1))).Commit()));
        // A second file with the same chunk pays for it once more; deleting gives it back.
        Assert.Equal([LogFault.None, LogFault.None], Faults(log.Owner("alice", Delete("a", "c")).Owner("alice", Use("a", "h", ("x", 50))).Commit()));
    }

    [Fact]
    public void ReservationsThatEndGiveTheirQuotaBack()
    {
        SampleLog log = Opened(100, endMs: End + LogRules.ReservedMs, releaseMs: Release + LogRules.ReservedMs);
        Assert.Equal([LogFault.None], Faults(log.Owner("alice", Use("a", "f", ("c", 100))).Commit()));
        ulong endMs = log.State.LogTimeMs + LogRules.ReservedMs;
        log.Commit(endMs - 1 - log.State.LogTimeMs);
        Assert.Equal(LogFault.QuotaExceeded, log.State.Judge(LogKeys.OwnerEvent("alice", Use("a", "f", ("d", 1)), 100), endMs - 1));
        Assert.Equal([LogFault.None], Faults(log.Owner("alice", Use("a", "f", ("d", 1))).Commit(1)));
        Assert.Equal((UInt128)1, Reserved(log));
    }

    [Fact]
    public void LargestLengthsDoNotWrapAround()
    {
        SampleLog log = Opened(ulong.MaxValue);
        Assert.Equal([LogFault.QuotaExceeded, LogFault.None, LogFault.QuotaExceeded], Faults(log
            .Owner("alice", Use("a", "f", ("c", ulong.MaxValue), ("d", ulong.MaxValue))).Owner("alice", Use("a", "f", ("c", 1UL << 30))).Owner("alice", Use("a", "f", ("d", ulong.MaxValue))).Commit()));
    }

    [Fact]
    public void AgreementForShardsDoesNotPayForCopies()
    {
        SampleLog log = new(hasAgreements: true);
        log.Chain.Agreement("a", "alice", 100, End, Release, ChunkCoding.ReedSolomon);
        log.Chain.Agreement("b", "alice", 100, End, Release);
        log.WithNodes(9, 5).Commit();
        Assert.Equal([LogFault.AgreementCoding, LogFault.None, LogFault.None], Faults(log.Owner("alice", Use("a", "f", ("c", 1)))
            .Owner("alice", Use("a", "f", ("c", 1)) with { Coding = ChunkCoding.ReedSolomon }).Owner("alice", Use("b", "f", ("c", 1)) with { Coding = ChunkCoding.ReedSolomon }).Commit()));
    }

    [Fact]
    public void NothingNewIsTakenFromTheEndOnAndDeletionsAre()
    {
        SampleLog log = Opened(100);
        log.Owner("alice", Use("a", "f", ("c", 10), ("d", 10))).Commit();
        ChunkDeclared declared = log.Declared("a", "f", "d", 10);
        Assert.Equal([LogFault.None, LogFault.None], Faults(log.Owner("alice", log.Declared("a", "f", "c", 10)).Owner("alice", Use("a", "f", ("e", 10))).Commit(End - 1 - log.State.LogTimeMs)));
        Assert.Equal([LogFault.AgreementEnded, LogFault.AgreementEnded], Faults(log.Owner("alice", declared).Owner("alice", Use("a", "f", ("e", 10))).Commit(1)));
        Assert.Equal([LogFault.None], Faults(log.Owner("alice", Delete("a", "c")).Commit(1)));
        log.Chain.Agreement("a", "alice", 100, End + 100_000, Release + 100_000); // made longer in its grace
        log.Anchor();
        Assert.Equal(LogFault.None, log.Owner("alice", declared).Commit(1).Events[^1].Fault);
    }

    [Fact]
    public void EndedAgreementIsReleasedInTheBatchOfItsReleaseTime()
    {
        SampleLog log = Opened(100);
        log.Chain.Agreement("b", "bob", 100, End * 2, Release * 2);
        log.Anchor().Owner("alice", Use("a", "f", ("c", 10), ("d", 10))).Owner("bob", Use("b", "f", ("c", 10))).Commit();
        log.Owner("alice", log.Declared("a", "f", "c", 10)).Owner("alice", log.Declared("a", "f", "d", 10)).Commit();
        log.Owner("bob", LogKeys.Declared("b", "f", "c", 10, ChunkCoding.Replicas, 0, [.. Held(log, "c")])).Commit();
        log.Commit(Release - 1 - log.State.LogTimeMs);
        Assert.Equal(2UL, log.State.Queries.Agreement(LogKeys.Word("a"))?.References);
        AppliedBatch released = log.Commit(1);
        Assert.Equal((0UL, (UInt128)0), (log.State.Queries.Agreement(LogKeys.Word("a"))?.References, log.State.Queries.Agreement(LogKeys.Word("a"))?.HeldBytes));
        Assert.True(log.State.Queries.Chunk(LogKeys.Word("d"))?.IsDeleted);
        Assert.Equal(released.Seq, log.State.Queries.Chunk(LogKeys.Word("d"))?.DeletedSeq);
        Assert.False(log.State.Queries.Chunk(LogKeys.Word("c"))?.IsDeleted); // bob's
        Assert.Single(log.State.Queries.References(LogKeys.Word("c")));
        Assert.Contains(released.Touched, chunk => chunk == LogKeys.Word("d"));
    }

    [Fact]
    public void LargeAgreementIsReleasedAShareABatchInAnOrderThatEveryFollowerFinds()
    {
        SampleLog log = Opened(1UL << 40, checkpointEverySeqs: 1);
        const int Chunks = LogRules.ReleasesPerBatch + 76;
        for (int from = 0; from < Chunks; from += 100)
        {
            string[] names = [.. Enumerable.Range(from, Math.Min(100, Chunks - from)).Select(i => $"c{i}")];
            log.Owner("alice", Use("a", "f", [.. names.Select(name => (name, 10UL))])).Commit(1);
            foreach (string name in names) log.Owner("alice", log.Declared("a", "f", name, 10));
            log.Commit(1);
        }
        log.Commit(Release - log.State.LogTimeMs);
        Assert.Equal(76UL, log.State.Queries.Agreement(LogKeys.Word("a"))?.References);
        Hash256[] left = [.. Enumerable.Range(0, Chunks).Select(i => LogKeys.Word($"c{i}")).Where(id => log.State.Queries.Chunk(id) is { IsDeleted: false })];
        Assert.Equal([.. Enumerable.Range(0, Chunks).Select(i => LogKeys.Word($"c{i}")).Order().TakeLast(76)], left.Order());
        // One that goes on from a checkpoint in the middle of it comes to the same.
        LogState copy = log.State.Copy();
        Assert.True(LogState.Open(log.Genesis, Sequential.Instance, 7, CheckpointContent.Write(log.State), log.State.Roots().State, out LogState? opened).IsValid);
        log.Owner("alice", Delete("a", $"c{Enumerable.Range(0, Chunks).First(i => LogKeys.Word($"c{i}") == left[^1])}")).Commit(1);
        foreach (LogState state in (LogState[])[copy, Expect.There(opened)])
        {
            Assert.True(Dsdn.Log.Following.LogReplay.Run(state, [log.Envelopes[^1]], LogCheck.Full, Sequential.Instance, null).IsValid);
            Assert.Equal(log.State.Roots(), state.Roots());
        }
        Assert.Equal(0UL, log.State.Queries.Agreement(LogKeys.Word("a"))?.References);
    }

    [Fact]
    public void SessionSignsWhatItsAccountLetItUntilItEndsOrIsRevoked()
    {
        SampleLog log = Opened(100);
        log.Chain.Session("alice", "phone", SessionScopes.Upload, End);
        log.Chain.Session("alice", "broom", SessionScopes.Delete, End / 2 + (SampleLog.StartMs / 2));
        log.Chain.Session("mallory", "thief", SessionScopes.All, End);
        log.Anchor().Commit();
        Assert.Equal(
            [LogFault.None, LogFault.SessionScope, LogFault.SessionScope, LogFault.NothingToDelete, LogFault.SessionUnknown, LogFault.NotOwner],
            Faults(log.Session("phone", Use("a", "f", ("c", 10))).Session("phone", Delete("a", "c")).Session("broom", Use("a", "f", ("c", 10))).Session("broom", Delete("a", "c")).Session("thief", Use("a", "f", ("d", 10))).Owner("phone", Use("a", "f", ("c", 10))).Commit()));
        Assert.Equal(LogFault.None, log.State.Queries.CheckSigner(LogKeys.Word("a"), LogKeys.AddressOf("phone"), SessionScopes.Upload));
        Assert.Equal(LogFault.SessionScope, log.State.Queries.CheckSigner(LogKeys.Word("a"), LogKeys.AddressOf("phone"), SessionScopes.Delete));
        Assert.Equal(LogFault.NotOwner, log.State.Queries.CheckSigner(LogKeys.Word("a"), LogKeys.AddressOf("thief"), SessionScopes.Upload));
        Assert.Equal([LogFault.None], Faults(log.Session("phone", log.Declared("a", "f", "c", 10)).Commit()));
        Assert.Equal([LogFault.None], Faults(log.Session("broom", Delete("a", "c")).Commit()));
        Assert.Equal([LogFault.SessionEnded], Faults(log.Session("broom", Delete("a", "c")).Commit((End / 2) + (SampleLog.StartMs / 2) - log.State.LogTimeMs)));
        Assert.Equal(new SessionEntry(LogKeys.AddressOf("alice"), LogKeys.AddressOf("phone"), SessionScopes.Upload, End), log.State.Queries.Session(LogKeys.AddressOf("alice"), LogKeys.AddressOf("phone")));
        log.Chain.Session("alice", "phone", SessionScopes.None, 0);
        Assert.Equal(LogFault.SessionUnknown, log.Anchor().Session("phone", Use("a", "f", ("d", 10))).Commit().Events[^1].Fault);
        Assert.Null(log.State.Queries.Session(LogKeys.AddressOf("alice"), LogKeys.AddressOf("phone")));
    }

    [Fact]
    public void DeletionThatCoordinatorsDoNotTakeComesByTheChain()
    {
        SampleLog log = Opened(100);
        log.Owner("alice", Use("a", "f", ("c", 10), ("d", 10))).Commit();
        log.Owner("alice", log.Declared("a", "f", "c", 10)).Owner("alice", log.Declared("a", "f", "d", 10)).Commit();
        foreach (string agreement in (string[])["a", "nobody's"])
            log.Chain.Record(10, EventKind.DeletionForced, new DeletionForced(Delete(agreement, "c")).Encode());
        AppliedBatch applied = log.Anchor().Commit();
        Assert.Equal([LogFault.None, LogFault.None, LogFault.NothingToDelete], applied.Events.Select(entry => entry.Fault));
        Assert.True(log.State.Queries.Chunk(LogKeys.Word("c"))?.IsDeleted);
        Assert.False(log.State.Queries.Chunk(LogKeys.Word("d"))?.IsDeleted);
    }

    [Fact]
    public void RecordThatAnchorLeavesOutIsNotWithheldButRefused()
    {
        SampleLog log = Opened(100);
        log.Chain.Agreement("b", "bob", 1, End, Release);
        log.Chain.Session("alice", "phone", SessionScopes.Upload, End);
        (ChainAnchor anchor, LogEvent[] derived) = log.Chain.Next();
        Assert.Equal(2, derived.Length);
        AppliedBatch applied = log.Committee(anchor).Raw(EventCodec.Encode(derived[1])).Commit();
        Assert.All(applied.Events, entry => Assert.Equal(LogFault.Feed, entry.Fault));
        Assert.Null(log.State.Queries.Agreement(LogKeys.Word("b")));
        Assert.Null(log.State.Queries.Session(LogKeys.AddressOf("alice"), LogKeys.AddressOf("phone")));
    }

    [Fact]
    public void WhereTheNetworkHasNoAgreementsTheFirstUserIsTheOwnerWithoutAQuota()
    {
        SampleLog log = new();
        log.WithNodes(3, 3).Commit();
        Assert.Equal([LogFault.None, LogFault.NotOwner, LogFault.SessionUnknown], Faults(log.Owner("alice", Use("a", "f", ("c", ulong.MaxValue >> 30))).Owner("bob", Use("a", "f", ("d", 1))).Session("alice", Use("a", "f", ("d", 1))).Commit()));
        Assert.Null(log.State.Queries.Agreement(LogKeys.Word("a"))?.Term);
    }

    private static SampleLog Opened(ulong quota, ulong endMs = End, ulong releaseMs = Release, uint checkpointEverySeqs = 4)
    {
        SampleLog log = new(checkpointEverySeqs, hasAgreements: true);
        log.Chain.Agreement("a", "alice", quota, endMs, releaseMs);
        log.WithNodes(3, 3).Commit();
        return log;
    }

    private static UInt128? Reserved(SampleLog log) => log.State.Queries.Agreement(LogKeys.Word("a"))?.Term?.ReservedBytes;

    private static IEnumerable<(byte Slot, string Node, ushort Zone)> Held(SampleLog log, string chunk) =>
        log.State.Queries.Replicas(LogKeys.Word(chunk)).Where(replica => replica.IsHeld).Select(replica => (replica.Slot, SampleLog.NameOf(replica.NodeId), replica.Zone));

    private static AgreementUse Use(string agreement, string file, params (string Chunk, ulong Length)[] chunks) =>
        new(LogKeys.Word(agreement), LogKeys.Word(file), ChunkCoding.Replicas, [.. chunks.Select(chunk => new ReservedChunk(LogKeys.Word(chunk.Chunk), chunk.Length))]);

    private static DeleteRequested Delete(string agreement, string chunk) => new(LogKeys.Word(agreement), DeleteScope.Chunks, [LogKeys.Word(chunk)]);

    private static IEnumerable<LogFault> Faults(AppliedBatch applied) => applied.Events.Select(entry => entry.Fault);
}
