using Dsdn.Storage.Tests.Disk;

namespace Dsdn.Storage.Tests.Crashes;

/// <summary>The machine stops, or the disk fails, during every single operation of a script.</summary>
public sealed class CrashMatrixTests(ITestOutputHelper output)
{
    private const int Seeds = 8;

    /// <summary>What would make the matrix small without anybody noticing.</summary>
    private const int CrashesMin = 1_000;

    [Fact]
    public void NothingReportedStoredIsLostAndNothingDeletedComesBackWhereverTheMachineStops()
    {
        int crashes = 0;
        HashSet<string> torn = [];
        for (int seed = 0; seed < Seeds; seed++)
        {
            int steps = StepsOf(seed);
            for (int step = 1; step <= steps; step++)
            {
                TestClock clock = new();
                MemoryDisk disk = new(clock) { CrashAt = step };
                StoreScript script = new(seed, clock);
                Assert.Throws<CrashException>(() => script.Run(Sample.Open(disk, clock)));
                torn.Add(disk.Operations[^1]);
                MemoryDisk after = disk.AfterCrash(new Random((seed * 10_000) + step));
                CheckAfter(after, clock, script, $"seed {seed}, step {step}, {disk.Operations[^1]}");
                crashes++;
            }
        }
        output.WriteLine($"{crashes} crashes in: {string.Join(", ", torn.Order(StringComparer.Ordinal))}");
        Assert.True(crashes >= CrashesMin, $"only {crashes}");
        Assert.Superset(new HashSet<string> { "create incoming", "write", "sync file", "move incoming staged", "move staged chunks", "sync folder staged", "sync folder deleted", "delete deleted", "move deleted chunks", "move staged staged" }, torn);
    }

    [Fact]
    public void FailedOperationIsReportedAndNothingElseSuffers()
    {
        int failures = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            int steps = StepsOf(seed);
            for (int step = 1; step <= steps; step++)
            {
                TestClock clock = new();
                MemoryDisk disk = new(clock) { FailAt = step };
                StoreScript script = new(seed, clock);
                using ChunkStore store = Sample.Open(disk, clock);
                script.Run(store);
                string where = $"seed {seed}, step {step}, {disk.Operations[step - 1]}";
                foreach ((ChunkKey key, (byte[] content, bool _)) in script.Promised) Assert.True(Sample.Read(store, key)?.AsSpan().SequenceEqual(content) == true, where);
                Assert.All(script.Gone, key => Assert.False(store.TryFind(key, out _), where));
                Assert.True(store.Metrics.Snapshot().DiskFailures > 0 || disk.Operations[step - 1].StartsWith("delete incoming", StringComparison.Ordinal), where);
                Assert.Equal(0, store.Capacity.ReservedBytes);
                failures++;
                // And then the machine stops as well.
                CheckAfter(disk.AfterCrash(new Random(step)), clock, script, where);
            }
        }
        Assert.True(failures >= CrashesMin, $"only {failures}");
    }

    [Fact]
    public void DiskThatFailsForGoodStoresNothingMoreAndSaysSo()
    {
        TestClock clock = new();
        MemoryDisk disk = new(clock);
        using ChunkStore store = Sample.Open(disk, clock);
        ChunkKey key = Sample.Store(store, Sample.Content(1, 2_000));
        disk.FailFrom = disk.Steps + 1;
        byte[] content = Sample.Content(2, 2_000);
        Assert.Equal(StoreFault.Disk, Sample.TryStore(store, Sample.Put(content), content).Fault);
        Assert.Equal(StoreFault.Disk, store.Delete(key, 0).Fault);
        Assert.NotNull(Sample.Read(store, key)); // reading works still
        Assert.Equal(1, store.Count);
    }

    /// <summary>The matrix can fail: a store whose syncs do nothing loses chunks in it.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void MatrixNoticesSyncsThatDoNothing(bool files, bool folders)
    {
        int steps = StepsOf(0), lost = 0;
        for (int step = 1; step <= steps; step++)
        {
            TestClock clock = new();
            MemoryDisk disk = new(clock) { CrashAt = step, ForgetsFileSyncs = files, ForgetsFolderSyncs = folders };
            StoreScript script = new(0, clock);
            Assert.Throws<CrashException>(() => script.Run(Sample.Open(disk, clock)));
            using ChunkStore store = Sample.Open(disk.AfterCrash(new Random(step)), clock);
            if (script.Promised.Any(chunk => Sample.Read(store, chunk.Key)?.AsSpan().SequenceEqual(chunk.Value.Content) != true)) lost++;
        }
        Assert.NotEqual(0, lost);
    }

    private static int StepsOf(int seed)
    {
        TestClock clock = new();
        MemoryDisk disk = new(clock);
        StoreScript script = new(seed, clock);
        script.Run(Sample.Open(disk, clock));
        Assert.Equal(0, script.Failures);
        return disk.Steps;
    }

    private static void CheckAfter(MemoryDisk disk, TestClock clock, StoreScript script, string where)
    {
        using ChunkStore store = Sample.Open(disk, clock);
        foreach ((ChunkKey key, (byte[] content, bool isDeclared)) in script.Promised)
        {
            Assert.True(Sample.Read(store, key)?.AsSpan().SequenceEqual(content) == true, $"{where}: {key} was reported stored");
            Assert.True(!isDeclared || (store.TryFind(key, out StoredChunk found) && found.Standing == ChunkStanding.Declared), $"{where}: {key} was reported declared");
        }
        Assert.All(script.Gone, key => Assert.False(store.TryFind(key, out _), $"{where}: {key} was reported deleted"));
        // Whatever else is there is whole: a call that was not answered happened, or it did not.
        foreach (StoredChunk chunk in store.List(null, int.MaxValue))
            Assert.True(Sample.Read(store, chunk.Key)?.AsSpan().SequenceEqual(script.ContentOf(chunk.Key)) == true, $"{where}: {chunk.Key} is there but not whole");
        Assert.Equal(0, store.QuarantinedCount);
        Assert.Equal(disk.Files.Where(file => file.Folder.Length > 0).Sum(file => (long)file.Bytes), store.Capacity.UsedBytes);
        // The put that was cut off can be ended, from what is left of it or anew.
        if (script.InDoubt is { } key2 && !script.Gone.Contains(key2) && script.ContentOf(key2) is { } whole && !store.TryFind(key2, out _))
        {
            StoreVerdict verdict = Sample.TryStore(store, Sample.Put(whole), whole);
            // What is left of an unsynced file may be wrong; then it is thrown away and the next put is from the start.
            if (verdict.Fault is StoreFault.Digest) verdict = Sample.TryStore(store, Sample.Put(whole), whole);
            Assert.True(verdict.IsDone || verdict.Fault == StoreFault.Deleted, $"{where}: {verdict}");
        }
        clock.Advance(10_000_000);
        store.Sweep();
        Assert.DoesNotContain(disk.Files, file => file.Folder is "incoming" or "staged" or "deleted");
    }
}
