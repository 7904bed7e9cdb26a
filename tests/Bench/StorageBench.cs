using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Dsdn.Chain.Erasure;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Files;
using Dsdn.Storage;
using Dsdn.Storage.Disk;
using Dsdn.Storage.Quotas;
using Microsoft.Win32.SafeHandles;

namespace Dsdn.Bench;

/// <summary>
/// What chunks cost on one thread, beside what they are made of in the same run. The two sides of a figure are measured in turns; each is
/// the best of its runs, because the machine is shared. Of the disk it is the median.
/// </summary>
public static unsafe class StorageBench
{
    private const int ChunkBytes = 16 << 20;
    private const int Rounds = 12;
    private const int DiskRounds = 15;
    private const int WarmUpMs = 700;

    public static void Run(TextWriter output)
    {
        Hashing(output);
        foreach (int shardBytes in (int[])[65_536, ReedSolomon.ShardBytes(ChunkBytes)]) Coding(output, shardBytes);
        Encrypting(output);
        Storing(output);
    }

    private static void Hashing(TextWriter output)
    {
        byte[] chunk = RandomNumberGenerator.GetBytes(ChunkBytes), digest = new byte[32];
        (double both, double alone) = Best(() => ChunkHasher.Of(chunk), () => SHA256.HashData(chunk, digest));
        (double root, _) = Best(() => ChunkRoot.Of(chunk), () => { });
        new Figure("storage.hash", ChunkBytes / both, "MB/s", "SHA-256 alone", ChunkBytes / alone, "SHA-256 and chunk root of 16 MiB in one pass").Print(output);
        new Figure("storage.root", ChunkBytes / root, "MB/s", "SHA-256 alone", ChunkBytes / alone, "only the chunk root").Print(output);
    }

    private static void Coding(TextWriter output, int shardBytes)
    {
        byte* all = (byte*)NativeMemory.AlignedAlloc((nuint)(ReedSolomon.Shards * shardBytes), 64);
        byte** shards = stackalloc byte*[ReedSolomon.Shards];
        for (int i = 0; i < ReedSolomon.Shards; i++) shards[i] = all + ((long)i * shardBytes);
        RandomNumberGenerator.Fill(new Span<byte>(all, ReedSolomon.DataShards * shardBytes));
        byte[] copy = new byte[ReedSolomon.DataShards * shardBytes];
        nint from = (nint)all, pointers = (nint)shards;
        IsaL? isaL = IsaL.TryLoad();
        double data = ReedSolomon.DataShards * (double)shardBytes / 1000; // bytes/us are MB/s, so this gives GB/s
        string size = $"shards of {shardBytes} bytes";
        foreach (ErasurePath path in Enum.GetValues<ErasurePath>())
        {
            if (path > ReedSolomon.BestPath || (path == ErasurePath.Scalar && shardBytes > 1 << 20)) continue;
            void Encode() => ErasureKernel.Multiply(ErasureMatrix.Parity, (byte**)pointers, (byte**)pointers + ReedSolomon.DataShards, shardBytes, path);
            (double ours, double memcpy) = Best(Encode, () => new ReadOnlySpan<byte>((void*)from, copy.Length).CopyTo(copy));
            new Figure($"storage.erasure.{path}.{shardBytes}", data / ours, "GB/s", "memcpy of the data", data / memcpy, size).Print(output);
            if (isaL is null || path != ReedSolomon.BestPath) continue;
            byte[] parity = new ReadOnlySpan<byte>(shards[ReedSolomon.DataShards], ReedSolomon.ParityShards * shardBytes).ToArray();
            (ours, double theirs) = Best(Encode, () => isaL.Encode((byte**)pointers, shardBytes));
            if (!new ReadOnlySpan<byte>(shards[ReedSolomon.DataShards], parity.Length).SequenceEqual(parity)) throw new InvalidOperationException("ISA-L makes other parity");
            new Figure($"storage.erasure.isal.{shardBytes}", data / ours, "GB/s", "ISA-L of this system, same bytes", data / theirs, $"{size}, {path}").Print(output);
        }
        byte[] rows = ErasureMatrix.Rows([3, 4, 5, 6, 7, 8], [0, 1, 2]);
        byte** sources = stackalloc byte*[] { shards[3], shards[4], shards[5], shards[6], shards[7], shards[8] };
        nint sourcePointers = (nint)sources;
        (double restore, _) = Best(() => ErasureKernel.Multiply(rows, (byte**)sourcePointers, (byte**)pointers, shardBytes, ReedSolomon.BestPath), () => { });
        new Figure($"storage.erasure.restore.{shardBytes}", data / restore, "GB/s", Note: $"three lost shards of data, {size}").Print(output);
        if (isaL is null) output.WriteLine("""{"note":"libisal is not installed: apt-get install -y libisal2"}""");
        NativeMemory.AlignedFree(all);
    }

