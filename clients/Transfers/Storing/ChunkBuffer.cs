using Dsdn.Chain.Erasure;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Transfers.Storing;

/// <summary>Room for one chunk and, where it is coded, its parity. Buffers are few and used again: they are what bounds the memory of an upload.</summary>
internal sealed class ChunkBuffer(byte[] bytes)
{
    private int _shardBytes;

    /// <summary>Where a chunk is written; then <see cref="Code"/>.</summary>
    public Memory<byte> Room => bytes;

    public ReadOnlyMemory<byte> Chunk { get; private set; }

    /// <summary>Bytes that a chunk of this size needs here.</summary>
    public static int RoomFor(ChunkCoding coding, int chunkBytesMax) => coding == ChunkCoding.Replicas ? chunkBytesMax : ReedSolomon.Shards * ReedSolomon.ShardBytes(chunkBytesMax);

    /// <summary>What the node of a slot stores.</summary>
    public ReadOnlyMemory<byte> Part(ChunkCoding coding, int slot) => coding == ChunkCoding.Replicas ? Chunk : bytes.AsMemory(slot * _shardBytes, _shardBytes);

    /// <summary>Makes shards where the coding has some, and gives the roots that a declaration names.</summary>
    /// <param name="identity">Of the chunk at the start of <see cref="Room"/>.</param>
    public Hash256[] Code(ChunkCoding coding, ChunkIdentity identity)
    {
        int length = checked((int)identity.LengthBytes);
        Chunk = bytes.AsMemory(0, length);
        if (coding == ChunkCoding.Replicas) return [identity.Root];
        _shardBytes = ReedSolomon.ShardBytes(length);
        bytes.AsSpan(length, (ReedSolomon.DataShards * _shardBytes) - length).Clear();
        ReadOnlyMemory<byte>[] data = new ReadOnlyMemory<byte>[ReedSolomon.DataShards];
        Memory<byte>[] parity = new Memory<byte>[ReedSolomon.ParityShards];
        for (int i = 0; i < data.Length; i++) data[i] = bytes.AsMemory(i * _shardBytes, _shardBytes);
        for (int i = 0; i < parity.Length; i++) parity[i] = bytes.AsMemory((ReedSolomon.DataShards + i) * _shardBytes, _shardBytes);
        ReedSolomon.Encode(data, parity);
        Hash256[] roots = new Hash256[ReedSolomon.Shards];
        for (int i = 0; i < roots.Length; i++) roots[i] = ChunkHasher.Of(bytes.AsSpan(i * _shardBytes, _shardBytes)).Root;
        return roots;
    }
}
