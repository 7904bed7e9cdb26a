using System.Security.Cryptography;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Storage.Disk;
using Dsdn.Storage.Quotas;

namespace Dsdn.Storage.Tests;

/// <summary>Contents made from a seed, and stores over a disk.</summary>
internal static class Sample
{
    public static readonly Hash256 Owner = new(SHA256.HashData("owner"u8));

    public static byte[] Content(int seed, int bytes)
    {
        byte[] content = new byte[bytes];
        new Random(seed).NextBytes(content);
        return content;
    }

    public static ChunkPut Put(byte[] content, ChunkStanding standing = ChunkStanding.Staged, uint generation = 0)
    {
        ChunkIdentity identity = ChunkHasher.Of(content);
        return new ChunkPut(ChunkKey.Copy(identity.Digest, generation), Owner, content.Length, identity.Root, standing);
    }

    public static ChunkPut Shard(byte[] content, byte shard) =>
        new(new ChunkKey(new Hash256(SHA256.HashData("whole"u8)), ChunkCoding.ReedSolomon, shard, 0), Owner, content.Length, ChunkHasher.Of(content).Root);

    public static ChunkStore Open(IChunkDisk disk, TimeProvider clock, StorageOptions? options = null, IOwnerQuota? quota = null)
    {
        StoreVerdict verdict = ChunkStore.TryOpen(disk, options ?? new StorageOptions { ReserveBytes = 0 }, quota ?? new UndeclaredLimit(long.MaxValue), clock, out ChunkStore? store, out _);
        Assert.True(verdict.IsDone, verdict.ToString());
        return store!;
    }

    public static StoreVerdict TryStore(ChunkStore store, ChunkPut put, byte[] content, int piece = 40_000)
    {
        StoreVerdict verdict = store.TryBegin(put, out ChunkWriter? writer);
        if (writer is null) return verdict;
        using (writer)
        {
            while (writer.LengthBytes < content.Length)
            {
                int from = (int)writer.LengthBytes;
                verdict = writer.Write(content.AsSpan(from, Math.Min(piece, content.Length - from)));
                if (!verdict.IsDone) return verdict;
            }
            return writer.Complete(out _, out _);
        }
    }

    public static ChunkKey Store(ChunkStore store, byte[] content, ChunkStanding standing = ChunkStanding.Declared)
    {
        ChunkPut put = Put(content, standing);
        Assert.Equal(StoreVerdict.Done, TryStore(store, put, content));
        return put.Key;
    }

    /// <summary>Null where it cannot be read.</summary>
    public static byte[]? Read(ChunkStore store, ChunkKey key)
    {
        if (!store.TryRead(key, out ChunkReader? reader).IsDone || reader is null) return null;
        using (reader)
        {
            byte[] content = new byte[reader.LengthBytes];
            return reader.Read(0, content).IsDone ? content : null;
        }
    }
}
