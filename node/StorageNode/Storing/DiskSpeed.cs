using System.Diagnostics;
using System.Security.Cryptography;

namespace Dsdn.StorageNode.Storing;

/// <summary>What a disk does when a node starts: one synced write and one read. An upper bound for placement; audits cap what nodes claim.</summary>
public readonly record struct DiskSpeed(uint ReadKibPerSecond, uint WriteKibPerSecond)
{
    private const int SampleBytes = 8 << 20;
    private const string SampleName = "speed.sample";

    /// <summary>Zero where the disk takes no sample: a node whose disk is full has to start, since what it holds is read from it.</summary>
    public static DiskSpeed MeasureOrNone(string folder)
    {
        try
        {
            return Measure(folder);
        }
        catch (IOException)
        {
            return default;
        }
    }

    /// <exception cref="IOException">the folder cannot be written</exception>
    public static DiskSpeed Measure(string folder)
    {
        string path = Path.Combine(folder, SampleName);
        try
        {
            byte[] sample = RandomNumberGenerator.GetBytes(SampleBytes);
            long began = Stopwatch.GetTimestamp();
            using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 0))
            {
                file.Write(sample);
                file.Flush(flushToDisk: true);
            }
            uint write = Rate(Stopwatch.GetElapsedTime(began));
            began = Stopwatch.GetTimestamp();
            using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None, 0)) file.ReadExactly(sample);
            return new DiskSpeed(Rate(Stopwatch.GetElapsedTime(began)), write);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static uint Rate(TimeSpan time) => (uint)Math.Min(uint.MaxValue, SampleBytes / 1_024 / Math.Max(time.TotalSeconds, 0.000_001));
}
