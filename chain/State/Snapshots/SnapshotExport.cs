using System.Buffers.Binary;
using System.Security.Cryptography;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.History;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.State.Snapshots;

/// <summary>
/// Writes the flat tables of one version as a snapshot, while the node runs. A chunk is pairs: kind u8 ('A', 'R' or 'B') | key length u16 BE |
/// key | value length u32 BE | value; accounts come first, then records, each table ascending with keys as they are, then the block part in
/// slices under their number u16 BE.
/// </summary>
public static class SnapshotExport
{
    internal const byte PartKind = (byte)'B';
    internal const int PartKeyBytes = 2;

    private const int SliceBytes = 1 << 20;
    private const int PairOverheadBytes = 7;

    /// <summary>The state at the head, without blocks.</summary>
    /// <param name="headerHash">Of the block at the head.</param>
    /// <param name="writeChunk">Takes chunk 0, 1, .. in order; the memory is only lent.</param>
    /// <exception cref="StorageException">there is no state, or the height is not the head any more</exception>
    public static SnapshotManifest Run(IKeyValueStore store, ulong height, Hash256 headerHash, Action<int, ReadOnlyMemory<byte>> writeChunk)
    {
        using IKeyValueSnapshot snapshot = store.Snapshot();
        return Run(snapshot, height, headerHash, default, writeChunk);
    }

    /// <param name="version">Does not change meanwhile.</param>
    /// <param name="blocks">The block part; empty: none.</param>
    /// <param name="chunkBytes">The most a chunk takes; more than any record.</param>
    /// <exception cref="StorageException">there is no state, or it is of another height</exception>
    public static SnapshotManifest Run(
        IKeyValueReader version, ulong height, Hash256 headerHash, ReadOnlyMemory<byte> blocks, Action<int, ReadOnlyMemory<byte>> writeChunk, int chunkBytes = SnapshotManifest.ChunkBytesMax)
    {
        (ulong stored, Hash256 root) = StateMeta.ReadHead(version) ?? throw new StorageException("DSDN-E-STATE-EMPTY: there is no state here");
        if (stored != height) throw new StorageException($"DSDN-E-SNAPSHOT-HEIGHT: the head is {stored}, not {height}");
        var hashes = new List<Hash256>();
        byte[] chunk = new byte[Math.Min(chunkBytes, SnapshotManifest.ChunkBytesMax)];
        int sliceBytes = Math.Min(SliceBytes, chunk.Length - PairOverheadBytes - PartKeyBytes);
        int used = 0;
        ulong accounts = Append(ColumnFamily.Accounts, HistoryRows.AccountKind);
        ulong records = Append(ColumnFamily.Records, HistoryRows.RecordKind);
        Span<byte> number = stackalloc byte[PartKeyBytes];
        for (int slice = 0; slice * sliceBytes < blocks.Length; slice++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(number, checked((ushort)slice));
            Pair(PartKind, number, blocks.Span[(slice * sliceBytes)..Math.Min(blocks.Length, (slice + 1) * sliceBytes)]);
        }
        Close();
        return new SnapshotManifest(height, headerHash, root, hashes, accounts, records);

        ulong Append(ColumnFamily family, byte kind)
        {
            ulong count = 0;
            using KeyValueCursor cursor = version.Scan(family, [], Enumerable.Repeat((byte)0xff, 32).ToArray());
            for (; cursor.MoveNext(); count++) Pair(kind, cursor.Key, cursor.Value);
            return count;
        }

        void Pair(byte kind, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
        {
            int size = PairOverheadBytes + key.Length + value.Length;
            if (size > chunk.Length) throw new StorageException("DSDN-E-SNAPSHOT-PAIR: a record is larger than a chunk");
            if (used + size > chunk.Length) Close();
            chunk[used] = kind;
            BinaryPrimitives.WriteUInt16BigEndian(chunk.AsSpan(used + 1), checked((ushort)key.Length));
            key.CopyTo(chunk.AsSpan(used + 3));
            BinaryPrimitives.WriteInt32BigEndian(chunk.AsSpan(used + 3 + key.Length), value.Length);
            value.CopyTo(chunk.AsSpan(used + PairOverheadBytes + key.Length));
            used += size;
        }

        void Close()
        {
            if (used == 0) return;
            hashes.Add(new Hash256(SHA256.HashData(chunk.AsSpan(0, used))));
            writeChunk(hashes.Count - 1, chunk.AsMemory(0, used));
            used = 0;
        }
    }
}