    private static void Encrypting(TextWriter output)
    {
        byte[] content = RandomNumberGenerator.GetBytes(ChunkBytes), sealedChunk = new byte[FileLayout.SealedChunkBytesMax(ChunkBytes)];
        byte[] box = new byte[FileLayout.SegmentBytes], tag = new byte[FileLayout.TagBytes], nonce = new byte[12], plain = new byte[FileLayout.SegmentBytes], digest = new byte[32];
        using FileKey key = FileKey.Create();
        using AesGcm aes = new(RandomNumberGenerator.GetBytes(32), FileLayout.TagBytes);
        using SegmentCipher cipher = new(key);
        Hash256 id = FileKey.CreateFileId();
        ChunkHeader header = new(id, 0, ChunkBytes / FileLayout.SegmentBytes);
        void Raw()
        {
            for (int at = 0; at < ChunkBytes; at += FileLayout.SegmentBytes)
            {
                BitConverter.TryWriteBytes(nonce, at);
                aes.Encrypt(nonce, content.AsSpan(at, FileLayout.SegmentBytes), box, tag);
            }
        }
        (double segments, double raw) = Best(() =>
        {
            for (int i = 0; i < ChunkBytes / FileLayout.SegmentBytes; i++)
                cipher.Seal(header, (uint)i, false, content.AsSpan(i * FileLayout.SegmentBytes, FileLayout.SegmentBytes), sealedChunk.AsSpan(ChunkHeader.Bytes + (i * FileLayout.SealedSegmentBytes)));
        }, Raw);
        new Figure("storage.encrypt.segments", ChunkBytes / segments, "MB/s", "AES-256-GCM alone", ChunkBytes / raw, "segments of 64 KiB with their places bound").Print(output);
        (double opened, _) = Best(() =>
        {
            for (int i = 0; i < ChunkBytes / FileLayout.SegmentBytes; i++)
                if (!cipher.TryOpen(header, (uint)i, false, sealedChunk.AsSpan(ChunkHeader.Bytes + (i * FileLayout.SealedSegmentBytes), FileLayout.SealedSegmentBytes), plain)) throw new InvalidOperationException("not opened");
        }, () => { });
        new Figure("storage.decrypt.segments", ChunkBytes / opened, "MB/s", "AES-256-GCM alone", ChunkBytes / raw).Print(output);
        (double whole, double limit) = Best(() =>
        {
            using FileEncryptor encryptor = new(new MemoryStream(content), key, id);
            while (!encryptor.IsEnded) encryptor.Next(sealedChunk, out _);
        }, () =>
        {
            Raw();
            SHA256.HashData(content, digest);
        });
        new Figure("storage.encrypt.chunk", ChunkBytes / whole, "MB/s", "AES-256-GCM and SHA-256 alone, one after the other", ChunkBytes / limit, "stream to encrypted chunk with id and root").Print(output);
    }

