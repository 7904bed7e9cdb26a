using System.Security.Cryptography;
using Dsdn.Chain.Erasure;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Storing;

namespace Dsdn.Simulator.Storage;

/// <summary>The bytes of a chunk as its owner has them, with what goes into each slot.</summary>
internal sealed class StoredContent
{
    private readonly byte[][] _slots;

    public StoredContent(byte[] bytes, ChunkCoding coding)
    {
        (Bytes, Coding, Id) = (bytes, coding, new Hash256(SHA256.HashData(bytes)));
        _slots = coding == ChunkCoding.Replicas ? [bytes] : Encode(bytes);
        Roots = [.. _slots.Select(static slot => ChunkRoot.Of(slot))];
    }

    public Hash256 Id { get; }

    public byte[] Bytes { get; }

    public ChunkCoding Coding { get; }

    public IReadOnlyList<Hash256> Roots { get; }

    public byte[] OfSlot(int slot) => Coding == ChunkCoding.Replicas ? _slots[0] : _slots[slot];

    public bool Is(StoredKey key, ReadOnlySpan<byte> bytes) => key.Coding == Coding && bytes.SequenceEqual(OfSlot(key.Shard));

    /// <summary>Whether these, by slot, give the chunk back.</summary>
    public bool IsReadableFrom(SortedDictionary<byte, byte[]> slots)
    {
        if (Coding == ChunkCoding.Replicas) return slots.Count > 0 && slots.Values.First().AsSpan().SequenceEqual(Bytes);
        if (slots.Count < ReedSolomon.DataShards) return false;
        int length = _slots[0].Length;
        Memory<byte>[] shards = new Memory<byte>[ReedSolomon.Shards];
        bool[] isPresent = new bool[ReedSolomon.Shards];
        for (byte i = 0; i < shards.Length; i++)
        {
            isPresent[i] = slots.TryGetValue(i, out byte[]? bytes);
            shards[i] = bytes is null ? new byte[length] : (byte[])bytes.Clone();
        }
        if (!ReedSolomon.TryReconstruct(shards, isPresent)) return false;
        byte[] read = [.. shards.Take(ReedSolomon.DataShards).SelectMany(static shard => shard.ToArray())];
        return read.AsSpan(0, Bytes.Length).SequenceEqual(Bytes);
    }

    private static byte[][] Encode(byte[] bytes)
    {
        int length = ReedSolomon.ShardBytes(bytes.Length);
        byte[][] shards = [.. Enumerable.Range(0, ReedSolomon.Shards).Select(_ => new byte[length])];
        for (int i = 0; i * length < bytes.Length; i++) bytes.AsSpan(i * length, Math.Min(length, bytes.Length - (i * length))).CopyTo(shards[i]);
        ReedSolomon.Encode([.. shards.Take(ReedSolomon.DataShards).Select(static shard => (ReadOnlyMemory<byte>)shard)], [.. shards.Skip(ReedSolomon.DataShards).Select(static shard => shard.AsMemory())]);
        return shards;
    }
}
