using Dsdn.Chain.Execution;
using Dsdn.Log.Following;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;
using Dsdn.Node.Archive;

namespace Dsdn.Node.Tests.Archive;

/// <summary>A node's log through restarts and losses: the roots stay those of its author.</summary>
public sealed class LogStoreTests
{
    private static readonly SampleLog Log = new SampleScript(2).Run(22).Log;

    [Fact]
    public void RestartGoesOnFromTheNewestCheckpoint()
    {
        using ArchiveFolder folder = new();
        using (LogStore store = Open(folder)) OfferAll(store, 0, 15);
        using (LogStore store = Open(folder))
        {
            Assert.Equal(new LogStart(12, 3), store.Start);
            OfferAll(store, 15, Log.Envelopes.Count);
            Assert.Equal(Log.State.Roots(), store.State.Roots());
            CheckpointFacts written = Assert.IsType<CheckpointFacts>(store.Written);
            Assert.Equal(20UL, written.Seq);
            Assert.Equal(store.State.RootsAt(20)?.Roots, written.Roots);
            Assert.Equal([16UL, 20UL], store.Checkpoints.Seqs());
        }
    }

    [Fact]
    public void LostAndDamagedCheckpointsOnlyCostTime()
    {
        using ArchiveFolder folder = new();
        using (LogStore store = Open(folder)) OfferAll(store, 0, Log.Envelopes.Count);
        string[] files = [.. Directory.GetFiles(LogFolder.Checkpoints(folder.Path)).Order()];
        byte[] newest = File.ReadAllBytes(files[^1]);
        newest[newest.Length / 2] ^= 1;
        File.WriteAllBytes(files[^1], newest);
        using (LogStore store = Open(folder))
        {
            Assert.Equal(16UL, store.Start.CheckpointSeq);
            Assert.Equal(Log.State.Roots(), store.State.Roots());
        }
        Directory.Delete(LogFolder.Checkpoints(folder.Path), recursive: true);
        using LogStore fromGenesis = Open(folder);
        Assert.Equal(new LogStart(0, 22), fromGenesis.Start);
        Assert.Equal(Log.State.Roots(), fromGenesis.State.Roots());
    }

    [Fact]
    public void DeletedLogIsFollowedAgainToTheSameRoots()
    {
        using ArchiveFolder folder = new();
        using (LogStore store = Open(folder)) OfferAll(store, 0, Log.Envelopes.Count);
        Directory.Delete(folder.Path, recursive: true);
        using LogStore again = Open(folder);
        Assert.Equal([new SeqRange(1, 22)], again.Missing(22, 5));
        foreach (byte[] envelope in Log.Envelopes.AsEnumerable().Reverse()) again.Offer(envelope);
        Assert.Equal((Log.State.Roots(), 22UL), (again.State.Roots(), again.Archive.Head));
        Assert.Equal([16UL, 20UL], again.Checkpoints.Seqs());
    }

    [Fact]
    public void CrashBetweenArchiveAndCheckpointLosesNothing()
    {
        using ArchiveFolder folder = new();
        using (LogStore store = Open(folder)) OfferAll(store, 0, 13);
        string segment = Directory.GetFiles(LogFolder.Batches(folder.Path), "*.seg").Single();
        byte[] bytes = File.ReadAllBytes(segment);
        File.WriteAllBytes(segment, bytes[..^5]); // batch 13 is torn
        File.WriteAllText(Path.Combine(LogFolder.Checkpoints(folder.Path), "00000000000000000016.checkpoint.new"), "half");
        using LogStore again = Open(folder);
        Assert.Equal(new LogStart(12, 0), again.Start);
        OfferAll(again, 12, Log.Envelopes.Count);
        Assert.Equal(Log.State.Roots(), again.State.Roots());
    }

    [Fact]
    public void FolderOfAnotherLogIsRefused()
    {
        using ArchiveFolder folder = new();
        Open(folder).Dispose();
        LogGenesis other = Log.Genesis with { LogId = LogKeys.Word("other") };
        Assert.Equal(ArchiveException.Foreign, Assert.Throws<ArchiveException>(() => LogStore.Open(folder.Path, other, Sequential.Instance, FollowerLimits.Default)).Code);
        Assert.Equal(LogGenesisCodec.Encode(Log.Genesis), LogGenesisCodec.Encode(LogFolder.ReadGenesis(folder.Path)!));
    }

    private static LogStore Open(ArchiveFolder folder) => LogStore.Open(folder.Path, Log.Genesis, Sequential.Instance, FollowerLimits.Default, rootsPerCheckpoint: 1);

    private static void OfferAll(LogStore store, int from, int to)
    {
        for (int i = from; i < to; i++) Assert.Equal(OfferOutcome.Applied, store.Offer(Log.Envelopes[i]).Outcome);
    }
}