    private static void Storing(TextWriter output)
    {
        string folder = Directory.CreateTempSubdirectory("dsdn-bench-storage-").FullName;
        try
        {
            if (!FolderDisk.TryOpen(Path.Combine(folder, "store"), out FolderDisk? disk).IsDone || disk is null) throw new InvalidOperationException("no folder");
            if (!ChunkStore.TryOpen(disk, new StorageOptions(), new UndeclaredLimit(long.MaxValue), TimeProvider.System, out ChunkStore? store, out _).IsDone || store is null) throw new InvalidOperationException("no store");
            using (store) Storing(output, store, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Storing(TextWriter output, ChunkStore store, string folder)
    {
        byte[] content = RandomNumberGenerator.GetBytes(ChunkBytes);
        List<double> puts = [], plains = [], hashes = [], reads = [];
        List<ChunkKey> keys = [];
        for (int round = 0; round < DiskRounds; round++)
        {
            BitConverter.TryWriteBytes(content, round);
            ChunkIdentity identity = ChunkHasher.Of(content);
            ChunkPut put = new(ChunkKey.Copy(identity.Digest), default, ChunkBytes, identity.Root);
            hashes.Add(Time(() => ChunkHasher.Of(content)));
            plains.Add(Time(() => Plain(Path.Combine(folder, "plain"), content)));
            puts.Add(Time(() => Put(store, put, content)));
            reads.Add(Time(() => Read(store, put.Key)));
            keys.Add(put.Key);
            File.Delete(Path.Combine(folder, "plain"));
        }
        double plain = Median(plains), hash = Median(hashes);
        new Figure("storage.put", ChunkBytes / Median(puts), "MB/s", "write and fsync of the same bytes", ChunkBytes / plain, "16 MiB: hashed, written, synced, moved, folder synced").Print(output);
        new Figure("storage.put.limit", ChunkBytes / Median(puts), "MB/s", "hashing, then write and fsync, one after the other", ChunkBytes / (hash + plain)).Print(output);
        new Figure("storage.read", ChunkBytes / Median(reads), "MB/s", Note: "every block checked, from the page cache").Print(output);
        const int Small = 65_536;
        byte[] range = new byte[Small];
        List<double> ranges = [];
        for (int i = 0; i < 500; i++)
        {
            ChunkKey key = keys[i % keys.Count];
            ranges.Add(Time(() =>
            {
                if (!store.TryRead(key, out ChunkReader? reader).IsDone || reader is null) throw new InvalidOperationException("not there");
                using (reader)
                    if (!reader.Read((i * 7_919) % (ChunkBytes - Small), range).IsDone) throw new InvalidOperationException("not read");
            }));
        }
        new Figure("storage.range", Median(ranges) / 1000, "ms", Note: "64 KiB from anywhere, opened and checked; p50").Print(output);
    }

    private static void Put(ChunkStore store, ChunkPut put, byte[] content)
    {
        const int Piece = 65_536;
        if (!store.TryBegin(put, out ChunkWriter? writer).IsDone || writer is null) throw new InvalidOperationException("not begun");
        using (writer)
        {
            for (int at = 0; at < content.Length; at += Piece)
                if (!writer.Write(content.AsSpan(at, Math.Min(Piece, content.Length - at))).IsDone) throw new InvalidOperationException("not written");
            StoreVerdict verdict = writer.Complete(out _, out _);
            if (!verdict.IsDone) throw new InvalidOperationException(verdict.ToString());
        }
    }

    private static void Plain(string path, byte[] content)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        RandomAccess.Write(file, content, 0);
        RandomAccess.FlushToDisk(file);
    }

    private static void Read(ChunkStore store, ChunkKey key)
    {
        byte[] piece = new byte[65_536];
        if (!store.TryRead(key, out ChunkReader? reader).IsDone || reader is null) throw new InvalidOperationException("not there");
        using (reader)
        {
            for (long at = 0; at < reader.LengthBytes; at += piece.Length)
                if (!reader.Read(at, piece).IsDone) throw new InvalidOperationException("not read");
        }
    }

    /// <summary>Microseconds of the best run of each, measured in turns.</summary>
    private static (double First, double Second) Best(Action first, Action second)
    {
        long begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun).TotalMilliseconds < WarmUpMs)
        {
            first();
            second();
        }
        double a = double.MaxValue, b = double.MaxValue;
        for (int i = 0; i < Rounds; i++)
        {
            a = Math.Min(a, Many(first));
            b = Math.Min(b, Many(second));
        }
        return (a, b);
    }

    /// <summary>The best of runs over some milliseconds.</summary>
    private static double Many(Action action)
    {
        double best = double.MaxValue;
        long begun = Stopwatch.GetTimestamp();
        do best = Math.Min(best, Time(action));
        while (Stopwatch.GetElapsedTime(begun).TotalMilliseconds < 10);
        return best;
    }

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    private static double Median(List<double> times)
    {
        times.Sort();
        return times[times.Count / 2];
    }
}
