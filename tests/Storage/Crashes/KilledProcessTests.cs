using System.Diagnostics;
using Dsdn.Storage.Disk;

namespace Dsdn.Storage.Tests.Crashes;

/// <summary>The real disk, and a process that is killed in the middle.</summary>
public sealed class KilledProcessTests
{
    private const string FolderVariable = "DSDN_STORE_TO_FILL";
    private const int Kills = 5;
    private const int ChunkBytes = 300_000;
    private const int ChunksMax = 2_000;

    [Fact]
    public void WhatAKilledProcessReportedIsThere()
    {
        string folder = Directory.CreateTempSubdirectory("dsdn-killed-").FullName;
        try
        {
            int reported = 0;
            for (int kill = 0; kill < Kills; kill++)
            {
                Fill(folder, linesMin: 3 + (2 * kill));
                Assert.True(FolderDisk.TryOpen(Path.Combine(folder, "store"), out FolderDisk? disk).IsDone);
                using ChunkStore store = Sample.Open(disk!, TimeProvider.System);
                string[] lines = File.ReadAllLines(Path.Combine(folder, "reported"));
                foreach (string line in lines)
                {
                    Assert.True(ChunkKey.TryParse(line, out ChunkKey key), line);
                    Assert.NotNull(Sample.Read(store, key));
                }
                Assert.True(lines.Length > reported);
                reported = lines.Length;
                Assert.All(store.List(null, int.MaxValue), chunk => Assert.True(store.Check(chunk.Key, out _).IsDone));
                Assert.Equal(0, store.QuarantinedCount);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs only as the process that is killed.</summary>
    [Fact(Explicit = true)]
    public void FillsAStoreUntilKilled()
    {
        string folder = Environment.GetEnvironmentVariable(FolderVariable) ?? throw new InvalidOperationException($"{FolderVariable} is not set");
        Assert.True(FolderDisk.TryOpen(Path.Combine(folder, "store"), out FolderDisk? disk).IsDone);
        using ChunkStore store = Sample.Open(disk!, TimeProvider.System);
        for (int i = 0, at = store.Count; i < ChunksMax; i++)
        {
            byte[] content = Sample.Content(at + i, ChunkBytes);
            ChunkPut put = Sample.Put(content, i % 2 == 0 ? ChunkStanding.Declared : ChunkStanding.Staged);
            StoreVerdict verdict = Sample.TryStore(store, put, content);
            if (verdict.Fault == StoreFault.Exists) continue;
            Assert.Equal(StoreVerdict.Done, verdict);
            File.AppendAllText(Path.Combine(folder, "reported"), put.Key + "\n");
        }
    }

    [Fact]
    public void FolderIsOneProcessesAtATime()
    {
        string folder = Directory.CreateTempSubdirectory("dsdn-locked-").FullName;
        try
        {
            Assert.True(FolderDisk.TryOpen(folder, out FolderDisk? first).IsDone);
            using (first) Assert.Equal(StoreFault.Locked, FolderDisk.TryOpen(folder, out _).Fault);
            Assert.True(FolderDisk.TryOpen(folder, out FolderDisk? next).IsDone);
            next!.Dispose();
            File.WriteAllText(Path.Combine(folder, "file"), "");
            Assert.Equal(StoreFault.Disk, FolderDisk.TryOpen(Path.Combine(folder, "file"), out _).Fault);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Ten thousand reads at once from the real disk.</summary>
    [Fact]
    public void ManyReadersAtOnceGetTheirBytes()
    {
        string folder = Directory.CreateTempSubdirectory("dsdn-readers-").FullName;
        try
        {
            FolderDisk.TryOpen(folder, out FolderDisk? disk);
            using ChunkStore store = Sample.Open(disk!, TimeProvider.System);
            byte[][] contents = [.. Enumerable.Range(0, 8).Select(i => Sample.Content(i, 6_000))];
            ChunkKey[] keys = [.. contents.Select(content => Sample.Store(store, content))];
            Parallel.For(0, 10_000, i =>
            {
                byte[] range = new byte[100];
                Assert.True(store.TryRead(keys[i % 8], out ChunkReader? reader).IsDone);
                using (reader) Assert.True(reader!.Read(i % 5_900, range).IsDone);
                Assert.True(range.AsSpan().SequenceEqual(contents[i % 8].AsSpan(i % 5_900, 100)));
            });
            Assert.Equal(10_000, store.Metrics.Snapshot().Reads);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Fill(string folder, int linesMin)
    {
        string reported = Path.Combine(folder, "reported");
        int before = File.Exists(reported) ? File.ReadAllLines(reported).Length : 0;
        ProcessStartInfo start = new(Environment.ProcessPath ?? throw new InvalidOperationException("the tests are no program")) { RedirectStandardOutput = true };
        foreach (string argument in (string[])["-noColor", "-explicit", "only", "-method", "*" + nameof(FillsAStoreUntilKilled)]) start.ArgumentList.Add(argument);
        start.Environment[FolderVariable] = folder;
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("the process did not start");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        while (!process.HasExited && (!File.Exists(reported) || File.ReadAllLines(reported).Length < before + linesMin)) Thread.Sleep(3);
        Assert.False(process.HasExited, output.IsCompleted ? output.Result : "");
        process.Kill();
        process.WaitForExit();
    }
}
